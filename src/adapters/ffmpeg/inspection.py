"""Look at a source before any work is put into it: what it is, and whether it may be processed."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import structlog

from adapters.ffmpeg import command
from adapters.ffmpeg.errors import failure, last_errors, refusal
from adapters.ffmpeg.probe import Description, FrameTable, SourceFacts, facts_of, read_description
from adapters.ffmpeg.process import Finished, OnLine
from adapters.ffmpeg.signatures import HEAD_SIZE, demuxer_of

_log = structlog.get_logger()
Run = Callable[[Sequence[str], OnLine], Awaitable[Finished]]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a source may be: seconds, pixels of a frame, pixels of a side."""

    longest_seconds: float = 12 * 3600.0
    most_pixels: int = 8192 * 4608
    smallest_side: int = 16


async def inspect(binary: Path, source: Path, bounds: Bounds, run: Run) -> SourceFacts:
    """The facts of a usable source; `UnprocessableMedia` for another."""
    demuxer = demuxer_of(_head(source))
    shown, table = FrameTable(), FrameTable()
    ended = await run(command.first_frame(binary, source, demuxer), shown.read)
    described = read_description(ended.stderr)
    _check_description(ended, described, bounds)
    assert described.video is not None  # noqa: S101  checked above
    copied = await run(command.packets(binary, source, demuxer, described.video.index, described.audio), table.read)
    if copied.returncode:
        raise failure(copied.returncode, copied.stderr)
    facts = facts_of(demuxer, described, shown, table)
    _check_facts(facts, bounds)
    return replace(facts, tone_map=facts.is_hdr and await _can_tone_map(binary, run))


def _head(source: Path) -> bytes:
    with source.open("rb") as file:
        return file.read(HEAD_SIZE)


def _check_description(ended: Finished, described: Description, bounds: Bounds) -> None:
    opened = "Input #0" in ended.stderr
    video = described.video
    if opened and video is None:
        raise refusal("NO_VIDEO_STREAM")
    if video is not None and video.width * video.height > bounds.most_pixels:
        raise refusal("TOO_LARGE_FRAME")
    if ended.returncode == 0:
        return
    _log.info("media_refused", returncode=ended.returncode, errors=last_errors(ended.stderr))
    error = failure(ended.returncode, ended.stderr)
    if not opened and getattr(error, "reason", "") == "DECODE_FAILED" and ended.returncode > 0:
        raise refusal("NOT_MEDIA")
    raise error


def _check_facts(facts: SourceFacts, bounds: Bounds) -> None:
    if facts.duration > bounds.longest_seconds:
        raise refusal("TOO_LONG")
    if facts.width * facts.height > bounds.most_pixels:
        raise refusal("TOO_LARGE_FRAME")
    if min(facts.width, facts.height) < bounds.smallest_side:
        raise refusal("TOO_SMALL_FRAME")


async def _can_tone_map(binary: Path, run: Run) -> bool:
    """Whether this FFmpeg was built with zimg; without it HDR keeps its flat look rather than fail."""
    found = False

    async def read(line: str) -> bool:
        nonlocal found
        found = found or " zscale " in line
        return True

    await run(command.filters(binary), read)
    return found
