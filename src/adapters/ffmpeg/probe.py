"""What a source is, found by FFmpeg alone (there is no ffprobe in the packaged build).

Two cheap runs. The first decodes one frame: stdout has its size and pixel shape as shown, stderr the description of the
streams. The second copies packets to ``framecrc``, a table (stream, dts, pts, duration, size, checksum) after ``#``
lines: it gives the true length and frame rate, whatever the header says.
"""

import re
from dataclasses import dataclass, field
from fractions import Fraction

from adapters.ffmpeg.errors import refusal
from adapters.ffmpeg.ladder import output_rate

_DURATION = re.compile(r"^  Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)", re.M)
_STREAM = re.compile(r"^  Stream #0:(\d+)(?:\[0x[0-9a-f]+\])?(?:\([^)\n]*\))?: (Video|Audio): (\w+)(.*)$", re.M)
_PIXELS = re.compile(r", ([a-z0-9]+)(?:\(([^)]*)\))?, (\d+)x(\d+)")
_HDR_TRANSFERS = {"smpte2084", "arib-std-b67"}
_FIELDS_FIRST = ("top first", "bottom first", "top coded first", "bottom coded first")
_FRAME_RATE = re.compile(r", (\d+(?:\.\d+)?) fps")
# Containers that keep no time for each frame; what a packet copy shows is FFmpeg's guess, the header knows better.
_UNTIMED = {"avi", "ogg"}
_HEADER_IS_RIGHT = Fraction(5, 100)  # of the rate: below that the difference is rounding, at the ends above all
# Containers whose header states the length from an index, so that less of it means a cut file.
_EXACT_HEADERS = {"mov", "matroska"}


@dataclass(frozen=True, slots=True)
class VideoStream:
    """One picture stream as described: coded size in pixels, ``transfer`` the colour transfer's FFmpeg name, ``rate``
    in frames per second if the header states one."""

    index: int
    codec: str
    pixel_format: str
    transfer: str
    interlaced: bool
    width: int
    height: int
    rate: Fraction | None


