"""Small images of the whole timeline on a few sheets, and the WebVTT by which players find them."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

SHEET = "sprites-%d.jpg"
_LONG_SIDE = 160  # pixels of a tile
_COLUMNS = _ROWS = 10
_MOST_TILES = 1500
# Seconds up to which a video has one tile every so many seconds; longer ones have one every ten, or `_MOST_TILES`.
_EVERY = ((100.0, 1.0), (300.0, 2.0), (900.0, 5.0))
_OTHERWISE = 10.0


@dataclass(frozen=True, slots=True)
class SpritePlan:
    """``count`` tiles of ``width`` × ``height`` pixels, each for as many ``seconds`` and taken in their middle, so that
    no moment is further than half of that from the tile that stands for it; ``columns`` × ``rows`` on a sheet."""

    width: int
    height: int
    count: int
    seconds: float
    columns: int
    rows: int

    @classmethod
    def of(cls, width: int, height: int, duration: float) -> "SpritePlan":
        """For a picture of any size and length."""
        long = max(width, height)
        across, down = (_even(Fraction(side * min(long, _LONG_SIDE), long)) for side in (width, height))
        every = next((seconds for most, seconds in _EVERY if duration <= most), _OTHERWISE)
        count = min(_MOST_TILES, max(1, ceil(duration / every)))
        columns = min(count, _COLUMNS)
        return cls(across, down, count, duration / count, columns, min(_ROWS, ceil(count / columns)))

    @property
    def sheets(self) -> int:
        return ceil(self.count / (self.columns * self.rows))

    def sheet_name(self, number: int) -> str:
        return SHEET % number

    def place(self, tile: int) -> tuple[str, int, int]:
        """The sheet of a tile, and where on it: pixels from the left and from the top."""
        sheet, rest = divmod(tile, self.columns * self.rows)
        row, column = divmod(rest, self.columns)
        return self.sheet_name(sheet), column * self.width, row * self.height


def preview(plan: SpritePlan) -> str:
    """One cue for each tile; its text is an address with a spatial fragment (W3C Media Fragments URI 1.0, 4.2.2)."""
    blocks = ["WEBVTT\n"]
    for tile in range(plan.count):
        sheet, left, top = plan.place(tile)
        begins, ends = _time(tile * plan.seconds), _time((tile + 1) * plan.seconds)
        blocks.append(f"{begins} --> {ends}\n{sheet}#xywh={left},{top},{plan.width},{plan.height}\n")
    return "\n".join(blocks)


def _even(length: Fraction) -> int:
    return max(2, round(length / 2) * 2)


def _time(seconds: float) -> str:
    whole, rest = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}.{rest:03}"
