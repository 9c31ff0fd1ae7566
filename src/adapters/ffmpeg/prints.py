"""Fingerprints as FFmpeg makes their raw material; what they mean is told in `streamcore.videos.models.fingerprints`.

Frames come as grey pictures of 32 × 32 cells. Where bars were put around the picture, rows or columns at its edges stay
black through the whole video; without them the rest is averaged down to 9 × 8 cells.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ffmpeg

from streamcore.videos.models.fingerprints import Fingerprint
from streamcore.videos.models.media import PrintKind

_SIDE = 32
_COLUMNS, _ROWS = 9, 8
_BLACK = 32  # of 255: video's black is 16, and a coder leaves noise
_DEAD_ZONE = 2
_MOST_CUT = 0.45  # of a side, on each of its ends
_LOOKED_AT = 400  # frames that are searched for bars
# Seconds up to which a video is sampled so often each second; longer ones once.
_RATES = ((600.0, 4), (3600.0, 2))
SOUND_STEP = 4096 / 3 / 11025
"""Seconds between two items of Chromaprint's default algorithm."""


def step_seconds(duration: float) -> float:
    return 1.0 / next((rate for most, rate in _RATES if duration <= most), 1)


def frames_output(picture: Any, duration: float, path: Path) -> Any:
    step = step_seconds(duration)
    rate = round(1 / step)
    if duration < 2 * step:  # a single frame has to be one sample
        picture = picture.filter("tpad", stop_mode="clone", stop_duration=f"{step:.3f}")
    grey = picture.filter("fps", fps=rate, start_time=0).filter("scale", _SIDE, _SIDE, flags="area", out_range="pc")
    return grey.filter("format", "gray").output(str(path), format="rawvideo", map_metadata=-1)


def sound_output(sound: Any, path: Path) -> Any:
    """Raw items in the machine's byte order."""
    return sound.output(str(path), format="chromaprint", fp_format="raw", ac=1, ar=11025, map_metadata=-1)


def read_sound(path: Path) -> Fingerprint:
    data = path.read_bytes()
    return Fingerprint.decode(PrintKind.SOUND, SOUND_STEP, data[: len(data) // 4 * 4])


@dataclass(frozen=True, slots=True)
class Cut:
    """The part of the grey pictures that is no bar, in cells."""

    left: int = 0
    top: int = 0
    width: int = _SIDE
    height: int = _SIDE


def without_bars(frames: Path) -> Cut:
    """What is left of the pictures without rows and columns at their edges that are black in all of them."""
    rows, columns = bytearray(_SIDE), bytearray(_SIDE)
    for frame in _some(frames):
        for n in range(_SIDE):
            rows[n] = max(rows[n], *frame[n * _SIDE : (n + 1) * _SIDE])
            columns[n] = max(columns[n], *frame[n::_SIDE])
    left, right = _edges(columns)
    top, bottom = _edges(rows)
    return Cut(left, top, _SIDE - left - right, _SIDE - top - bottom)


def _some(frames: Path) -> Iterator[bytes]:
    size = _SIDE * _SIDE
    count = frames.stat().st_size // size
    with frames.open("rb") as file:
        for number in range(0, count, max(1, count // _LOOKED_AT)):
            file.seek(number * size)
            yield file.read(size)


def _edges(brightest: Sequence[int]) -> tuple[int, int]:
    """How many at the beginning and at the end are black; none of them where nearly all are."""
    first = next((n for n, value in enumerate(brightest) if value > _BLACK), len(brightest))
    last = next((n for n, value in enumerate(reversed(brightest)) if value > _BLACK), len(brightest))
    most = _MOST_CUT * len(brightest)
    return (first, last) if first <= most and last <= most else (0, 0)


def cells_output(frames: Path, cut: Cut, path: Path) -> Any:
    raw = {"format": "rawvideo", "format_whitelist": "rawvideo", "protocol_whitelist": "file"}
    grey = ffmpeg.input(f"file:{frames}", **raw, pixel_format="gray", video_size=(_SIDE, _SIDE), framerate=1)
    inside = grey.filter("crop", cut.width, cut.height, cut.left, cut.top, exact=1)
    cells = inside.filter("scale", _COLUMNS, _ROWS, flags="area")
    return cells.filter("format", "gray").output(str(path), format="rawvideo", fps_mode="passthrough")


def read_frames(cells: Path, step: float) -> Fingerprint:
    data, size = cells.read_bytes(), _COLUMNS * _ROWS
    words = (_difference_hash(data[at : at + size]) for at in range(0, len(data) - size + 1, size))
    return Fingerprint(PrintKind.FRAMES, step, tuple(words))


def _difference_hash(cells: bytes) -> int:
    word = 0
    for row in range(_ROWS):
        line = cells[row * _COLUMNS : (row + 1) * _COLUMNS]
        for column in range(_COLUMNS - 1):
            if line[column] > line[column + 1] + _DEAD_ZONE:
                word |= 1 << (8 * row + column)
    return word