@dataclass(frozen=True, slots=True)
class Description:
    """The readable part of FFmpeg's description of an input; ``header_seconds`` is None where it states no length."""

    header_seconds: float | None
    video: VideoStream | None
    audio: int | None


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What the commands need: stream indexes, size as shown in square pixels, seconds, frames per second."""

    demuxer: str
    video: int
    audio: int | None
    codec: str
    pixel_format: str
    transfer: str
    interlaced: bool
    width: int
    height: int
    duration: float
    rate: Fraction
    tone_map: bool = False

    @property
    def is_rgb(self) -> bool:
        return self.pixel_format.startswith(("rgb", "bgr", "gbr", "argb", "abgr", "pal8", "0rgb", "0bgr"))

    @property
    def is_hdr(self) -> bool:
        return self.transfer in _HDR_TRANSFERS

    @property
    def poster_seconds(self) -> float:
        """A tenth of the length, but never after the last frame."""
        return max(0.0, self.duration * 0.1 - float(1 / self.rate))


def read_description(stderr: str) -> Description:
    """Read the description of input 0, which ends where FFmpeg tells of its outputs."""
    text = re.split(r"^(?:Stream mapping:|Output #)", stderr, maxsplit=1, flags=re.M)[0]
    found = _DURATION.search(text)
    seconds = int(found[1]) * 3600 + int(found[2]) * 60 + float(found[3]) if found else None
    video, audio = None, None
    for index, kind, codec, rest in _STREAM.findall(text):
        if kind == "Video" and video is None and "(attached pic)" not in rest:
            video = _video_stream(int(index), codec, rest)
        elif kind == "Audio" and audio is None and codec not in ("none", "unknown"):
            audio = int(index)
    return Description(seconds, video, audio)


def _video_stream(index: int, codec: str, rest: str) -> VideoStream:
    found = _PIXELS.search(rest)
    if found is None:
        return VideoStream(index, codec, "none", "", False, 0, 0, None)
    details = (found[2] or "").split(", ")
    colours = next((detail for detail in details if "/" in detail), "")
    transfer = colours.split("/")[-1] if colours else next(iter(_HDR_TRANSFERS.intersection(details)), "")
    interlaced = any(fields in details for fields in _FIELDS_FIRST)
    stated = _FRAME_RATE.search(rest)
    rate = Fraction(stated[1]) if stated and float(stated[1]) > 0 else None
    return VideoStream(index, codec, found[1], transfer, interlaced, int(found[3]), int(found[4]), rate)


@dataclass(slots=True)
class FrameTable:
    """Reads ``framecrc`` lines. Times are in the stream's own units (``base`` seconds each); stream 0 is the video."""

    size: tuple[int, int] | None = None
    pixel_shape: Fraction = Fraction(1)
    frames: int = 0
    base: dict[int, Fraction] = field(default_factory=dict)
    first: dict[int, int] = field(default_factory=dict)
    last: dict[int, int] = field(default_factory=dict)
    end: dict[int, int] = field(default_factory=dict)

    async def read(self, line: str) -> bool:
        if line.startswith("#"):
            self._header(line)
        elif line:
            stream, _, pts, duration = (int(value) for value in line.split(",")[:4])
            self.frames += stream == 0
            self.first[stream] = min(self.first.get(stream, pts), pts)
            self.last[stream] = max(self.last.get(stream, pts), pts)
            self.end[stream] = max(self.end.get(stream, pts), pts + duration)
        return True

    def _header(self, line: str) -> None:
        name, _, value = line[1:].partition(": ")
        if name.startswith("tb "):
            self.base[int(name[3:])] = Fraction(value)
        elif name == "dimensions 0":
            width, _, height = value.partition("x")
            self.size = int(width), int(height)
        elif name == "sar 0":
            above, _, below = value.partition("/")
            self.pixel_shape = Fraction(int(above), int(below)) if int(above) and int(below) else Fraction(1)

    @property
    def average_rate(self) -> Fraction | None:
        """Frames per second between the first and the last frame; None for fewer than two."""
        if self.frames < 2 or self.last[0] <= self.first[0]:
            return None
        return (self.frames - 1) / ((self.last[0] - self.first[0]) * self.base[0])

    def seconds(self, stream: int) -> float:
        """When the stream ends; FFmpeg moves the beginning of the whole file to 0. 0 for no stream."""
        return float(self.end[stream] * self.base[stream]) if stream in self.end else 0.0


def facts_of(demuxer: str, described: Description, shown: FrameTable, packets: FrameTable) -> SourceFacts:
    """Put both runs together; `UnprocessableMedia` TRUNCATED or DECODE_FAILED where they contradict each other."""
    video = described.video
    if video is None or shown.size is None or not shown.frames or not packets.frames:
        raise refusal("DECODE_FAILED")
    _require_whole(demuxer, described, packets)
    rate = output_rate(_average_rate(demuxer, video.rate, packets.average_rate))
    duration = max(packets.seconds(0), float(1 / rate))
    return SourceFacts(
        demuxer=demuxer,
        video=video.index,
        audio=described.audio if 1 in packets.first else None,
        codec=video.codec,
        pixel_format=video.pixel_format,
        transfer=video.transfer,
        interlaced=video.interlaced,
        width=max(2, round(shown.size[0] * shown.pixel_shape)),
        height=shown.size[1],
        duration=duration,
        rate=rate,
    )


def _average_rate(demuxer: str, stated: Fraction | None, measured: Fraction | None) -> Fraction | None:
    if stated is None or measured is None:
        return stated or measured
    near = abs(stated - measured) <= stated * _HEADER_IS_RIGHT
    return stated if near or demuxer in _UNTIMED else measured


def _require_whole(demuxer: str, described: Description, packets: FrameTable) -> None:
    stated, found = described.header_seconds, max(packets.seconds(0), packets.seconds(1))
    if demuxer in _EXACT_HEADERS and stated is not None and found < 0.9 * stated and stated - found > 0.5:
        raise refusal("TRUNCATED")
