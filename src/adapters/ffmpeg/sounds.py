"""The sound of a video by itself: one MP4 file without another encode, and its fingerprint."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

import ffmpeg

from adapters.ffmpeg import prints
from adapters.ffmpeg.process import OnLine
from streamcore.videos.models.media import PrintFile, PrintKind

Must = Callable[[Sequence[str], OnLine], Awaitable[None]]

Read = Callable[[str], AbstractAsyncContextManager[AsyncIterator[bytes]]]

_FILE, _PRINT = "sound.m4a", "prints/sound.bin"


@dataclass(frozen=True, slots=True)
class Sound:
    """Names below the folder. The fingerprint of a sound of less than some seconds is empty."""

    file: str
    prints: tuple[PrintFile, ...]


async def make(binary: Path, init: Path, read: Read, segments: Sequence[str], folder: Path, must: Must) -> Sound:
    """Put AAC segments that are stored already together behind their initialisation segment."""
    whole = folder / "segments.mp4"
    with whole.open("wb", buffering=0) as file:
        file.write(await asyncio.to_thread(init.read_bytes))
        for name in segments:
            async with read(name) as chunks:
                async for chunk in chunks:
                    await asyncio.to_thread(file.write, chunk)
    (folder / _PRINT).parent.mkdir(exist_ok=True)
    raw = folder / "sound.raw"
    await must(_command(binary, whole, folder / _FILE, raw), _any_line)
    whole.unlink()
    heard = prints.read_sound(raw)
    (folder / _PRINT).write_bytes(heard.encode())
    return Sound(_FILE, (PrintFile(PrintKind.SOUND, heard.step_seconds, _PRINT),))


async def _any_line(_line: str) -> bool:
    return True


def _command(binary: Path, whole: Path, target: Path, raw: Path) -> list[str]:
    pinned = {"format": "mov", "format_whitelist": "mov", "protocol_whitelist": "file"}
    sound = ffmpeg.input(f"file:{whole}", **pinned)["a:0"]
    copy = sound.output(str(target), format="ipod", c="copy", movflags="+faststart", map_metadata=-1)
    both = ffmpeg.merge_outputs(copy, prints.sound_output(sound, raw))
    quiet = ("-hide_banner", "-nostdin", "-nostats", "-loglevel", "error", "-progress", "pipe:1")
    command: list[str] = both.global_args(*quiet).compile(cmd=str(binary), overwrite_output=True)
    return command
