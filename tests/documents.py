"""Reading the documents, and running what they show.

A fence marked ``sh`` is run by a test, in a shell that all fences of the page share; a ``text`` fence behind it is what
it prints, … standing for what differs. A fence whose title is a file's name is saved under it. A ``python`` fence
without a title is run by itself. All others are only shown.
"""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "web" / "README.md"])

_OPENING = r'^```(?P<language>[a-z]*)(?: title="(?P<title>[^"]+)")?\n'
_FENCE = re.compile(_OPENING + r"(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_MARK = "\x1e"  # the record separator: no command prints it
_END = "END_OF_THE_FILE"


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block and the number of its first line; ``title`` is empty where there is none."""

    language: str
    title: str
    text: str
    line: int

    @property
    def is_file(self) -> bool:
        return re.fullmatch(r"\w+(/\w+)*\.\w+", self.title) is not None

    @property
    def is_run(self) -> bool:
        return self.language == "sh" and not self.title


def fences(page: Path) -> list[Fence]:
    text = page.read_text()
    return [
        Fence(found["language"], found["title"] or "", found["text"], text.count("\n", 0, found.start()) + 1)
        for found in _FENCE.finditer(text)
    ]


def prose(page: Path) -> str:
    """The page without its fences, which leave their lines empty."""
    return _FENCE.sub(lambda found: "\n" * found[0].count("\n"), page.read_text())


def run_page(
    page: Path, folder: Path, environment: Mapping[str, str], *, instead: Mapping[str, str] = MappingProxyType({})
) -> None:
    """Run the page's commands in ``folder`` as a reader would, and compare what they print with what it promises.

    ``instead`` is what has to differ in a test from what the page prints: an address, for instance.
    """
    steps = [fence for fence in fences(page) if fence.is_file or fence.is_run]
    script = "\n".join(f"{_as_typed(fence)}\nprintf '{_MARK}'" for fence in steps)
    done = subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", script],
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    printed = done.stdout.split(_MARK)
    told = done.stderr[-4000:]
    assert done.returncode == 0, f"{_place(page, steps[len(printed) - 1])} failed:\n{printed[-1]}{told}"
    for fence, output in zip(steps, printed, strict=False):  # behind the last mark there is nothing
        promised = promise(page, fence)
        for usual, here in instead.items():
            promised = promised and promised.replace(usual, here)
        assert promised is None or agrees(promised, output), f"{_place(page, fence)} printed:\n{output}{told}"


def promise(page: Path, step: Fence) -> str | None:
    """What the page says that a command prints: the ``text`` fence before the next command; None if it says nothing."""
    for fence in fences(page) if step.is_run else ():
        if fence.line > step.line and (fence.is_run or fence.is_file):
            return None
        if fence.line > step.line and fence.language == "text":
            return fence.text
    return None


def agrees(promised: str, output: str) -> bool:
    """Whether the output is as promised: … is anything within a line, and any lines where it stands alone."""
    pattern = "".join(map(_line_pattern, promised.strip("\n").splitlines()))
    return re.fullmatch(pattern, output.strip("\n") + "\n") is not None


def _line_pattern(line: str) -> str:
    if line.strip() == "…":
        return r"(?:.*\n)*"
    return ".*".join(map(re.escape, line.rstrip().split("…"))) + r"[ \t]*\n"


def reader(folder: Path, **variables: str) -> dict[str, str]:
    """The environment of somebody who has just begun: a home of their own, our commands on the path, no settings."""
    left_out = ("STREAMCORE_", "MAKE", "MFLAGS", "PYTEST_", "PYTHONPATH")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    own = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder / ".config"), "PATH": path, "COLUMNS": "100"}
    return kept | own | variables


def _as_typed(fence: Fence) -> str:
    if fence.is_run:
        return fence.text
    name = shlex.quote(fence.title)
    return f"mkdir -p -- \"$(dirname {name})\"\ncat > {name} <<'{_END}'\n{fence.text}{_END}"


def _place(page: Path, fence: Fence) -> str:
    return f"{page.relative_to(ROOT)}:{fence.line}"
