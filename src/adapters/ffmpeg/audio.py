"""The filters that a sound goes through.

They are given to its output (``-af``) and not to the graph of the picture, which FFmpeg would begin anew with every
change of the sound's channels.
"""

from typing import Any

from adapters.ffmpeg.loudness import CEILING_DBTP, Loudness
from adapters.ffmpeg.probe import SourceFacts

RATE = 48_000
_PEAK_RATE = 4 * RATE
_FRAME = 1024  # samples that AAC codes together
Filter = tuple[str, dict[str, Any]]
# Mono on both sides, more channels mixed down as ITU-R BS.775 has it
_STEREO: Filter = ("aformat", {"sample_rates": RATE, "channel_layouts": "stereo"})


def measuring() -> str:
    """Tell the loudness of the sound as it will be heard."""
    return _chain(_STEREO, ("ebur128", {"peak": "true", "framelog": "verbose"}))


def preparing(facts: SourceFacts) -> str:
    """Stereo from time 0 to the end of the picture or longer, at the common loudness; gaps, a late beginning and an
    early end are silence.

    These filters begin anew where the channels change, so then nothing may be filled in at the beginning or the end.
    """
    filled = {} if facts.sound_changes else {"first_pts": 0}
    filters: list[Filter] = [("aresample", {"osr": RATE, "async": 1, **filled}), _STEREO]
    if facts.loudness is not None:
        filters += _levelling(facts.loudness)
    if not facts.sound_changes:
        filters.append(("apad", {"whole_dur": f"{facts.duration:.3f}"}))
    return _chain(*filters)


def microseconds(facts: SourceFacts) -> int:
    """How long the sound is: whole frames of AAC that end with the last picture, or just before.

    One that ended later would be alone in a segment of 21 ms behind the picture's last one, where players wait for
    more of the picture.
    """
    samples = round(facts.duration * facts.rate) / facts.rate * RATE
    return int(max(1, samples // _FRAME) * _FRAME * 1_000_000 // RATE)


def _levelling(loudness: Loudness) -> list[Filter]:
    filters: list[Filter] = [("volume", {"volume": f"{loudness.gain_db:.2f}dB"})] if loudness.gain_db else []
    if loudness.gain_db > 0 and loudness.needs_limiter:
        filters += [
            ("aresample", {"osr": _PEAK_RATE}),
            ("alimiter", {"limit": f"{10 ** (CEILING_DBTP / 20):.4f}", "level": "disabled", "latency": 1}),
            ("aresample", {"osr": RATE}),
        ]
    return filters


def _chain(*filters: Filter) -> str:
    return ",".join(
        f"{name}={':'.join(f'{option}={value}' for option, value in options.items())}" for name, options in filters
    )
