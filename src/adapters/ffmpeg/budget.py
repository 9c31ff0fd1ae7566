"""What one process may use at most: as much as the picture's length and size can take, so that a short file that a
decoder gets lost in does not keep a worker for days, and a long film is not ended.

The figures are some ten times what H.264 takes at ``veryfast`` on one core of our days: room for slow machines, slow
decoders (JPEG 2000) and tone mapping.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil

from adapters.ffmpeg.command import AUDIO_BPS
from adapters.ffmpeg.encoders import effort
from adapters.ffmpeg.ladder import Rung
from adapters.ffmpeg.probe import SourceFacts
from adapters.ffmpeg.process import Limits

_MIB = 2**20
_BRIEF = 3600  # seconds: twelve hours of sound are measured in a tenth of that
_START = 60.0  # seconds
_DECODED, _ENCODED = 0.4e-6, 0.1e-6  # seconds of a processor for one pixel
_FRAME = 50_000  # pixels that a frame counts for beside its own
_BESIDE = 256 * _MIB  # bytes of images, playlists and initialisation segments
_OVER_THE_CAPS = 4  # times: pure noise makes twice what the caps say
_GREY_BPS = 64_000  # frames for the fingerprint, and what fragments add


def brief(limits: Limits) -> Limits:
    """For a process that decodes some frames at most, or sound alone."""
    return replace(limits, cpu_seconds=min(limits.cpu_seconds, _BRIEF))


def for_pictures(
    limits: Limits, facts: SourceFacts, rungs: Sequence[Rung] = (), preset: str = "", frames: float = 0.0
) -> Limits:
    """For a process that decodes the picture and makes that many frames of each of these renditions, with sound."""
    decoded = facts.frames * (facts.width * facts.height + _FRAME)
    encoded = frames * sum((rung.width * rung.height + _FRAME) * effort(rung.codec, preset) for rung in rungs)
    bps = sum(rung.max_bps for rung in rungs) + AUDIO_BPS + _GREY_BPS
    made = frames / float(facts.rate) * bps / 8
    return replace(
        limits,
        cpu_seconds=min(limits.cpu_seconds, ceil(_START + _DECODED * decoded + _ENCODED * encoded)),
        output_bytes=min(limits.output_bytes, ceil(_BESIDE + _OVER_THE_CAPS * made)),
    )
