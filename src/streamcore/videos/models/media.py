"""What processing makes of a source."""

from dataclasses import dataclass
from enum import StrEnum

from streamcore.shared.ids import VideoId
from streamcore.videos.models.images import Still


@dataclass(frozen=True, slots=True)
class Rendition:
    """One rung of the ladder. ``bitrate_bps`` is the peak and ``average_bps`` the mean of audio and video together
    (the BANDWIDTH and AVERAGE-BANDWIDTH of RFC 8216, section 4.3.4.2); ``codecs`` as in RFC 6381."""

    name: str
    width: int
    height: int
    frame_rate: float
    bitrate_bps: int
    average_bps: int
    codecs: str
    playlist: str


class PrintKind(StrEnum):
    FRAMES = "frames"
    SOUND = "sound"


@dataclass(frozen=True, slots=True)
class PrintFile:
    """A fingerprint as processing stores it (see `Fingerprint`): ``step_seconds`` from one word to the next."""

    kind: PrintKind
    step_seconds: float
    name: str


@dataclass(frozen=True, slots=True)
class Media:
    """What processing has made: the picture as shown (after rotation), and file names below the generation's prefix.

    ``poster`` and ``card`` are those of the best of the ``stills``; ``preview`` is the WebVTT of the ``sprites``,
    ``sound`` the audio alone in MP4. Not ``complete``: it can be played, and better qualities are being made.
    ``recipe`` names the rules by which the processor chose the renditions: what they leave out is not missing.
    """

    duration_seconds: float
    width: int
    height: int
    frame_rate: float
    has_audio: bool
    renditions: tuple[Rendition, ...]
    master: str
    poster: str
    card: str | None = None
    stills: tuple[Still, ...] = ()
    preview: str | None = None
    sprites: tuple[str, ...] = ()
    sound: str | None = None
    prints: tuple[PrintFile, ...] = ()
    complete: bool = True
    recipe: str = ""

    @property
    def side_files(self) -> tuple[str, ...]:
        """Every file beside those of the stream itself, each once."""
        stills = [name for still in self.stills for name in (still.poster, still.card)]
        prints = [file.name for file in self.prints]
        names = [self.poster, self.card, *stills, self.preview, *self.sprites, self.sound, *prints]
        return tuple(dict.fromkeys(name for name in names if name))


ADDED_FOLDER = "added"
"""What is made for a generation later lies in folders of it whose names begin with this word and a hyphen."""
MASTER, FIRST_MASTER = "master.m3u8", "first.m3u8"
"""Files never change under their names, so what can be played before everything is made has a master of its own."""
PREVIEW_STAGE = "preview"
"""The stage of processing in which the first quality can be watched as far as it is, by the `GROWING_PLAYLIST`."""
GROWING_PLAYLIST = "growing.m3u8"


def media_prefix(video_id: VideoId, generation: str) -> str:
    """Everything that one run of processing has made lies under this prefix."""
    return f"videos/{video_id}/{generation}/"
