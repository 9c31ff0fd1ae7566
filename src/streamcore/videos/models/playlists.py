"""Playlists of RFC 8216, as far as it takes to find everything that they name."""

import re
from dataclasses import dataclass
from math import isfinite

_URI = re.compile(r'URI="([^"]*)"')


@dataclass(frozen=True, slots=True)
class MasterPlaylist:
    """The media playlists that it names: those of the variants, and those of its groups (sound, subtitles)."""

    variants: tuple[str, ...]
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlaylistSegment:
    name: str
    seconds: float


@dataclass(frozen=True, slots=True)
class MediaPlaylist:
    """``init`` is the initialisation segment (EXT-X-MAP), ``target_seconds`` the EXT-X-TARGETDURATION."""

    init: str | None
    segments: tuple[PlaylistSegment, ...]
    target_seconds: float = 0.0

    @property
    def seconds(self) -> float:
        return sum(segment.seconds for segment in self.segments)


def read_master(text: str) -> MasterPlaylist:
    """ValueError for what is no master playlist, or names no variant."""
    lines = _lines(text)
    groups = [found[1] for line in lines if line.startswith("#EXT-X-MEDIA:") and (found := _URI.search(line))]
    variants: list[str] = []
    expected = False
    for line in lines:
        if expected != (not line.startswith("#")):
            raise ValueError("a variant without its address, or an address without its variant")
        if expected:
            variants.append(line)
        expected = line.startswith("#EXT-X-STREAM-INF:")
    if expected or not variants:
        raise ValueError("it names no variant, or ends within one")
    return MasterPlaylist(tuple(variants), tuple(groups))


def read_media(text: str) -> MediaPlaylist:
    """ValueError for what is no media playlist, has no segment, or is cut off (without EXT-X-ENDLIST)."""
    lines = _lines(text)
    if lines[-1] != "#EXT-X-ENDLIST":
        raise ValueError("it does not end with EXT-X-ENDLIST")
    init: str | None = None
    seconds: float | None = None
    target = 0.0
    segments: list[PlaylistSegment] = []
    for line in lines:
        if line.startswith("#EXT-X-MAP:") and (found := _URI.search(line)):
            init = found[1]
        elif line.startswith("#EXT-X-TARGETDURATION:"):
            target = float(line.removeprefix("#EXT-X-TARGETDURATION:"))
        elif line.startswith("#EXTINF:"):
            seconds = _length(line.removeprefix("#EXTINF:").split(",")[0])
        elif not line.startswith("#"):
            if seconds is None:
                raise ValueError("a segment without its length")
            segments.append(PlaylistSegment(line, seconds))
            seconds = None
    if not segments or seconds is not None:
        raise ValueError("it has no segments, or ends within one")
    return MediaPlaylist(init, tuple(segments), target)


def _length(text: str) -> float:
    seconds = float(text)
    if not isfinite(seconds) or seconds <= 0:
        raise ValueError(f"a segment cannot last {text} s")
    return seconds


def _lines(text: str) -> list[str]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines or lines[0] != "#EXTM3U":
        raise ValueError("it does not begin with EXTM3U")
    return lines
