"""Images of a video: stills to choose a thumbnail from, sprites for the timeline, frames for the fingerprint.

All of them come out of the picture that is decoded for the renditions anyway (`outputs`); what is left to do once that
has ended (`finish`) reads those few small files alone.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import ffmpeg

from adapters.ffmpeg import prints
from adapters.ffmpeg.errors import refusal
from adapters.ffmpeg.probe import SourceFacts
from adapters.ffmpeg.process import OnLine
from adapters.ffmpeg.sprites import SHEET, SpritePlan, preview
from streamcore.videos.models.images import Still
from streamcore.videos.models.media import PrintFile, PrintKind

Must = Callable[[Sequence[str], OnLine], Awaitable[None]]

STILLS = 5
_TRIED_FOR_EACH = 4
_POSTER_SHORT_SIDE = 720
_CARD_LONG, _CARD_SHORT = 640, 360
_CROP_UP_TO = 1.2  # times that one side may be cut before the picture is fitted in instead
_FRAMES, _TILES = "frames.gray", "tiles.yuv"
_CANDIDATE, _THUMBNAILS, _PRINTS = "candidate-%d.jpg", "thumbnails", "prints"
# JFIF knows BT.601 in full range only.
_JPEG = {"out_color_matrix": "smpte170m", "out_range": "pc"}


@dataclass(frozen=True, slots=True)
class Images:
    """What was made, by names below the folder; ``best`` is the number of the still that says most."""

    stills: tuple[Still, ...]
    best: int
    preview: str
    sprites: tuple[str, ...]
    prints: tuple[PrintFile, ...]


def outputs(picture: Any, facts: SourceFacts, folder: Path) -> list[Any]:
    """Outputs of a command whose ``picture`` runs at a constant rate from time 0 to ``facts.duration``.

    For `finish`, in ``folder``: candidates, tiles of the sprites and the frames of the fingerprint. Each begins early:
    FFmpeg tells no progress before all outputs have begun, and a sheet would begin when its last tile is there.
    """
    branches = picture.filter_multi_output("split", 3)
    return [
        _candidates(branches.stream(0), facts, folder),
        _tiles(branches.stream(1), facts, folder),
        prints.frames_output(branches.stream(2), facts.duration, folder / _FRAMES),
    ]


async def finish(binary: Path, facts: SourceFacts, folder: Path, must: Must) -> Images:
    """Choose the stills, make their cards, the preview and the fingerprint of the frames.

    `UnprocessableMedia` where no picture could be decoded.
    """
    stills, best = _choose(facts, folder)
    (folder / _PRINTS).mkdir(exist_ok=True)
    cut = prints.without_bars(folder / _FRAMES)
    cells = folder / "cells.gray"
    plan = SpritePlan.of(facts.width, facts.height, facts.duration)
    await must(_finishing(binary, folder, (facts.width, facts.height), plan, cut, cells), _any_line)
    (folder / _TILES).unlink()
    step = prints.step_seconds(facts.duration)
    frames = prints.read_frames(cells, step)
    (folder / _PRINTS / "frames.bin").write_bytes(frames.encode())
    (folder / "preview.vtt").write_text(preview(plan), encoding="utf-8")
    return Images(
        stills=stills,
        best=best,
        preview="preview.vtt",
        sprites=tuple(plan.sheet_name(number) for number in range(plan.sheets)),
        prints=(PrintFile(PrintKind.FRAMES, step, f"{_PRINTS}/frames.bin"),),
    )


async def _any_line(_line: str) -> bool:
    return True


def scaled(picture: Any, facts: SourceFacts, width: int, height: int, **options: Any) -> Any:
    """The picture at a size in square pixels, its colours read as the source means them."""
    if not facts.is_rgb and not facts.convert_wide:
        options["in_color_matrix"] = facts.colours.matrix_of(min(facts.width, facts.height))
    return picture.filter("scale", width, height, **options).filter("setsar", "1")


def one_in_each(picture: Any, seconds: float) -> Any:
    """The frame in the middle of each ``seconds``, the last one standing in for any that are missing at the end."""
    lasting = picture.filter("tpad", stop_mode="clone", stop_duration=f"{seconds:.6f}")
    return lasting.filter("select", f"gte(t,(selected_n+0.5)*{seconds:.6f})")


def poster_size(width: int, height: int) -> tuple[int, int]:
    """The picture's own size, or 720 pixels on its short side if that is larger; even."""
    short = min(width, height)
    ratio = Fraction(min(short, _POSTER_SHORT_SIDE), short)
    return max(2, int(width * ratio) // 2 * 2), max(2, int(height * ratio) // 2 * 2)


def card_size(width: int, height: int) -> tuple[int, int]:
    """16:9, or 9:16 for a picture that stands."""
    return (_CARD_LONG, _CARD_SHORT) if width >= height else (_CARD_SHORT, _CARD_LONG)


def card(image: Any, width: int, height: int) -> Any:
    """An image of this size on a card: cropped where that costs little, else whole before itself blurred."""
    across, down = card_size(width, height)
    ratio = Fraction(width, height) / Fraction(across, down)
    if max(ratio, 1 / ratio) <= _CROP_UP_TO:
        return _filling(image, across, down)
    branches = image.filter_multi_output("split", 2)
    behind = _filling(branches.stream(0), across, down).filter("gblur", sigma=24)
    whole = branches.stream(1).filter("scale", across, down, force_original_aspect_ratio="decrease")
    return behind.overlay(whole, x="(W-w)/2", y="(H-h)/2")


def _filling(image: Any, across: int, down: int) -> Any:
    return image.filter("scale", across, down, force_original_aspect_ratio="increase").filter("crop", across, down)


def _candidates(picture: Any, facts: SourceFacts, folder: Path) -> Any:
    count = _count(facts)
    chosen = one_in_each(picture, facts.duration / count)
    width, height = poster_size(facts.width, facts.height)
    image = scaled(chosen, facts, width, height, **_JPEG).filter("format", "yuvj420p")
    pattern = _pattern(folder, _CANDIDATE)
    return image.output(
        pattern,
        format="image2",
        start_number=0,
        fps_mode="passthrough",
        qscale=3,
        map_metadata=-1,
        **{"frames:v": count},
    )


def _tiles(picture: Any, facts: SourceFacts, folder: Path) -> Any:
    plan = SpritePlan.of(facts.width, facts.height, facts.duration)
    tiles = scaled(one_in_each(picture, plan.seconds), facts, plan.width, plan.height, **_JPEG)
    return tiles.filter("format", "yuvj420p").output(
        str(folder / _TILES), format="rawvideo", fps_mode="passthrough", **{"frames:v": plan.count}
    )


def _sheets(folder: Path, plan: SpritePlan) -> Any:
    raw = {"format": "rawvideo", "pixel_format": "yuvj420p", "video_size": (plan.width, plan.height)}
    tiles = ffmpeg.input(f"file:{folder / _TILES}", **raw, framerate=1, protocol_whitelist="file")
    return tiles.filter("tile", f"{plan.columns}x{plan.rows}").output(
        _pattern(folder, SHEET),
        format="image2",
        start_number=0,
        fps_mode="passthrough",
        qscale=5,
        map_metadata=-1,
    )


def _count(facts: SourceFacts) -> int:
    """Candidates: evenly spaced, none twice."""
    return max(1, min(STILLS * _TRIED_FOR_EACH, round(facts.duration * float(facts.rate))))


def _choose(facts: SourceFacts, folder: Path) -> tuple[tuple[Still, ...], int]:
    """Of each part of the video the candidate with the most detail, and which of these has most.

    At one quality the size of a JPEG grows with its detail: black, flat, blurred and faded frames are small.
    """
    count = _count(facts)
    sizes = {n: path.stat().st_size for n in range(count) if (path := folder / (_CANDIDATE % n)).exists()}
    if not sizes:
        raise refusal("DECODE_FAILED")
    parts = min(STILLS, len(sizes))
    numbers = sorted(sizes)
    bounds = [len(numbers) * part // parts for part in range(parts + 1)]
    groups = (numbers[start:end] for start, end in pairwise(bounds))
    chosen = [max(group, key=lambda number: sizes[number]) for group in groups]
    (folder / _THUMBNAILS).mkdir(exist_ok=True)
    for place, number in enumerate(chosen):
        (folder / (_CANDIDATE % number)).rename(folder / _THUMBNAILS / f"{place}.jpg")
    stills = tuple(
        Still(round((number + 0.5) * facts.duration / count, 3), f"{_THUMBNAILS}/{n}.jpg", f"{_THUMBNAILS}/{n}.webp")
        for n, number in enumerate(chosen)
    )
    return stills, max(range(parts), key=lambda place: sizes[chosen[place]])


def _finishing(
    binary: Path, folder: Path, size: tuple[int, int], plan: SpritePlan, cut: prints.Cut, cells: Path
) -> list[str]:
    """One command for the cards, the sheets of sprites and the cells of the fingerprint."""
    pinned = {"format": "image2", "format_whitelist": "image2", "protocol_whitelist": "file"}
    stills = ffmpeg.input(_pattern(folder / _THUMBNAILS, "%d.jpg"), **pinned, start_number=0, framerate=1)
    cards = (
        card(stills, *size)
        .filter("format", "yuv420p")
        .output(_pattern(folder / _THUMBNAILS, "%d.webp"), **webp(), start_number=0, fps_mode="passthrough")
    )
    all_of_it = ffmpeg.merge_outputs(cards, _sheets(folder, plan), prints.cells_output(folder / _FRAMES, cut, cells))
    quiet = ("-hide_banner", "-nostdin", "-nostats", "-loglevel", "error")
    command: list[str] = all_of_it.global_args(*quiet).compile(cmd=str(binary), overwrite_output=True)
    return command


def _pattern(folder: Path, numbered: str) -> str:
    """Numbered files, as the image muxers take them."""
    return f"{str(folder).replace('%', '%%')}/{numbered}"


def webp() -> dict[str, Any]:
    return {"format": "image2", "c:v": "libwebp", "quality": 78, "compression_level": 4, "map_metadata": -1}
