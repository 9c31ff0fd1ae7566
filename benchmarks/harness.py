"""What every benchmark does the same way: rounds, medians, and one line of JSON at the end.

    figures = {"hit_microseconds": median("hit", measure_a_hit)}
    finish("cache_hits", figures, {"hit_microseconds": ("<", 2)})

Progress goes to standard error. Standard output gets one line, ``{"name", "figures", "bars", "ok"}``, and the exit code
is 0 if and only if ``ok``: every figure that has a bar is a number on the right side of it.
"""

import gc
import json
import math
import operator
import statistics
import sys
from collections.abc import Callable, Mapping
from typing import NoReturn

_SIDES: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def progress(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def rounds(label: str, measure: Callable[[], float], *, count: int = 5, warm_up: int = 1) -> list[float]:
    """What ``measure`` gives in each round, those to warm up left out; garbage is collected before each."""
    measured = []
    for number in range(1 - warm_up, count + 1):
        gc.collect()
        value = measure()
        progress(f"{label}: {'warm-up' if number < 1 else f'round {number} of {count}'}: {value:.6g}")
        if number >= 1:
            measured.append(value)
    return measured


def median(label: str, measure: Callable[[], float], *, count: int = 5, warm_up: int = 1) -> float:
    """The median of so many `rounds`."""
    return statistics.median(rounds(label, measure, count=count, warm_up=warm_up))


def within(figures: Mapping[str, float], bars: Mapping[str, tuple[str, float]]) -> bool:
    """Whether every bar, as ("<", 2), has a figure that is a number on the right side of it."""
    held = [(figures.get(name, math.nan), *bar) for name, bar in bars.items()]
    return all(math.isfinite(figure) and _SIDES[side](figure, value) for figure, side, value in held)


def finish(name: str, figures: Mapping[str, float], bars: Mapping[str, tuple[str, float]]) -> NoReturn:
    """Print the line, and leave with 0 if all is within the bars, else with 1."""
    ok = within(figures, bars)
    shown = {each: value if math.isfinite(value) else None for each, value in figures.items()}
    words = {each: f"{side} {value:g}" for each, (side, value) in bars.items()}
    print(json.dumps({"name": name, "figures": shown, "bars": words, "ok": ok}), flush=True)
    sys.exit(0 if ok else 1)
