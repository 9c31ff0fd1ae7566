"""How loud the sound is (ITU-R BS.1770, by FFmpeg's ebur128), and the one gain that brings it to the same level.

One gain for the whole video leaves its dynamics alone, unlike a normaliser that follows the sound. The level is −16
LUFS, which streaming services use for sound of all kinds (AES TD1008 asks for −16 to −20). A quiet recording with loud
peaks is lifted until the peaks stand 6 dB above the ceiling, and a limiter, with four times the sampling rate so
that it sees the peaks between the samples (BS.1770, annex 2), takes those 6 dB.
"""

import re
from dataclasses import dataclass
from math import inf, isfinite

TARGET_LUFS = -16.0
CEILING_DBTP = -1.5  # EBU R 128 allows −1; AAC needs the rest
MOST_LIFT_DB = 20.0  # what is quieter is noise rather than sound
MOST_LIMITING_DB = 6.0
_SILENCE_LUFS = -70.0  # BS.1770's absolute gate
_NEGLIGIBLE_DB = 0.1

_INTEGRATED = re.compile(r"^\s+I:\s+(-?[\d.]+|-?inf|nan) LUFS", re.M)
_PEAK = re.compile(r"^\s+Peak:\s+(-?[\d.]+|-?inf|nan) dBFS", re.M)
_DECODED = re.compile(r"audio:\s*(\d+)(?:kB|KiB)")


@dataclass(frozen=True, slots=True)
class Loudness:
    """The integrated loudness in LUFS and the true peak in dBTP of the sound in stereo."""

    integrated: float
    true_peak: float

    @property
    def gain_db(self) -> float:
        """What is to be added; 0 for silence."""
        if self.integrated <= _SILENCE_LUFS:
            return 0.0
        room = CEILING_DBTP - self.true_peak + MOST_LIMITING_DB
        gain = min(TARGET_LUFS - self.integrated, MOST_LIFT_DB)
        gain = min(gain, max(room, 0.0)) if gain > 0 else gain
        return gain if abs(gain) >= _NEGLIGIBLE_DB else 0.0

    @property
    def needs_limiter(self) -> bool:
        return self.true_peak + self.gain_db > CEILING_DBTP


@dataclass(frozen=True, slots=True)
class MeasuredSound:
    """``seconds`` of sound could be decoded; ``loudness`` is None where there is nothing to be heard. ``changes``: its
    channels or its rate are others in one part than in another."""

    seconds: float
    loudness: Loudness | None
    changes: bool = False


def read_measurement(stderr: str, bytes_per_second: int) -> MeasuredSound:
    """Read the summaries of ebur128, one for each part of the sound, and of the decoded samples, at so many bytes a
    second. The loudest part counts."""
    parts = stderr.split("Summary:")[1:]
    measured = [(_first(_INTEGRATED, part), _first(_PEAK, part)) for part in parts]
    heard = [(level, peak) for level, peak in measured if level > _SILENCE_LUFS and isfinite(peak)]
    decoded = _DECODED.findall(stderr)
    return MeasuredSound(
        seconds=int(decoded[-1]) * 1024 / bytes_per_second if decoded else 0.0,
        loudness=Loudness(max(level for level, _ in heard), max(peak for _, peak in heard)) if heard else None,
        changes=sum(isfinite(peak) for _, peak in measured) > 1,
    )


def _first(pattern: re.Pattern[str], text: str) -> float:
    found = pattern.search(text)
    value = float(found[1]) if found else -inf
    return value if isfinite(value) else -inf
