"""A long source that is processed in parts by any number of workers, and joined."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from streamcore.shared.ids import JobId, VideoId
from streamcore.videos.models.media import Media

_BEFORE_THE_CUT = 5.0  # percent that a job may have told before it cuts its source
_SHARE_OF_FIRST, _SHARE_OF_CHUNKS = 0.25, 0.7  # of the whole work, in percent of 1; joining is the rest


@dataclass(frozen=True, slots=True)
class Chunk:
    """The segments from ``first`` up to, not including, ``end`` (None: to the last)."""

    first: int
    end: int | None


@dataclass(frozen=True, slots=True)
class Plan:
    """How a source is cut. ``details`` is the processor's own, fit for JSON: what every part has to know alike."""

    chunks: tuple[Chunk, ...]
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Made:
    """The first quality of a source, its sound and its images, below one generation."""

    media: Media
    generation: str


@dataclass(frozen=True, slots=True)
class ChunkPart:
    """The job that makes one chunk, and the generation in which it lies once it is made."""

    job_id: JobId
    generation: str | None = None


@dataclass(frozen=True, slots=True)
class ChunkedRun:
    """What has been made of one plan. ``id`` is the processing job that cut the source, ``parts`` has one for each
    chunk, ``join_id`` is the last job, there once everything is made; ``version`` is the lock."""

    id: JobId
    video_id: VideoId
    plan: Plan
    parts: tuple[ChunkPart, ...]
    first: Made | None = None
    join_id: JobId | None = None
    version: int = 0

    @property
    def ready_to_join(self) -> bool:
        return self.first is not None and all(part.generation for part in self.parts)

    @property
    def generations(self) -> frozenset[str]:
        """Whose files the join will read."""
        made = {part.generation for part in self.parts} | {self.first.generation if self.first else None}
        return frozenset(generation for generation in made if generation)

    def finish_first(self, made: Made, *, join_id: JobId) -> "ChunkedRun":
        """The first quality is there; ``join_id`` is for the last job if nothing else is missing."""
        return replace(self, first=made)._joined_by(join_id)

    def finish_chunk(self, number: int, generation: str, *, join_id: JobId) -> "ChunkedRun":
        """A chunk is there; as above."""
        part = replace(self.parts[number], generation=generation)
        parts = (*self.parts[:number], part, *self.parts[number + 1 :])
        return replace(self, parts=parts)._joined_by(join_id)

    def _joined_by(self, join_id: JobId) -> "ChunkedRun":
        return replace(self, join_id=join_id) if self.ready_to_join and self.join_id is None else self

    def progress(self, of_jobs: Mapping[JobId, float]) -> float:
        """Percent of the whole, from the percent of each job that has a row; never back while theirs do not."""
        first = 100.0 if self.first else of_jobs.get(self.id, 0.0)
        chunks = [100.0 if part.generation else of_jobs.get(part.job_id, 0.0) for part in self.parts]
        joining = of_jobs.get(self.join_id, 0.0) if self.join_id else 0.0
        rest = 1.0 - _SHARE_OF_FIRST - _SHARE_OF_CHUNKS
        percent = _SHARE_OF_FIRST * first + _SHARE_OF_CHUNKS * sum(chunks) / len(chunks) + rest * joining
        return max(percent, min(of_jobs.get(self.id, 0.0), _BEFORE_THE_CUT))

    @property
    def job_ids(self) -> tuple[JobId, ...]:
        """Every job of this run that there is so far."""
        return (self.id, *(part.job_id for part in self.parts), *((self.join_id,) if self.join_id else ()))
