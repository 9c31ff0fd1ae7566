"""Where a long source is cut, and what each part has to know so that all of them fit together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from adapters.ffmpeg import command
from adapters.ffmpeg.boxes import moved
from adapters.ffmpeg.command import SEAMS, Cut, Encoding, segment_frames
from adapters.ffmpeg.ladder import Rung
from adapters.ffmpeg.probe import SourceFacts
from adapters.ffmpeg.publishing import INIT, PLAYLIST
from adapters.ffmpeg.work import Work
from streamcore.videos.models.boxes import read_track
from streamcore.videos.models.chunks import Chunk, Plan

_SEEKABLE = {"mov", "matroska"}
"""Containers with an index of keyframes; others are read from their beginning, and so processed in one piece."""

_FACTS = TypeAdapter(SourceFacts)
_RUNGS = TypeAdapter(tuple[Rung, ...])


@dataclass(frozen=True, slots=True)
class Shared:
    """What all parts of one plan go by, whatever the settings of the worker that makes one."""

    facts: SourceFacts
    rungs: tuple[Rung, ...]
    segment_seconds: float
    preset: str

    @classmethod
    def of(cls, plan: Plan) -> "Shared":
        told = plan.details
        rungs = _RUNGS.validate_python(told["rungs"])
        return cls(_FACTS.validate_python(told["facts"]), rungs, told["segment_seconds"], told["preset"])

    def details(self) -> Mapping[str, Any]:
        """Fit for JSON."""
        return {
            "facts": _FACTS.dump_python(self.facts, mode="json"),
            "rungs": _RUNGS.dump_python(self.rungs, mode="json"),
            "segment_seconds": self.segment_seconds,
            "preset": self.preset,
        }

    @property
    def better(self) -> tuple[Rung, ...]:
        """The rungs that are made in chunks."""
        return self.rungs[1:]

    @property
    def segment_frames(self) -> int:
        return segment_frames(self.facts.rate, self.segment_seconds)

    def encoding(self, threads: int) -> Encoding:
        return Encoding(segment_seconds=self.segment_seconds, preset=self.preset, threads=threads)

    def cut(self, chunk: Chunk) -> Cut:
        frames = self.segment_frames
        count = None if chunk.end is None else (chunk.end - chunk.first) * frames
        return Cut(first_segment=chunk.first, first_frame=chunk.first * frames, frames=count)

    def seams(self, chunks: Sequence[Chunk]) -> list[int]:
        """The frames, counted from 0, on both sides of each place where the source is cut."""
        firsts = [chunk.first * self.segment_frames for chunk in chunks[1:]]
        return sorted({frame for first in firsts for frame in (first - 1, first)})


def is_long(facts: SourceFacts, chunk_seconds: float) -> bool:
    """Whether it is worth another decode that its first quality can be watched by everybody before the others."""
    return facts.duration >= 2 * chunk_seconds


def cut(shared: Shared, chunk_seconds: float) -> Plan | None:
    """Chunks of about this length on the grid of segments; None for a source that is not worth it: one that is not
    twice as long, that has one rendition only, or that cannot be entered in its midst."""
    facts = shared.facts
    seconds = float(shared.segment_frames / facts.rate)
    if facts.demuxer not in _SEEKABLE or len(shared.rungs) < 2 or not is_long(facts, chunk_seconds):
        return None
    each = max(1, round(chunk_seconds / seconds))
    count = max(1, round(facts.picture_seconds / seconds / each))  # each has some picture, though sound may go on
    if count < 2:
        return None
    ends: list[int | None] = [number * each for number in range(1, count)]
    chunks = tuple(Chunk(number * each, end) for number, end in enumerate([*ends, None]))
    return Plan(chunks, shared.details())


@dataclass(frozen=True, slots=True)
class Moving:
    """Gives each segment of a chunk, which FFmpeg has made as if it were the first, the times it has in the whole."""

    shared: Shared
    chunk: Chunk

    def __call__(self, segment: Path) -> None:
        if not self.chunk.first:
            return
        units = read_track((segment.parent / INIT).read_bytes()).timescale / self.shared.facts.rate
        if units.denominator != 1:
            raise ValueError("A frame does not last a whole number of units.")
        ticks = self.shared.cut(self.chunk).first_frame * units.numerator
        segment.write_bytes(moved(segment.read_bytes(), ticks, self.chunk.first))


async def encode_chunk(work: Work, shared: Shared, chunk: Chunk, threads: int) -> None:
    """Make the better renditions of one chunk and store them, for `joining`."""
    facts, cut = shared.facts, shared.cut(chunk)
    line = command.chunk(work.ffmpeg, work.source, facts, shared.better, shared.encoding(threads), work.made, cut)
    frames = cut.frames or round(facts.frames) - cut.first_frame
    await work.encode(line, facts, shared.better, shared.preset, frames=frames)
    await work.steps.at("storing")
    made = [f"{rung.name}/{name}" for rung in shared.better for name in (INIT, PLAYLIST)]
    await work.outputs.store([name for name in made if (work.made / name).exists()])
    await work.outputs.put(SEAMS, (work.made / SEAMS).read_bytes())
