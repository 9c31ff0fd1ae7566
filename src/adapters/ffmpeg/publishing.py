"""Measure what was made, store what makes it playable, write the master playlist last."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from adapters.ffmpeg.boxes import codec_of
from adapters.ffmpeg.errors import refusal
from adapters.ffmpeg.ladder import RECIPE, Rung
from adapters.ffmpeg.outputs import Outputs
from adapters.ffmpeg.playlists import AUDIO, Track, finished, master, read_track
from adapters.ffmpeg.probe import SourceFacts
from adapters.ffmpeg.sides import Sides
from streamcore.videos.models.media import MASTER, Media, Rendition

INIT, PLAYLIST = "init.mp4", "index.m3u8"


@dataclass(slots=True)
class Streams:
    """The renditions and the sound of one video, as far as they are stored: name → track, and name → codec."""

    facts: SourceFacts
    tracks: dict[str, Track] = field(default_factory=dict)
    codecs: dict[str, str] = field(default_factory=dict)

    @property
    def has_audio(self) -> bool:
        return AUDIO in self.tracks

    async def store(self, outputs: Outputs, made: Path, rungs: Sequence[Rung], *, audio: bool) -> None:
        """Store what makes their segments playable, which are stored already; playlists last.

        `UnprocessableMedia` if a rendition is missing: too few frames could be decoded.
        """
        tracks = {rung.name: _track(made, rung.name, outputs) for rung in rungs}
        if not all(track.segments for track in tracks.values()):
            raise refusal("DECODE_FAILED")
        sound = _track(made, AUDIO, outputs) if audio else Track((), 0.0)
        if sound.segments:
            tracks[AUDIO] = sound
        self.codecs |= {name: codec_of((made / name / INIT).read_bytes()) for name in tracks}
        await outputs.store([f"{name}/{INIT}" for name in tracks])
        for name in tracks:
            playlist = made / name / PLAYLIST
            playlist.write_text(finished(playlist.read_text(encoding="utf-8")), encoding="utf-8")
        await outputs.store([f"{name}/{PLAYLIST}" for name in tracks])
        self.tracks |= tracks

    def renditions(self, rungs: Sequence[Rung]) -> tuple[Rendition, ...]:
        """As the master playlist tells them; all have to be stored."""
        return tuple(self._rendition(rung, self.tracks[rung.name]) for rung in rungs)

    def master(self, rungs: Sequence[Rung]) -> bytes:
        return master(self.renditions(rungs), has_audio=self.has_audio).encode()

    async def publish(self, outputs: Outputs, rungs: Sequence[Rung], sides: Sides, name: str = MASTER) -> Media:
        """Store the master of these renditions under a name; the media that it makes of them."""
        await outputs.put(name, self.master(rungs))
        best = sides.images.stills[sides.images.best]
        return Media(
            duration_seconds=max(self.tracks[rung.name].seconds for rung in rungs),
            width=self.facts.width,
            height=self.facts.height,
            frame_rate=float(self.facts.rate),
            has_audio=self.has_audio,
            renditions=self.renditions(rungs),
            master=name,
            poster=best.poster,
            card=best.card,
            stills=sides.images.stills,
            preview=sides.images.preview,
            sprites=sides.images.sprites,
            sound=sides.sound.file if sides.sound else None,
            prints=(*sides.images.prints, *(sides.sound.prints if sides.sound else ())),
            complete=name == MASTER,
            recipe=RECIPE,
        )

    def _rendition(self, rung: Rung, track: Track) -> Rendition:
        sound = self.tracks.get(AUDIO)
        codecs = [self.codecs[rung.name], *([self.codecs[AUDIO]] if sound else [])]
        return Rendition(
            name=rung.name,
            width=rung.width,
            height=rung.height,
            frame_rate=float(self.facts.rate),
            bitrate_bps=track.peak_bps + (sound.peak_bps if sound else 0),
            average_bps=track.average_bps + (sound.average_bps if sound else 0),
            codecs=",".join(codecs),
            playlist=f"{rung.name}/{PLAYLIST}",
        )


def _track(made: Path, name: str, outputs: Outputs) -> Track:
    playlist = made / name / PLAYLIST
    if not playlist.exists():
        return Track((), 0.0)
    sizes = {path.removeprefix(f"{name}/"): size for path, size in outputs.sizes.items() if path.startswith(f"{name}/")}
    return read_track(playlist.read_text(encoding="utf-8"), sizes)
