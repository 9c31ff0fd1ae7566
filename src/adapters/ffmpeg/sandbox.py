"""What an FFmpeg process may touch, and what this machine's kernel offers to hold it to that."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import structlog

from adapters.ffmpeg import landlock, seccomp
from streamcore.shared.errors import Unavailable

_log = structlog.get_logger()

Mode = Literal["auto", "required", "off"]
"""``auto``: whatever the kernel offers. ``required``: no FFmpeg without all of it. ``off``: limits only."""

# Programs and libraries, and what glibc, libnuma and fontconfig look at. No /etc, no /proc of other processes.
_RUN = ("/bin", "/lib", "/lib32", "/lib64", "/usr/bin", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libexec")
_RUN_LOCAL = ("/usr/local/bin", "/usr/local/lib", "/usr/local/lib64", "/nix/store", "/gnu/store")
_READ = ("/usr/share", "/usr/local/share", "/etc/ld.so.cache", "/etc/ld.so.preload", "/etc/localtime", "/etc/fonts")
_READ_OF_KERNEL = ("/dev/urandom", "/dev/random", "/dev/zero", "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system")
_WRITE = ("/dev/null",)


@dataclass(frozen=True, slots=True)
class Confinement:
    """What the kernel offers: Landlock's version (0 for none), and whether system calls can be filtered."""

    landlock: int
    system_calls: bool

    @property
    def missing(self) -> tuple[str, ...]:
        """A sentence for each thing that FFmpeg cannot be kept from here; empty where all is well."""
        lacks = []
        if not self.landlock:
            lacks.append("FFmpeg can read the worker's files: the kernel has no Landlock (Linux 5.13, CONFIG_LSM).")
        if not self.system_calls:
            lacks.append("FFmpeg can use the network: no system call filter on this kernel or architecture.")
        return tuple(lacks)

    def launch_mode(self, mode: Mode) -> str:
        """The launcher's word for ``mode``; `Unavailable` where ``required`` cannot be had."""
        if mode == "required" and self.missing:
            raise Unavailable(" ".join(self.missing))
        return "free" if mode == "off" else "confined"

    def __str__(self) -> str:
        files = f"files by Landlock {self.landlock}" if self.landlock else "files open"
        return f"{files}, {'network and processes by seccomp' if self.system_calls else 'network open'}"


@cache
def confinement() -> Confinement:
    """Ask the kernel, once; nothing changes for this process. What is missing is logged."""
    found = Confinement(landlock.version(), seccomp.available())
    if found.missing:
        _log.warning("media_sandbox_incomplete", missing=found.missing)
    return found


def places(program: Path, *, reads: Iterable[Path], folder: Path) -> list[str]:
    """The launcher's words for what the process may run, read and write: its program, its sources, its folder."""
    runs = [*_RUN, *_RUN_LOCAL, str(program), *_own_libraries(program.resolve())]
    read = [*_READ, *_READ_OF_KERNEL, *map(str, reads)]
    write = [*_WRITE, str(folder)]
    return [f"{kind}={path}" for kind, paths in (("run", runs), ("read", read), ("write", write)) for path in paths]


def _own_libraries(program: Path) -> Sequence[str]:
    """``…/lib`` of a program ``…/bin/ffmpeg`` that is installed in a place of its own."""
    if program.parent.name != "bin":
        return ()
    return [str(program.parent.parent / name) for name in ("lib", "lib64", "share")]
