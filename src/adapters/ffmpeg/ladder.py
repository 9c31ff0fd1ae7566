"""Which renditions a source gets: sizes, frame rate, bit rates. Pure arithmetic."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil
from typing import Literal

Codec = Literal["h264", "hevc", "av1"]

HIGHEST_RATE, LOWEST_RATE = Fraction(60), Fraction(10)
_COMMON_RATES = tuple(
    Fraction(rate) for rate in ("24000/1001", "24", "25", "30000/1001", "30", "48", "50", "60000/1001", "60")
)
_SNAP = 0.015  # of a rate: variable-rate phones average 29.6–30.3 for a nominal 30

RECIPE = "1"
"""Changes with what `ladder` makes of the same source: a backfill then looks at what older media lack."""

# Short side in pixels → cap of the video in bit/s at 16:9 and 30 frames/s.
_CAPS = {360: 900_000, 480: 1_500_000, 720: 3_000_000, 1080: 5_500_000, 1440: 10_000_000}
_SMALLEST_CAP = 150_000


# At the same quality as H.264: CRF of each encoder, and its cap as a share of H.264's
_CRFS: Mapping[Codec, int] = {"h264": 22, "hevc": 24, "av1": 31}
_SHARES: Mapping[Codec, float] = {"h264": 1.0, "hevc": 0.7, "av1": 0.6}


@dataclass(frozen=True, slots=True)
class Rung:
    """One rendition to make: even ``width`` × ``height`` in square pixels, ``max_bps`` the cap of the video, ``crf`` on
    the encoder's own scale."""

    name: str
    width: int
    height: int
    max_bps: int
    codec: Codec = "h264"
    crf: int = _CRFS["h264"]


def in_codec(rungs: Sequence[Rung], codec: Codec) -> tuple[Rung, ...]:
    """The same rungs in a newer codec, named for it."""
    return tuple(
        replace(
            rung,
            name=f"{codec}-{rung.name}",
            max_bps=int(rung.max_bps * _SHARES[codec]),
            codec=codec,
            crf=_CRFS[codec],
        )
        for rung in rungs
    )


def ladder(width: int, height: int, rate: Fraction, *, sharp_side: int | None = None) -> tuple[Rung, ...]:
    """Rungs for a picture as shown (square pixels), smallest first.

    A rung is named for its short side and never above the source's, nor above ``sharp_side`` where the picture is known
    to be no sharper; the lowest always stays. A source below the lowest rung gets one of its own size. Rates above 30
    frames/s have half as much again.
    """
    short = min(width, height)
    faster = 1.5 if rate > 31 else 1.0
    sides = [side for side in _CAPS if side <= short]
    if not sides:
        own = _even(width), _even(height)
        cap = max(_SMALLEST_CAP, int(_CAPS[360] * (own[0] * own[1]) / (640 * 360) * faster))
        return (Rung(f"{min(own)}p", *own, cap),)
    if sharp_side is not None:
        sides = [side for side in sides if side <= max(sharp_side, sides[0])]
    return tuple(Rung(f"{side}p", *_scaled(width, height, side), int(_CAPS[side] * faster)) for side in sides)


def _scaled(width: int, height: int, short: int) -> tuple[int, int]:
    long = _even(Fraction(max(width, height) * short, min(width, height)))
    return (long, short) if width >= height else (short, long)


def _even(length: int | Fraction) -> int:
    """The nearest even number, the lower one for an odd integer, at least 2."""
    return max(2, ceil(Fraction(length) / 2 - Fraction(1, 2)) * 2)


def output_rate(average: Fraction | None) -> Fraction:
    """The constant rate for a source of this ``average`` (None: unknown), within 10–60.

    The common rate next to it; else, where a variable rate is above 30, 60, which has room for every frame; else the
    average to half a frame per second.
    """
    if average is None:
        return Fraction(25)
    average = min(max(average, LOWEST_RATE), HIGHEST_RATE)
    nearest = min(_COMMON_RATES, key=lambda rate: abs(rate - average))
    if abs(nearest - average) <= nearest * _SNAP:
        return nearest
    return HIGHEST_RATE if average > 30 else average.limit_denominator(2)
