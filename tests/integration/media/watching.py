"""What a stream looks and sounds like when FFmpeg plays it: small frames and the loudness of short windows."""

from __future__ import annotations  # array[int] is one for the type checker only

import json
import subprocess
from array import array
from dataclasses import dataclass
from fractions import Fraction
from math import cos, pi, sqrt
from pathlib import Path
from typing import Any

GRID = 8
_CELL = 3 * GRID * GRID
_RATE = 48_000
_WINDOW = 240  # samples: 5 ms
Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Watched:
    """Frames of `GRID` × `GRID` mean colours, RGB 0–255, at a constant ``rate``."""

    frames: tuple[bytes, ...]
    rate: Fraction

    def at(self, frame: int, column: int, row: int) -> Colour:
        place = 3 * (row * GRID + column)
        red, green, blue = self.frames[frame][place : place + 3]
        return red, green, blue

    def corners(self, frame: int) -> tuple[Colour, Colour, Colour, Colour]:
        """Those of the top and then of the bottom, left before right."""
        return tuple(self.at(frame, column, row) for row in (0, GRID - 1) for column in (0, GRID - 1))  # type: ignore[return-value]

    def middle(self, frame: int) -> float:
        """How light the middle is, 0–255."""
        return sum(sum(self.at(frame, column, row)) for column in (3, 4) for row in (3, 4)) / 12

    @property
    def flash(self) -> float | None:
        """When the middle becomes light, in seconds."""
        light = [self.middle(frame) > 128 for frame in range(len(self.frames))]
        return float(light.index(True) / self.rate) if True in light else None


def watch(playlist: Path, rate: Fraction) -> Watched:
    """Every frame of a media playlist. Colours are read as BT.709 where the stream does not say otherwise."""
    small = f"scale={GRID}:{GRID}:flags=area:in_color_matrix=bt709,format=rgb24"
    command = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(playlist), "-vf", small, "-f", "rawvideo", "-"]
    pictures = subprocess.run(command, check=True, capture_output=True).stdout
    return Watched(tuple(pictures[at : at + _CELL] for at in range(0, len(pictures), _CELL)), rate)


@dataclass(frozen=True, slots=True)
class Heard:
    """Samples between −32768 and 32767 at 48 kHz."""

    left: array[int]
    right: array[int]

    @property
    def seconds(self) -> float:
        return len(self.left) / _RATE

    @property
    def beep(self) -> float | None:
        """When it becomes loud, in seconds: the first window of at least half of the loudest one's level."""
        levels = [_level(self.left[at : at + _WINDOW]) for at in range(0, len(self.left) - _WINDOW, _WINDOW)]
        loudest = max(levels, default=0.0)
        return (
            next((n * _WINDOW / _RATE for n, level in enumerate(levels) if level > loudest / 2), None)
            if loudest
            else None
        )

    def level(self, channel: array[int], begin: float, end: float) -> float:
        return _level(channel[int(begin * _RATE) : int(end * _RATE)])

    def tone(self, channel: array[int], hertz: float) -> float:
        """The amplitude of one tone (Goertzel's algorithm) over the first second."""
        factor, older, old = 2 * cos(2 * pi * hertz / _RATE), 0.0, 0.0
        for sample in channel[:_RATE]:
            older, old = old, sample + factor * old - older
        return 2 * sqrt(max(0.0, old * old + older * older - factor * old * older)) / _RATE


def hear(playlist: Path) -> Heard:
    command = [
        "ffmpeg",
        "-nostdin",
        "-v",
        "error",
        "-i",
        str(playlist),
        "-f",
        "s16le",
        "-ar",
        str(_RATE),
        "-ac",
        "2",
        "-",
    ]
    samples = array("h", subprocess.run(command, check=True, capture_output=True).stdout)
    return Heard(samples[::2], samples[1::2])


def _level(samples: array[int]) -> float:
    return sqrt(sum(sample * sample for sample in samples) / max(1, len(samples)))


@dataclass(frozen=True, slots=True)
class Timeline:
    """The packets of a media playlist in seconds; ``segments`` begin where the playlist says."""

    stream: dict[str, Any]
    begin: float
    end: float
    keyframes: tuple[float, ...]
    segments: tuple[float, ...]


def timeline(playlist: Path) -> Timeline:
    """One look at the whole of a media playlist."""
    command = ["ffprobe", "-v", "error", "-show_streams", "-show_packets", "-of", "json", str(playlist)]
    answer = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    packets = sorted(
        (float(one["pts_time"]), float(one.get("duration_time", 0)), "K" in one["flags"]) for one in answer["packets"]
    )
    stated = [float(line[8:].rstrip(",")) for line in playlist.read_text().splitlines() if line.startswith("#EXTINF:")]
    starts = tuple(sum(stated[:number]) for number in range(len(stated)))
    keyframes = tuple(time for time, _, key in packets if key)
    return Timeline(answer["streams"][0], packets[0][0], packets[-1][0] + packets[-1][1], keyframes, starts)
