"""What a source is, found by FFmpeg alone (there is no ffprobe in the packaged build).

Cheap runs. The first decodes one frame: stdout has its size and pixel shape as shown, stderr the description of the
streams. Another copies packets to ``framecrc``, a table (stream, dts, pts, duration, size, checksum) after ``#`` lines:
it gives the true length and frame rate, whatever the header says. See `inspection` for the others.
"""

from dataclasses import dataclass, field
from fractions import Fraction

from adapters.ffmpeg.colours import Colours
from adapters.ffmpeg.description import VideoStream
from adapters.ffmpeg.errors import refusal
from adapters.ffmpeg.ladder import Rung, ladder, output_rate
from adapters.ffmpeg.loudness import Loudness

# Containers that keep no time for each frame; what a packet copy shows is FFmpeg's guess, the header knows better.
_UNTIMED = {"avi", "ogg"}
_HEADER_IS_RIGHT = Fraction(5, 100)  # of the rate: below that the difference is rounding, at the ends above all
_SAME_END = 0.1  # seconds: what a sound may last longer than the picture, which coded sound always does a little
# Containers whose header states the length from an index, so that less of it means a cut file.
_EXACT_HEADERS = {"mov", "matroska"}


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What the commands need: stream indexes, size as shown in square pixels, seconds, frames per second.

    The picture ends at ``picture_seconds``, everything at ``duration``. ``sharp_side`` is the short side in pixels up
    to which a larger picture shows more (None: not known), ``convert_wide`` whether this FFmpeg can make BT.709 of a
    wide gamut, ``sound_changes`` whether the sound has other channels or another rate later on.
    """

    demuxer: str
    video: int
    audio: int | None
    codec: str
    pixel_format: str
    colours: Colours
    interlaced: bool
    width: int
    height: int
    duration: float
    picture_seconds: float
    rate: Fraction
    loudness: Loudness | None = None
    sound_changes: bool = False
    sharp_side: int | None = None
    convert_wide: bool = False

    @property
    def is_rgb(self) -> bool:
        return self.pixel_format.startswith(("rgb", "bgr", "gbr", "argb", "abgr", "pal8", "0rgb", "0bgr"))

    @property
    def has_alpha(self) -> bool:
        return self.pixel_format.startswith(("yuva", "ya", "argb", "abgr", "rgba", "bgra", "gbrap", "pal8"))

    @property
    def frames(self) -> float:
        """Of each rendition."""
        return self.duration * float(self.rate)

    @property
    def rungs(self) -> tuple[Rung, ...]:
        return ladder(self.width, self.height, self.rate, sharp_side=self.sharp_side)


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

    def begins(self, stream: int) -> float:
        """When the stream begins, in seconds; 0 for no stream."""
        return float(self.first[stream] * self.base[stream]) if stream in self.first else 0.0

    def seconds(self, stream: int) -> float:
        """When the stream ends; FFmpeg moves the beginning of the whole file to 0. 0 for no stream."""
        return float(self.end[stream] * self.base[stream]) if stream in self.end else 0.0

    @property
    def ends(self) -> float:
        """When the last of the streams ends, in seconds."""
        return max((self.seconds(stream) for stream in self.end), default=0.0)


def facts_of(
    demuxer: str, video: VideoStream, audio: int | None, shown: FrameTable, packets: FrameTable
) -> SourceFacts:
    """Put both runs together; `UnprocessableMedia` DECODE_FAILED where one of them has no frame."""
    if shown.size is None or not shown.frames or not packets.frames:
        raise refusal("DECODE_FAILED")
    rate = output_rate(_average_rate(demuxer, video.rate, packets.average_rate))
    picture = max(packets.seconds(0), float(1 / rate))
    return SourceFacts(
        demuxer=demuxer,
        video=video.index,
        audio=audio if 1 in packets.first else None,
        codec=video.codec,
        pixel_format=video.pixel_format,
        colours=video.colours,
        interlaced=video.interlaced,
        width=max(2, round(shown.size[0] * shown.pixel_shape)),
        height=shown.size[1],
        duration=sound if (sound := packets.seconds(1)) > picture + _SAME_END else picture,
        picture_seconds=picture,
        rate=rate,
    )


def _average_rate(demuxer: str, stated: Fraction | None, measured: Fraction | None) -> Fraction | None:
    if stated is None or measured is None:
        return stated or measured
    near = abs(stated - measured) <= stated * _HEADER_IS_RIGHT
    return stated if near or demuxer in _UNTIMED else measured


def falls_short(demuxer: str, header_seconds: float | None, ends: float) -> bool:
    """Whether the header promises more than what ends so soon."""
    if demuxer not in _EXACT_HEADERS or header_seconds is None:
        return False
    return ends < 0.9 * header_seconds and header_seconds - ends > 0.5
