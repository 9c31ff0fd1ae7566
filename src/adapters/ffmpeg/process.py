"""One FFmpeg process: limited, confined, watched for silence and greed, never outliving whoever started it."""

import asyncio
import math
import os
import sys
import tempfile
from asyncio import StreamReader
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar, cast

from adapters.ffmpeg.errors import refusal
from adapters.ffmpeg.sandbox import Mode, confinement, places
from adapters.ffmpeg.usage import Usage, folder_bytes
from streamcore.shared.errors import DeadlineExceeded

_LAUNCHER = Path(__file__).with_name("launch.py")
_MIB = 2**20
_HEAD_KEPT = _MIB  # bytes of stderr: the description of the input, with all its chapters
_TAIL_KEPT = 16_384  # the errors
CUT = "\n[cut]\n"
"""A line that stands for what was left out of stderr; no file can say it, its words are indented."""
T = TypeVar("T")


_LOOK_EVERY = 0.25  # seconds between two looks at what the process has used


def _most_memory() -> int:
    """Three quarters of the machine's, but 2 to 16 GiB."""
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return min(16 * 1024 * _MIB, max(2 * 1024 * _MIB, machine * 3 // 4))


@dataclass(frozen=True, slots=True)
class Limits:
    """What one process may use; ``nice`` 19 gives way to everything else on the machine.

    ``memory_bytes`` counts address space, ``folder_bytes`` what it adds to its folder in all its files at a time,
    ``output_bytes`` what it adds there in all its life, though it was taken away from there meanwhile.
    """

    nice: int = 19
    memory_bytes: int = field(default_factory=_most_memory)
    cpu_seconds: int = 30 * 86400
    file_bytes: int = 64 * 1024 * _MIB
    folder_bytes: int = 64 * 1024 * _MIB
    output_bytes: int = 1024 * 1024 * _MIB
    open_files: int = 256
    sandbox: Mode = "auto"


@dataclass(frozen=True, slots=True)
class Finished:
    """``returncode`` is negative for a signal; ``stderr`` has `CUT` for its middle where it was very long."""

    returncode: int
    stderr: str


OnLine = Callable[[str], Awaitable[bool]]
"""Takes a line of standard output and tells whether the work has moved on."""


async def run(
    command: Sequence[str],
    *,
    folder: Path,
    limits: Limits,
    silence_seconds: float,
    on_line: OnLine,
    reads: Sequence[Path] = (),
    taken: Callable[[], int] = lambda: 0,
) -> Finished:
    """Run to the end, passing lines of standard output to ``on_line``.

    The process starts in an empty folder of its own right below ``folder``. Where the kernel can confine it, it writes
    nothing outside of ``folder`` and reads nothing else but ``reads``. ``taken`` tells how many bytes were taken out of
    ``folder`` so far. `DeadlineExceeded` when nothing moves for ``silence_seconds`` in which it could have run,
    `UnprocessableMedia` TOO_COSTLY when it uses more than its limits of processor, folder or output. However this is
    left, the process is dead and reaped.
    """
    with tempfile.TemporaryDirectory(prefix="cwd-", dir=folder, ignore_cleanup_errors=True) as own:
        process = await _start(command, Path(own), folder, reads, limits)
        watch = _Watch(process, folder, limits, taken)
        return await _attend(process, watch, silence_seconds, on_line)


async def _attend(process: Process, watch: "_Watch", silence_seconds: float, on_line: OnLine) -> Finished:
    output, error_output = cast(StreamReader, process.stdout), cast(StreamReader, process.stderr)  # both are pipes
    errors = asyncio.create_task(_keep_ends(error_output))
    watching = asyncio.create_task(watch.run())
    try:
        await _follow(output, on_line, silence_seconds, watch)
        returncode = await _within(silence_seconds, watch, process.wait)
        if await watching:
            raise refusal("TOO_COSTLY")
        return Finished(returncode, await errors)
    except TimeoutError:
        raise DeadlineExceeded("FFmpeg made no progress for too long.") from None
    finally:
        watching.cancel()
        await _end(process, output, errors)


async def _start(command: Sequence[str], own: Path, folder: Path, reads: Sequence[Path], limits: Limits) -> Process:
    numbers = (
        os.getpid(),
        limits.nice,
        limits.memory_bytes,
        limits.cpu_seconds,
        limits.file_bytes,
        limits.open_files,
    )
    allowed = places(Path(command[0]), reads=reads, folder=folder)
    launcher = [
        sys.executable,
        "-I",
        "-S",
        str(_LAUNCHER),
        *map(str, numbers),
        confinement().launch_mode(limits.sandbox),
        *allowed,
    ]
    environment = {
        "PATH": os.defpath,
        "LC_ALL": "C",
        "HOME": str(own),
        "TMPDIR": str(own),
        "AV_LOG_FORCE_NOCOLOR": "1",
        "MALLOC_ARENA_MAX": "4",  # each takes address space, which is limited; glibc makes eight for each core
    }
    return await asyncio.create_subprocess_exec(
        *launcher,
        "--",
        *command,
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=PIPE,
        cwd=own,
        env=environment,
        start_new_session=True,
    )


class _Watch:
    """Looks at what a process uses, and when it last wrote to its folder (``wrote_at``, by `clock`)."""

    def __init__(self, process: Process, folder: Path, limits: Limits, taken: Callable[[], int]) -> None:
        self.wrote_at = -math.inf
        self._starved = 0.0
        self._loop = asyncio.get_running_loop()
        self._process = process
        self._folder = folder
        self._limits = limits
        self._taken = taken
        self._usage = Usage(process.pid)

    def clock(self) -> float:
        """Seconds that stand still while the process waits for a processor: on a machine that is busy with what goes
        before, it does not hang."""
        return self._loop.time() - self._starved

    async def run(self) -> bool:
        """Kill the process if it uses more than it may; whether that was so. Ends with the process."""
        lay, began = await self._written()
        made = began
        at, used = self._loop.time(), self._usage.cpu_seconds()
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_EVERY):
                    await self._process.wait()
            lies, makes = await self._written()
            at, was_at = self._loop.time(), at
            used, had_used = self._usage.cpu_seconds(), used
            kept_waiting = at - was_at - (used - had_used)
            if kept_waiting > 0 and await asyncio.to_thread(self._usage.wants_to_run):
                self._starved += kept_waiting
            if makes > made:
                made, self.wrote_at = makes, self.clock()
            limits = self._limits
            if used > limits.cpu_seconds or lies - lay > limits.folder_bytes or made - began > limits.output_bytes:
                with suppress(ProcessLookupError):
                    self._process.kill()
                return True
            if self._process.returncode is not None:
                return False

    async def _written(self) -> tuple[int, int]:
        """Bytes that lie in the folder, and with them those that were taken from there. In this order a file that goes
        meanwhile is counted once at most."""
        taken = self._taken()
        lies = await asyncio.to_thread(folder_bytes, self._folder)
        return lies, taken + lies


async def _follow(lines: StreamReader, on_line: OnLine, silence_seconds: float, watch: _Watch) -> None:
    """Raise TimeoutError once nothing has moved for too long; the time of ``on_line`` does not count.

    A move is what ``on_line`` takes for one, or an output that grows: FFmpeg tells nothing while it fills a long gap in
    a stream with frames.
    """
    moved = watch.clock()
    while True:
        try:
            line = await _within(moved + silence_seconds - watch.clock(), watch, lines.readline)
        except TimeoutError:
            if watch.wrote_at <= moved:
                raise
            moved = watch.wrote_at
            continue
        if not line:
            return
        if watch.clock() > max(moved, watch.wrote_at) + silence_seconds:
            raise TimeoutError  # a line that was there already does not let the timeout in
        called = watch.clock()
        alive = await on_line(line.decode("utf-8", "replace").strip())
        moved = watch.clock() if alive else moved + (watch.clock() - called)


async def _within(seconds: float, watch: _Watch, wait: Callable[[], Awaitable[T]]) -> T:
    """What is waited for, which may be begun again; TimeoutError after that many seconds of the process's clock."""
    until = watch.clock() + seconds
    while True:
        try:
            async with asyncio.timeout(until - watch.clock()):
                return await wait()
        except TimeoutError:
            if watch.clock() >= until:
                raise


async def _keep_ends(stream: StreamReader) -> str:
    first, last, cut = bytearray(), b"", False
    while chunk := await stream.read(65_536):
        room = _HEAD_KEPT - len(first)
        first += chunk[:room]
        last += chunk[room:]
        cut, last = cut or len(last) > _TAIL_KEPT, last[-_TAIL_KEPT:]
    return (bytes(first) + (CUT.encode() if cut else b"") + last).decode("utf-8", "replace")


async def _end(process: Process, output: StreamReader, errors: asyncio.Task[str]) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):  # it has just ended by itself
            process.kill()
    ending = asyncio.ensure_future(_reap(process, output, errors))
    try:
        await asyncio.shield(ending)
    except asyncio.CancelledError:  # a second cancellation must not leave the dead process unreaped
        await ending
        raise


async def _reap(process: Process, output: StreamReader, errors: asyncio.Task[str]) -> None:
    while await output.read(65_536):
        pass
    await errors
    await process.wait()
