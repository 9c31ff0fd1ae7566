"""One FFmpeg process: limited, watched for silence, never outliving whoever started it."""

import asyncio
import os
import sys
from asyncio import StreamReader
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from streamcore.shared.errors import DeadlineExceeded

_LAUNCHER = Path(__file__).with_name("launch.py")
_STDERR_KEPT = 16_384  # bytes each of the beginning (the description of the input) and of the end (the errors)
_MIB = 2**20


@dataclass(frozen=True, slots=True)
class Limits:
    """What one process may use; ``nice`` 19 gives way to everything else on the machine."""

    nice: int = 19
    memory_bytes: int = 16 * 1024 * _MIB
    cpu_seconds: int = 48 * 3600
    file_bytes: int = 64 * 1024 * _MIB


@dataclass(frozen=True, slots=True)
class Finished:
    """``returncode`` is negative for a signal; ``stderr`` has its middle cut out where it was long."""

    returncode: int
    stderr: str


OnLine = Callable[[str], Awaitable[bool]]
"""Takes a line of standard output and tells whether the work has moved on."""


async def run(
    command: Sequence[str], *, folder: Path, limits: Limits, silence_seconds: float, on_line: OnLine
) -> Finished:
    """Run to the end, passing lines of standard output to ``on_line``.

    `DeadlineExceeded` when nothing moves for ``silence_seconds``. However this is left, the process is dead and reaped.
    """
    process = await _start(command, folder, limits)
    output, error_output = cast(StreamReader, process.stdout), cast(StreamReader, process.stderr)  # both are pipes
    errors = asyncio.create_task(_keep_ends(error_output))
    try:
        await _follow(output, on_line, silence_seconds)
        async with asyncio.timeout(silence_seconds):
            returncode = await process.wait()
        return Finished(returncode, await errors)
    except TimeoutError:
        raise DeadlineExceeded("FFmpeg made no progress for too long.") from None
    finally:
        await _end(process, output, errors)


async def _start(command: Sequence[str], folder: Path, limits: Limits) -> Process:
    numbers = (os.getpid(), limits.nice, limits.memory_bytes, limits.cpu_seconds, limits.file_bytes)
    launcher = [sys.executable, "-I", "-S", str(_LAUNCHER), *map(str, numbers)]
    environment = {"PATH": os.defpath, "LC_ALL": "C", "HOME": str(folder), "AV_LOG_FORCE_NOCOLOR": "1"}
    return await asyncio.create_subprocess_exec(
        *launcher,
        *command,
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=PIPE,
        cwd=folder,
        env=environment,
        start_new_session=True,
    )


async def _follow(lines: StreamReader, on_line: OnLine, silence_seconds: float) -> None:
    """Raise TimeoutError once ``on_line`` has told of no move for too long; its own time does not count."""
    loop = asyncio.get_running_loop()
    moved = loop.time()
    while True:
        async with asyncio.timeout_at(moved + silence_seconds):
            line = await lines.readline()
        if not line:
            return
        if loop.time() > moved + silence_seconds:  # a line that was there already does not let the timeout in
            raise TimeoutError
        called = loop.time()
        alive = await on_line(line.decode("utf-8", "replace").strip())
        moved = loop.time() if alive else moved + (loop.time() - called)


async def _keep_ends(stream: StreamReader) -> str:
    first, last = b"", b""
    while chunk := await stream.read(65_536):
        room = _STDERR_KEPT - len(first)
        first, last = first + chunk[:room], (last + chunk[room:])[-_STDERR_KEPT:]
    return (first + last).decode("utf-8", "replace")


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
