"""What a source's colours mean, and the filters that make BT.709 in limited range of them, which every player knows.

A stream that does not say what it is would be guessed at by each player, and by its size: one rendition in other
colours than the next.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Filter = tuple[str, dict[str, Any]]

_HDR_TRANSFERS = {"smpte2084", "arib-std-b67"}  # PQ and HLG, ITU-R BT.2100
# FFmpeg's names of matrices → those of its scale filter
_MATRICES = {
    "bt709": "bt709",
    "smpte170m": "smpte170m",
    "bt470bg": "bt470",
    "fcc": "fcc",
    "smpte240m": "smpte240m",
    "bt2020nc": "bt2020",
    "bt2020c": "bt2020",
}
_UNKNOWN = ("unknown", "reserved")
_READ_BY_ZSCALE = {*_HDR_TRANSFERS, "bt709", "bt2020-10", "bt2020-12", "iec61966-2-1"}
_HIGH_DEFINITION = 720  # pixels of the short side, from which unmarked video is taken for BT.709, below for BT.601
MARKS: Filter = (
    "setparams",
    {"range": "tv", "colorspace": "bt709", "color_primaries": "bt709", "color_trc": "bt709"},
)


@dataclass(frozen=True, slots=True)
class Colours:
    """As FFmpeg names them; empty where the source does not say."""

    range: str = ""
    matrix: str = ""
    primaries: str = ""
    transfer: str = ""

    @staticmethod
    def described(details: Sequence[str]) -> "Colours":
        """From the words in brackets behind a pixel format, as in ``(tv, bt2020nc/bt2020/smpte2084, progressive)``.

        One word stands for all three where they are the same.
        """
        limits = next((word for word in details if word in ("tv", "pc")), "")
        three = next((word.split("/") for word in details if word.count("/") == 2), None)
        if three is None:
            one = next((word for word in details if word in _MATRICES or word in _HDR_TRANSFERS), "")
            three = [one, one, one]
        matrix, primaries, transfer = ("" if word in _UNKNOWN else word for word in three)
        return Colours(limits, matrix, primaries, transfer)

    @property
    def is_hdr(self) -> bool:
        return self.transfer in _HDR_TRANSFERS

    @property
    def is_wide(self) -> bool:
        """Of the wide gamut of BT.2020, in high or standard dynamic range."""
        return self.is_hdr or self.primaries == "bt2020"

    def matrix_of(self, short_side: int) -> str:
        """The matrix, or what video of this size has where it does not say; by the names of the scale filter."""
        return _MATRICES.get(self.matrix, "bt709" if short_side >= _HIGH_DEFINITION else "smpte170m")

    def to_bt709(self, width: int, height: int) -> tuple[Filter, ...]:
        """Wide gamut → BT.709 at a size in pixels: to linear light, map the tones of HDR, back.

        Diffuse white of HDR is 203 cd/m² (ITU-R BT.2408). With 100 cd/m² as the white of the linear light, mid-tones
        keep the brightness that they were graded for, and the Möbius curve bends only what is above 30 % of it.
        """
        known = {
            "tin": self.transfer if self.transfer in _READ_BY_ZSCALE else "bt2020-10",
            "pin": "2020",
            "min": {"gbr": "gbr", "bt2020c": "2020_cl"}.get(self.matrix, "2020_ncl"),
            "rin": "full" if self.range == "pc" else "limited",
        }
        tones: tuple[Filter, ...] = (("tonemap", {"tonemap": "mobius", "desat": 0}),) if self.is_hdr else ()
        return (
            ("zscale", {"w": width, "h": height, **known, "t": "linear", "npl": 100}),
            ("format", {"pix_fmts": "gbrpf32le"}),
            ("zscale", {"p": "709"}),
            *tones,
            ("zscale", {"t": "709", "m": "709", "r": "limited"}),
            ("format", {"pix_fmts": "yuv420p"}),
        )
