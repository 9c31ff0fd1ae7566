"""What an FFmpeg binary says of itself."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from streamcore.shared.errors import Unavailable

_WANTED = ("libx264", "libx265", "libsvtav1", "aac", "libopus", "libwebp")


@dataclass(frozen=True, slots=True)
class FFmpegFacts:
    """``encoders`` are those of the ones that streamcore can use which this build has."""

    version: str
    encoders: tuple[str, ...]


async def describe(binary: Path) -> FFmpegFacts:
    """Ask the binary; `Unavailable` where it does not run."""
    version = await _output(binary, "-version")
    listed = {line.split()[1] for line in (await _output(binary, "-encoders")).splitlines() if len(line.split()) > 1}
    return FFmpegFacts(version.split("\n", 1)[0].split(" Copyright")[0], tuple(e for e in _WANTED if e in listed))


async def _output(binary: Path, argument: str) -> str:
    try:
        process = await asyncio.create_subprocess_exec(
            binary,
            "-hide_banner",
            argument,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        output, _ = await process.communicate()
    except OSError as error:
        raise Unavailable(f"{binary} does not run: {error.strerror}.") from error
    if process.returncode:
        raise Unavailable(f"{binary} does not run: exit code {process.returncode}.")
    return output.decode(errors="replace")
