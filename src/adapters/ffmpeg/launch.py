"""Become a limited FFmpeg: the parent starts this file by its own interpreter, and it replaces itself.

    launch.py PARENT_PID NICE MEMORY_BYTES CPU_SECONDS FILE_BYTES PROGRAM ARGUMENT…

A program of its own and no ``preexec_fn``, which may deadlock in a parent with threads. Exits 125 if the parent is
gone already, 126 if the program cannot be started.
"""

import ctypes
import os
import resource
import signal
import sys

_PR_SET_PDEATHSIG = 1
ORPHANED, NOT_STARTED = 125, 126


def _limit(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (value, value))


def main(arguments: list[str]) -> None:
    parent, nice, memory, cpu, file_size = (int(argument) for argument in arguments[:5])
    program = arguments[5:]
    # The kernel kills FFmpeg when the worker dies, even by SIGKILL (prctl(2)); the setting survives execve.
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))
    if os.getppid() != parent:  # it died before the line above
        sys.exit(ORPHANED)
    for ignored_by_python in (signal.SIGXFSZ, signal.SIGPIPE):
        signal.signal(ignored_by_python, signal.SIG_DFL)  # an ignored signal stays ignored after execve
    try:
        os.nice(nice)
        _limit(resource.RLIMIT_AS, memory)
        _limit(resource.RLIMIT_CPU, cpu)
        _limit(resource.RLIMIT_FSIZE, file_size)
        _limit(resource.RLIMIT_CORE, 0)
        os.execv(program[0], program)  # noqa: S606  the caller gives the program; no shell is meant
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{program[0]} cannot be started: {error}\n")
        sys.exit(NOT_STARTED)


if __name__ == "__main__":
    main(sys.argv[1:])
