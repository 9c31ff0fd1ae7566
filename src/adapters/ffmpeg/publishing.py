"""Measure what was made, write the master playlist, store what makes it playable: playlists last."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from adapters.ffmpeg.boxes import codec_of
from adapters.ffmpeg.errors import refusal
from adapters.ffmpeg.ladder import Rung
from adapters.ffmpeg.outputs import Outputs
from adapters.ffmpeg.playlists import Track, master, read_track
from adapters.ffmpeg.probe import SourceFacts
from streamcore.videos.models import Media, Rendition

_MASTER, _POSTER, _INIT, _PLAYLIST = "master.m3u8", "poster.jpg", "init.mp4", "index.m3u8"


async def publish(outputs: Outputs, made: Path, facts: SourceFacts, rungs: Sequence[Rung]) -> Media:
    """All segments are stored already. `UnprocessableMedia` if a rendition or the poster is missing: too few frames
    could be decoded."""
    tracks = {rung.name: _track(made, rung.name, outputs) for rung in rungs}
    if not all(track.segments for track in tracks.values()) or not (made / _POSTER).exists():
        raise refusal("DECODE_FAILED")
    sound = _track(made, "audio", outputs)
    has_audio = bool(sound.segments)
    names = [*tracks, "audio"] if has_audio else list(tracks)
    codecs = {name: codec_of((made / name / _INIT).read_bytes()) for name in names}
    renditions = tuple(
        _rendition(rung, tracks[rung.name], sound, ",".join((codecs[rung.name], *codecs_of_sound(codecs))), facts)
        for rung in rungs
    )
    await outputs.store([*(f"{name}/{_INIT}" for name in names), _POSTER])
    await outputs.store([f"{name}/{_PLAYLIST}" for name in names])
    text = master(renditions, has_audio=has_audio)
    await asyncio.to_thread((made / _MASTER).write_text, text, encoding="utf-8")
    await outputs.store([_MASTER])
    return Media(
        duration_seconds=max(track.seconds for track in tracks.values()),
        width=facts.width,
        height=facts.height,
        frame_rate=float(facts.rate),
        has_audio=has_audio,
        renditions=renditions,
        master=_MASTER,
        poster=_POSTER,
    )


def codecs_of_sound(codecs: dict[str, str]) -> tuple[str, ...]:
    return (codecs["audio"],) if "audio" in codecs else ()


def _track(made: Path, name: str, outputs: Outputs) -> Track:
    playlist = made / name / _PLAYLIST
    if not playlist.exists():
        return Track((), 0.0)
    sizes = {path.removeprefix(f"{name}/"): size for path, size in outputs.sizes.items() if path.startswith(f"{name}/")}
    return read_track(playlist.read_text(encoding="utf-8"), sizes)


def _rendition(rung: Rung, track: Track, sound: Track, codecs: str, facts: SourceFacts) -> Rendition:
    return Rendition(
        name=rung.name,
        width=rung.width,
        height=rung.height,
        frame_rate=float(facts.rate),
        bitrate_bps=track.peak_bps + (sound.peak_bps if sound.segments else 0),
        average_bps=track.average_bps + (sound.average_bps if sound.segments else 0),
        codecs=codecs,
        playlist=f"{rung.name}/{_PLAYLIST}",
    )
