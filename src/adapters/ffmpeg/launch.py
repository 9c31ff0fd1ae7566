"""Become a limited, confined FFmpeg: the parent starts this file by its own interpreter, and it replaces itself.

    launch.py PARENT_PID NICE MEMORY_BYTES CPU_SECONDS FILE_BYTES OPEN_FILES MODE [run=PATH|read=PATH|write=PATH]… \
-- PROGRAM ARGUMENT…

MODE ``confined`` takes from the process, by whatever the kernel offers, all but the given paths (Landlock), the network
and other processes (seccomp); ``free`` only limits it. A program of its own and no ``preexec_fn``, which may deadlock
in a parent with threads. It imports little: each start pays for it. Exits 125 if the parent is gone already, 126 if
the program cannot be started.
"""

import ctypes
import os
import resource
import sys

_PR_SET_PDEATHSIG, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS = 1, 24, 38  # linux/prctl.h
_SIGHUP, _SIGINT, _SIGKILL, _SIGPIPE, _SIGTERM, _SIGXCPU, _SIGXFSZ = 1, 2, 9, 13, 15, 24, 25  # asm/signal.h
_SIG_BLOCK = 0
_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH, _CAPABILITIES = 1, 2, 64  # linux/capability.h, with room to grow
_FIRST_TO_DIE = "1000"  # proc(5), oom_score_adj
_KERNELS_CPU_GRACE = 30  # seconds that the parent has for stopping it by itself
ORPHANED, NOT_STARTED = 125, 126


def main(arguments: list[str]) -> None:
    parent, nice, memory, cpu, file_size, open_files = (int(argument) for argument in arguments[:6])
    mode, rest = arguments[6], arguments[7:]
    places, program = rest[: rest.index("--")], rest[rest.index("--") + 1 :]
    libc = ctypes.CDLL(None, use_errno=True)
    # The kernel kills FFmpeg when the worker dies, even by SIGKILL (prctl(2)); the setting survives execve.
    libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL)
    if os.getppid() != parent:  # it died before the line above
        sys.exit(ORPHANED)
    _set_signals(libc)
    try:
        _yield_to_others(nice)
        _limit(resource.RLIMIT_CPU, cpu + _KERNELS_CPU_GRACE)
        _limit(resource.RLIMIT_FSIZE, file_size)
        _limit(resource.RLIMIT_NOFILE, open_files)
        _limit(resource.RLIMIT_CORE, 0)
        _limit(resource.RLIMIT_AS, memory)
        if mode == "confined":
            _confine(libc, places)
        os.execv(program[0], program)  # noqa: S606  the caller gives the program; no shell is meant
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{program[0]} cannot be started: {error}\n")
        sys.exit(NOT_STARTED)


def _set_signals(libc: ctypes.CDLL) -> None:
    """Only the parent ends it: a shutdown that signals every process would make a half-made stream look finished."""
    for ignored_by_python in (_SIGXFSZ, _SIGPIPE):
        libc.signal(ignored_by_python, None)  # an ignored signal stays ignored after execve
    blocked = ctypes.create_string_buffer(1024 // 8)  # sigset_t
    libc.sigemptyset(blocked)
    for number in (_SIGHUP, _SIGINT, _SIGTERM, _SIGXCPU):
        libc.sigaddset(blocked, number)
    libc.sigprocmask(_SIG_BLOCK, blocked, None)


def _yield_to_others(nice: int) -> None:
    """Last for the processor and, by that, for the disk; first to die when memory is short.

    Not SCHED_IDLE and the idle class of ionice(1): on a busy machine they would stand still, and look hung.
    """
    os.nice(nice)
    # Every session is a scheduling group of its own (sched(7)): inside of it, nice compares it with nobody.
    _tell("/proc/self/autogroup", str(nice))
    _tell("/proc/self/oom_score_adj", _FIRST_TO_DIE)


def _tell(file: str, value: str) -> None:
    try:
        with open(file, "w") as setting:  # noqa: PTH123  pathlib takes 20 ms to import
            setting.write(value)
    except OSError:  # a kernel without it, or one that was told too often just now
        return


def _limit(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (value, value))


def _confine(libc: ctypes.CDLL, places: list[str]) -> None:
    sys.path.append(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))  # noqa: PTH100, PTH120
    from adapters.ffmpeg import landlock, seccomp

    rights = {"run": landlock.RUN, "read": landlock.READ, "write": landlock.WRITE}
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    for capability in range(_CAPABILITIES):  # a worker that is root gives it up; files of others it may still read
        if capability not in (_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH):
            libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
    if landlock.version():
        landlock.restrict((path, rights[kind]) for kind, _, path in (place.partition("=") for place in places))
    if seccomp.available():
        seccomp.restrict()


if __name__ == "__main__":
    main(sys.argv[1:])
