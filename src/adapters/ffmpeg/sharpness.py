"""Up to which size a picture shows more than one size lower: whether it is soft, or was enlarged before.

The bit rate of a source says little (a recording of a screen needs almost none and is sharp), so the picture itself is
asked. A frame at the size of one rung is made as small as the rung below and enlarged again (Lanczos). What is lost by
that is all that the larger rung can show more: |difference| of the luma in 256 steps, averaged over each of 16 × 16
blocks. The largest block of a few frames decides, so that small print in an empty picture counts.

`LEAST` keeps a rung when in doubt. Sharp film has 2.4 (720p over 480p) to 3.2 (1080p over 720p), and 1.8 when blurred
by half a pixel; print of 14 to 48 pixels 3.5 to 4.6, a drawing with outlines 3.3, thin lines 2.0. The same film
enlarged to the rung from one or two below has 0.9 to 1.1. Strong noise, of a camera or of a poor encoding, counts as
detail. High dynamic range is not asked: its steps are of another size.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from adapters.ffmpeg.ladder import Rung

LEAST = 1.25  # of 256 steps
_FRAMES = 5
_BLOCKS = 16
_SCALE = 8  # the mean is rounded to whole steps, so the difference is enlarged before
_FOUND = re.compile(r"^\[metadata@(\w+) @ \w+\] lavfi\.signalstats\.YMAX=([\d.]+)", re.M)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two neighbours of a ladder."""

    smaller: Rung
    larger: Rung

    def of(self, frame: Any, again: Any) -> Any:
        """Filters that print what ``frame`` loses (two copies of it) as a value under the larger rung's name."""
        large = self.larger.width, self.larger.height
        frame = frame.filter("scale", *large, flags="lanczos")
        again = again.filter("scale", *large, flags="lanczos")
        again = again.filter("scale", self.smaller.width, self.smaller.height, flags="lanczos")
        again = again.filter("scale", *large, flags="lanczos")
        difference = _blend(frame, again).filter("lut", y=f"min(255,val*{_SCALE})")
        blocks = difference.filter("scale", _BLOCKS, _BLOCKS, flags="area").filter("signalstats")
        return blocks.filter(f"metadata@{self.larger.name}", "print", key="lavfi.signalstats.YMAX")


def _blend(one: Any, other: Any) -> Any:
    import ffmpeg

    return ffmpeg.filter([one, other], "blend", all_mode="difference")


def comparisons(rungs: Sequence[Rung]) -> tuple[Comparison, ...]:
    return tuple(Comparison(smaller, larger) for smaller, larger in pairwise(rungs))


def moments(seconds: float) -> tuple[float, ...]:
    """Where to look, spread over so many seconds."""
    return tuple(seconds * (number + 0.5) / _FRAMES for number in range(_FRAMES))


def sharp_side(stderr: str, compared: Sequence[Comparison]) -> int | None:
    """The short side of the largest rung that shows more than its lower neighbour; None where nothing was found out."""
    lost: dict[str, float] = {}
    for name, value in _FOUND.findall(stderr):
        lost[name] = max(lost.get(name, 0.0), float(value) / _SCALE)
    for comparison in reversed(compared):
        if comparison.larger.name not in lost:
            return None
        if lost[comparison.larger.name] >= LEAST:
            return min(comparison.larger.width, comparison.larger.height)
    first = compared[0].smaller
    return min(first.width, first.height)
