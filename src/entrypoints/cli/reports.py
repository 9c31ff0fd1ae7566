"""How commands show what they have found, to people and to programs."""

import json
import sys
from collections.abc import Mapping

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from entrypoints.cli.console import err


def print_json(line: Mapping[str, object]) -> None:
    """One object on one line of standard output."""
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def bytes_as_text(size: float) -> str:
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} TiB"


def counting() -> Progress:
    """A bar on standard error that counts."""
    left = TimeRemainingColumn()
    return Progress(TextColumn("{task.description:<24}"), BarColumn(), MofNCompleteColumn(), left, console=err)
