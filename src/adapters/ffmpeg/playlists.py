"""Playlists of RFC 8216: read what FFmpeg has written, measure it, write the master."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from streamcore.videos.models.media import Rendition
from streamcore.videos.models.playlists import read_media

AUDIO = "audio"
AUDIO_PLAYLIST = f"{AUDIO}/index.m3u8"
_WITHIN = 0.5, 1.5  # target durations that the segments of a peak last together (RFC 8216, section 4.1)


@dataclass(frozen=True, slots=True)
class Segment:
    """``seconds`` as its playlist says, ``size`` in bytes as it was stored."""

    name: str
    seconds: float
    size: int


@dataclass(frozen=True, slots=True)
class Track:
    """The segments of one media playlist."""

    segments: tuple[Segment, ...]
    target_seconds: float

    @property
    def seconds(self) -> float:
        return sum(segment.seconds for segment in self.segments)

    @property
    def average_bps(self) -> int:
        return round(8 * sum(segment.size for segment in self.segments) / self.seconds)

    @property
    def peak_bps(self) -> int:
        """The largest rate of any run of segments that lasts 0.5–1.5 target durations (RFC 8216, section 4.1)."""
        shortest, longest = (factor * self.target_seconds for factor in _WITHIN)
        peak = 0.0
        for first in range(len(self.segments)):
            seconds, size = 0.0, 0
            for segment in self.segments[first:]:
                seconds, size = seconds + segment.seconds, size + segment.size
                if seconds > longest:
                    break
                if seconds >= shortest:
                    peak = max(peak, 8 * size / seconds)
        return max(round(peak), self.average_bps)


def read_track(playlist: str, sizes: Mapping[str, int]) -> Track:
    """A media playlist as FFmpeg writes it, without segments where it made none or did not finish; ``sizes`` in bytes
    by segment name. KeyError if one is missing."""
    try:
        read = read_media(playlist)
    except ValueError:
        return Track((), 0.0)
    segments = tuple(Segment(segment.name, segment.seconds, sizes[segment.name]) for segment in read.segments)
    return Track(segments, read.target_seconds)


def up_to(playlist: str, stored: Collection[str]) -> str:
    """A playlist that FFmpeg is still writing, up to the first segment that is not ``stored``; empty without any."""
    lines = playlist.splitlines()
    segments = [(number, line) for number, line in enumerate(lines) if line and not line.startswith("#")]
    last = -1
    for number, name in segments:
        if name not in stored:
            return "\n".join(lines[: last + 1]) + "\n" if last >= 0 else ""
        last = number
    return playlist if segments else ""


def finished(playlist: str) -> str:
    """The same playlist once nothing more comes."""
    return playlist.replace("#EXT-X-PLAYLIST-TYPE:EVENT", "#EXT-X-PLAYLIST-TYPE:VOD")


def master(renditions: Sequence[Rendition], *, has_audio: bool) -> str:
    """The master playlist; with audio the renditions share one audio track in a group of its own."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    if has_audio:
        lines.append(
            '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Main",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",'
            f'URI="{AUDIO_PLAYLIST}"'
        )
    for rendition in renditions:
        attributes = (
            f"BANDWIDTH={rendition.bitrate_bps},AVERAGE-BANDWIDTH={rendition.average_bps},"
            f'CODECS="{rendition.codecs}",RESOLUTION={rendition.width}x{rendition.height},'
            f"FRAME-RATE={rendition.frame_rate:.3f}"
        )
        group = ',AUDIO="audio"' if has_audio else ""
        lines += [f"#EXT-X-STREAM-INF:{attributes}{group}", rendition.playlist]
    return "\n".join(lines) + "\n"
