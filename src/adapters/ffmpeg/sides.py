"""Everything beside the stream that is made of a source: images, the sound by itself, fingerprints."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.ffmpeg import pictures, sounds
from adapters.ffmpeg.outputs import Outputs
from adapters.ffmpeg.pictures import Images
from adapters.ffmpeg.probe import SourceFacts
from adapters.ffmpeg.process import OnLine
from adapters.ffmpeg.sounds import Sound

Must = Callable[[Sequence[str], OnLine], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Sides:
    """What lies in the folder beside the stream, not stored yet."""

    images: Images
    sound: Sound | None

    @property
    def names(self) -> list[str]:
        stills = [name for still in self.images.stills for name in (still.poster, still.card)]
        prints = [file.name for file in (*self.images.prints, *(self.sound.prints if self.sound else ()))]
        return [*stills, self.images.preview, *self.images.sprites, *prints, *([self.sound.file] if self.sound else [])]


async def make(binary: Path, facts: SourceFacts, made: Path, outputs: Outputs, must: Must) -> Sides:
    """Once FFmpeg has made in ``made`` what `pictures.outputs` asks for and its segments of sound are stored.

    `UnprocessableMedia` where there is not a single picture.
    """
    images = await pictures.finish(binary, facts, made, must)
    heard = sorted(name for name in outputs.sizes if name.startswith("audio/") and name.endswith(".m4s"))
    init = made / "audio" / "init.mp4"
    sound = await sounds.make(binary, init, outputs.read, heard, made, must) if heard else None
    return Sides(images, sound)
