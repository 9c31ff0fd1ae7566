"""ffprobe and FFmpeg's own player side as independent judges of what was made."""

import json
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from adapters.memory.objects import MemoryObjectStore

TARGET = "videos/a/1-1/"


async def put(store: MemoryObjectStore, key: str, body: bytes) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield body

    await store.put(key, chunks(), content_type="video/mp4")


async def fetch(store: MemoryObjectStore, folder: Path) -> Path:
    """Write what was stored below the target to ``folder``; the path of the master playlist."""
    for info in [info async for info in store.list(TARGET)]:
        path = folder / info.key.removeprefix(TARGET)
        path.parent.mkdir(parents=True, exist_ok=True)
        async with store.get(info.key) as chunks:
            path.write_bytes(b"".join([chunk async for chunk in chunks]))
    return folder / "master.m3u8"


@dataclass(frozen=True, slots=True)
class MeasuredSegment:
    """Presentation times in seconds; ``key`` whether the first packet is a keyframe."""

    start: float
    end: float
    key: bool
    size: int


@dataclass(frozen=True, slots=True)
class MeasuredTrack:
    stream: dict[str, Any]
    segments: tuple[MeasuredSegment, ...]
    stated_seconds: tuple[float, ...]

    @property
    def frame_rate(self) -> Fraction:
        return Fraction(self.stream["r_frame_rate"])


def measure(playlist: Path) -> MeasuredTrack:
    """Look at each segment of a media playlist by itself, behind the initialisation segment."""
    folder = playlist.parent
    lines = playlist.read_text().splitlines()
    names = [line for line in lines if not line.startswith("#")]
    stated = tuple(float(line[8:].rstrip(",")) for line in lines if line.startswith("#EXTINF:"))
    init = (folder / "init.mp4").read_bytes()
    looked_at = [_probe(init + (folder / name).read_bytes()) for name in names]
    segments = tuple(
        _segment(answer["packets"], (folder / name).stat().st_size)
        for name, answer in zip(names, looked_at, strict=True)
    )
    return MeasuredTrack(looked_at[0]["streams"][0], segments, stated)


def _segment(packets: list[dict[str, str]], size: int) -> MeasuredSegment:
    times = [float(packet["pts_time"]) for packet in packets]
    end = max(time + float(packet.get("duration_time", 0)) for time, packet in zip(times, packets, strict=True))
    return MeasuredSegment(min(times), end, "K" in packets[0]["flags"], size)


def _probe(content: bytes) -> dict[str, Any]:
    command = ["ffprobe", "-v", "error", "-show_streams", "-show_packets", "-of", "json", "-"]
    answer: dict[str, Any] = json.loads(subprocess.run(command, input=content, check=True, capture_output=True).stdout)
    return answer


def complaints(binary: Path, master: Path) -> str:
    """What a player says while it decodes every stream of the presentation to its end."""
    command = [str(binary), "-nostdin", "-v", "warning", "-i", str(master), "-map", "0", "-f", "null", "-"]
    played = subprocess.run(command, capture_output=True, text=True, check=False)
    return played.stderr + (f"exit {played.returncode}" if played.returncode else "")
