"""Look at a source before any work is put into it: what it is, and whether it may be processed."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import structlog

from adapters.ffmpeg import command
from adapters.ffmpeg.description import Description, VideoStream, read_description
from adapters.ffmpeg.errors import ends_early, failure, last_errors, refusal
from adapters.ffmpeg.loudness import MeasuredSound, read_measurement
from adapters.ffmpeg.probe import FrameTable, SourceFacts, facts_of, falls_short
from adapters.ffmpeg.process import Finished, OnLine
from adapters.ffmpeg.sharpness import comparisons, moments, sharp_side
from adapters.ffmpeg.signatures import HEAD_SIZE, demuxer_of

_log = structlog.get_logger()
_MOST_TRACKS = 8  # of a kind that are tried
_USABLE = 0.5  # of a sound
_SILENT = MeasuredSound(0.0, None)
Run = Callable[[Sequence[str], OnLine], Awaitable[Finished]]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a source may be: seconds, pixels of a frame, pixels of a side."""

    longest_seconds: float = 12 * 3600.0
    most_pixels: int = 8192 * 4608
    smallest_side: int = 16


async def inspect(binary: Path, source: Path, bounds: Bounds, run: Run) -> SourceFacts:
    """The facts of a usable source; `UnprocessableMedia` for another."""
    look = _Look(binary, source, demuxer_of(_head(source)), bounds, run)
    described, video, shown = await look.at_the_picture()
    table = await look.through_packets(video.index, described.sounds)
    facts = facts_of(look.demuxer, video, table.audio, shown, table.packets)
    await look.require_whole(described, table.packets)
    _check_facts(facts, bounds)
    facts = replace(
        facts,
        loudness=table.sound.loudness,
        sound_changes=table.sound.changes,
        convert_wide=video.colours.is_wide and await _has_zscale(binary, run),
    )
    return replace(facts, sharp_side=await look.for_detail(facts))


@dataclass(frozen=True, slots=True)
class _Packets:
    """The table of one picture and of the sound that was chosen, if any can be used."""

    packets: FrameTable
    audio: int | None = None
    sound: MeasuredSound = _SILENT


@dataclass(frozen=True, slots=True)
class _Look:
    """The runs of FFmpeg that look at one source."""

    binary: Path
    source: Path
    demuxer: str
    bounds: Bounds
    run: Run

    async def at_the_picture(self) -> tuple[Description, VideoStream, FrameTable]:
        """The first of the default pictures that can be decoded, with its first frame."""
        first = FrameTable()
        ended = await self.run(command.first_frame(self.binary, self.source, self.demuxer), first.read)
        described = read_description(ended.stderr)
        _check_opened(ended, described)
        looked_at = min(stream.index for stream in described.videos)
        for stream in described.videos[:_MOST_TRACKS]:
            if stream.width * stream.height > self.bounds.most_pixels:
                raise refusal("TOO_LARGE_FRAME")
            shown, found = first, ended
            if stream.index != looked_at:
                shown = FrameTable()
                line = command.first_frame(self.binary, self.source, self.demuxer, stream.index)
                found = await self.run(line, shown.read)
            if found.returncode == 0 and shown.frames:
                return described, stream, shown
        _log.info("media_refused", returncode=ended.returncode, errors=last_errors(ended.stderr))
        raise failure(ended.returncode, ended.stderr) if ended.returncode else refusal("DECODE_FAILED")

    async def through_packets(self, video: int, sounds: Sequence[int]) -> _Packets:
        """Take the first sound of which at least half can be decoded, else the best, else none.

        `UnprocessableMedia` TOO_LONG before any of them is decoded.
        """
        best, most = None, 0.0
        for index in sounds[:_MOST_TRACKS]:
            table = FrameTable()
            copied = await self.run(command.packets(self.binary, self.source, self.demuxer, video, index), table.read)
            if copied.returncode or 1 not in table.first:
                continue
            if table.ends > self.bounds.longest_seconds:
                raise refusal("TOO_LONG")
            sound = await self._measure(index)
            if sound.seconds > most:
                best, most = _Packets(table, index, sound), sound.seconds
            if sound.seconds >= _USABLE * (table.seconds(1) - table.begins(1)):
                break
        return best or _Packets(await self._picture_packets(video))

    async def require_whole(self, described: Description, packets: FrameTable) -> None:
        """`UnprocessableMedia` TRUNCATED for a file that was cut off.

        A header tells the length of the longest track, which may be one of subtitles, data or chapters (FFmpeg gives no
        packets of those). They can also lie whole at the beginning of a file that was cut, and prove nothing alone.
        """
        stated = described.header_seconds
        if not falls_short(self.demuxer, stated, packets.ends):
            return
        everything = FrameTable()
        listed = await self.run(command.every_packet(self.binary, self.source, self.demuxer), everything.read)
        if listed.returncode:
            raise failure(listed.returncode, listed.stderr)
        ends = max(everything.ends, described.chapters_end)
        if ends_early(listed.stderr) or falls_short(self.demuxer, stated, ends):
            raise refusal("TRUNCATED")

    async def for_detail(self, facts: SourceFacts) -> int | None:
        """How large a picture is worth while; None where that cannot be told."""
        compared = comparisons(facts.rungs)
        if not compared or facts.colours.is_hdr:
            return None
        line = command.compare_sizes(self.binary, self.source, facts, moments(facts.picture_seconds), compared)
        ended = await self.run(line, _no_news)
        return sharp_side(ended.stderr, compared)

    async def _picture_packets(self, video: int) -> FrameTable:
        table = FrameTable()
        copied = await self.run(command.packets(self.binary, self.source, self.demuxer, video, None), table.read)
        if copied.returncode:
            raise failure(copied.returncode, copied.stderr)
        return table

    async def _measure(self, audio: int) -> MeasuredSound:
        seen = ""

        async def moved(line: str) -> bool:
            nonlocal seen
            before = seen
            seen = line if line.startswith("out_time_us=") else seen
            return seen != before

        ended = await self.run(command.measure_sound(self.binary, self.source, self.demuxer, audio), moved)
        return read_measurement(ended.stderr, command.MEASURED_BYTES)


async def _no_news(line: str) -> bool:
    return True


def _head(source: Path) -> bytes:
    with source.open("rb") as file:
        return file.read(HEAD_SIZE)


def _check_opened(ended: Finished, described: Description) -> None:
    opened = "Input #0" in ended.stderr
    if described.videos:
        return
    if opened:
        raise refusal("NO_VIDEO_STREAM")
    _log.info("media_refused", returncode=ended.returncode, errors=last_errors(ended.stderr))
    error = failure(ended.returncode, ended.stderr)
    if getattr(error, "reason", "") == "DECODE_FAILED" and ended.returncode > 0:
        raise refusal("NOT_MEDIA")
    raise error


def _check_facts(facts: SourceFacts, bounds: Bounds) -> None:
    if facts.duration > bounds.longest_seconds:
        raise refusal("TOO_LONG")
    if facts.width * facts.height > bounds.most_pixels:
        raise refusal("TOO_LARGE_FRAME")
    if min(facts.width, facts.height) < bounds.smallest_side:
        raise refusal("TOO_SMALL_FRAME")


async def _has_zscale(binary: Path, run: Run) -> bool:
    """Whether this FFmpeg was built with zimg; without it HDR keeps its flat look rather than fail."""
    found = False

    async def read(line: str) -> bool:
        nonlocal found
        found = found or " zscale " in line
        return True

    await run(command.filters(binary), read)
    return found
