"""Read what FFmpeg says of an input on its standard error."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from adapters.ffmpeg.colours import Colours
from adapters.ffmpeg.errors import refusal
from adapters.ffmpeg.process import CUT

_DURATION = re.compile(r"^  Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)(?:, start: (-?\d+\.\d+))?", re.M)
_STREAM = re.compile(r"  (?:  )?Stream #0:(\d+)(?:\[0x[0-9a-f]+\])?(?:\([^)]*\))?: (Video|Audio): (\w+)(.*)")
_CHAPTER = re.compile(r"^    Chapter #0:\d+: start -?\d+\.\d+, end (\d+\.\d+)$", re.M)
_PIXELS = re.compile(r", ([a-z0-9]+)(?:\(([^)]*)\))?, (\d+)x(\d+)")
_FIELDS_FIRST = ("top first", "bottom first", "top coded first", "bottom coded first")
_FRAME_RATE = re.compile(r", (\d+(?:\.\d+)?) fps")


@dataclass(frozen=True, slots=True)
class VideoStream:
    """One picture stream as described: coded size in pixels, ``rate`` in frames per second if the header states one."""

    index: int
    codec: str
    pixel_format: str
    colours: Colours
    interlaced: bool
    width: int
    height: int
    rate: Fraction | None


@dataclass(frozen=True, slots=True)
class Description:
    """The readable part of a description. ``header_seconds`` is None where it states no length. ``videos`` (cover
    pictures left out) and ``sounds`` (stream indexes) have those first that the file marks as its default ones. The
    last chapter ends at ``chapters_end`` (seconds, 0 without any)."""

    header_seconds: float | None
    videos: tuple[VideoStream, ...]
    sounds: tuple[int, ...]
    chapters_end: float = 0.0


def read_description(stderr: str) -> Description:
    """Read the description of input 0, which ends where FFmpeg tells of its outputs; `UnprocessableMedia`
    DESCRIPTION_TOO_LONG where it was cut before that: what is missing must not pass for what is not there."""
    text = re.split(r"^(?:Stream mapping:|Output #)", stderr, maxsplit=1, flags=re.M)[0]
    if CUT in text:
        raise refusal("DESCRIPTION_TOO_LONG")
    videos: list[tuple[bool, VideoStream]] = []
    sounds: list[tuple[bool, int]] = []
    for index, kind, codec, rest in _streams(text):
        other = "(default)" not in rest
        if kind == "Video" and "(attached pic)" not in rest:
            videos.append((other, _video_stream(int(index), codec, rest)))
        elif kind == "Audio" and codec not in ("none", "unknown"):
            sounds.append((other, int(index)))
    return Description(
        _header_seconds(text),
        tuple(stream for _, stream in sorted(videos, key=lambda one: one[0])),
        tuple(index for _, index in sorted(sounds)),
        max(map(float, _CHAPTER.findall(text)), default=0.0),
    )


def _streams(text: str) -> Iterator[tuple[str, str, str, str]]:
    """Number, kind, codec and the rest of each stream's line. Newer releases put streams that belong together, as a
    picture and its time code, below a line for their group, as deep as the file's own words stand elsewhere."""
    grouped = False
    for line in text.split("\n"):
        if not line.startswith("   "):
            grouped = line.startswith("  Stream group #0:")
        found = _STREAM.fullmatch(line)
        if found and (grouped or not line.startswith("   ")):
            yield found[1], found[2], found[3], found[4]


def _header_seconds(text: str) -> float | None:
    found = _DURATION.search(text)
    if not found:
        return None
    end = int(found[1]) * 3600 + int(found[2]) * 60 + float(found[3])
    # Matroska states when it ends, and may begin late.
    begin = max(0.0, float(found[4] or 0)) if "Input #0, matroska" in text else 0.0
    return end - begin


def _video_stream(index: int, codec: str, rest: str) -> VideoStream:
    found = _PIXELS.search(rest)
    if found is None:
        return VideoStream(index, codec, "none", Colours(), False, 0, 0, None)
    details = (found[2] or "").split(", ")
    interlaced = any(fields in details for fields in _FIELDS_FIRST)
    stated = _FRAME_RATE.search(rest)
    rate = Fraction(stated[1]) if stated and float(stated[1]) > 0 else None
    colours = Colours.described(details)
    return VideoStream(index, codec, found[1], colours, interlaced, int(found[3]), int(found[4]), rate)
