"""What a process and its folder use."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

_LEAST_FILE = 4096  # bytes that even an empty file counts for: each takes an inode
_USER_TICKS_AT = 11  # in /proc/PID/stat behind the name, which may hold anything but ends with the last ")" (proc(5))
_RUNNABLE = "R"
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


class Usage:
    """Processor seconds of a process with all its threads."""

    def __init__(self, pid: int) -> None:
        self._stat = Path(f"/proc/{pid}/stat")
        self._seen = 0.0

    def cpu_seconds(self) -> float:
        """The last that was seen, where it has ended."""
        try:
            fields = self._stat.read_text(errors="replace").rpartition(")")[2].split()
            user, system = fields[_USER_TICKS_AT : _USER_TICKS_AT + 2]
        except (OSError, ValueError):
            return self._seen
        self._seen = max(self._seen, (int(user) + int(system)) / _TICKS_PER_SECOND)
        return self._seen

    def wants_to_run(self) -> bool:
        """Whether one of its threads runs, or would if it were given a processor."""
        return any(_state(task / "stat") == _RUNNABLE for task in self._stat.parent.glob("task/*"))


def _state(stat: Path) -> str:
    try:
        return stat.read_text(errors="replace").rpartition(")")[2].split()[0]
    except (OSError, IndexError):  # it has just ended
        return ""


def folder_bytes(folder: Path) -> int:
    """Bytes of all files below ``folder``, which may change meanwhile; links are not followed."""
    return sum(map(counted, _sizes(folder)))


def counted(size: int) -> int:
    """What a file of this size counts for."""
    return max(size, _LEAST_FILE)


def _sizes(folder: Path) -> Iterator[int]:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        try:
            found = entry.stat(follow_symlinks=False)
        except OSError:
            continue
        if stat.S_ISDIR(found.st_mode):
            yield from _sizes(Path(entry.path))
        else:
            yield found.st_size
