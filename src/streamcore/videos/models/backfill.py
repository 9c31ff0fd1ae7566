"""A walk through all videos that makes what is missing of each, as a row that survives every process.

running ◀─resume── paused, failed        running ──▶ done, failed        cancelled: from any that is not over
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType

from streamcore.shared.errors import Conflict, Invalid
from streamcore.shared.ids import JobId, VideoId
from streamcore.videos.models.missing import MediaPart

BackfillId = NewType("BackfillId", str)

MOST_AT_ONCE = 64
MOST_TRIES = 5


class BackfillState(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Steering(StrEnum):
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class BackfillPlan:
    """Which parts to make, of how many videos at most, how many in a minute, how many new generations at once."""

    parts: tuple[MediaPart, ...]
    limit: int | None = None
    per_minute: float | None = None
    at_once: int = 1

    def __post_init__(self) -> None:
        for field, wrong in (
            ("missing", not self.parts),
            ("limit", self.limit is not None and self.limit < 1),
            ("rate", self.per_minute is not None and self.per_minute <= 0),
            ("at_once", not 1 <= self.at_once <= MOST_AT_ONCE),
        ):
            if wrong:
                raise Invalid.field(field, "This is no usable value.", "backfill_plan")


@dataclass(frozen=True, slots=True)
class Remake:
    """A new generation that is being made for the backfill."""

    video_id: VideoId
    job_id: JobId


@dataclass(frozen=True, slots=True)
class Backfill:
    """``cursor`` is the last video that was looked at, by id; ``total`` how many there were when it began.

    ``begun`` counts the videos of which something was made or is being made, ``made`` and ``failed`` how those ended.
    ``tries`` is how often the video behind the cursor was begun in vain, for reasons that may pass.
    ``version`` is the lock.
    """

    id: BackfillId
    plan: BackfillPlan
    created_at: datetime
    total: int
    state: BackfillState = BackfillState.RUNNING
    cursor: VideoId | None = None
    looked_at: int = 0
    begun: int = 0
    made: int = 0
    failed: int = 0
    tries: int = 0
    remaking: tuple[Remake, ...] = ()
    reason: str | None = None
    version: int = 0

    @property
    def percent(self) -> float:
        if self.state is BackfillState.DONE:
            return 100.0
        return min(99.9, 100.0 * self.looked_at / self.total) if self.total else 0.0

    @property
    def has_room(self) -> bool:
        return len(self.remaking) < self.plan.at_once

    @property
    def limit_reached(self) -> bool:
        return self.plan.limit is not None and self.begun >= self.plan.limit

    def after_save(self) -> "Backfill":
        """As it is once storage has it."""
        return replace(self, version=self.version + 1)

    def passed(self, video_id: VideoId) -> "Backfill":
        """A video was looked at."""
        return replace(self, cursor=video_id, looked_at=self.looked_at + 1, tries=0)

    def troubled(self, reason: str) -> "Backfill":
        """What the next video lacks could not be made just now; ``reason`` is kept."""
        return replace(self, tries=self.tries + 1, reason=reason)

    def completed(self, video_id: VideoId) -> "Backfill":
        """What a video lacked was made."""
        return replace(self.passed(video_id), begun=self.begun + 1, made=self.made + 1)

    def could_not(self, video_id: VideoId, reason: str) -> "Backfill":
        """What a video lacks cannot be made; the last ``reason`` is kept."""
        return replace(self.passed(video_id), begun=self.begun + 1, failed=self.failed + 1, reason=reason)

    def remakes(self, video_id: VideoId, job_id: JobId) -> "Backfill":
        """A new generation of a video was begun."""
        return replace(self.passed(video_id), begun=self.begun + 1, remaking=(*self.remaking, Remake(video_id, job_id)))

    def remade(self, remake: Remake, failure: str | None) -> "Backfill":
        """A new generation is finished, or why there is none."""
        remaking = tuple(other for other in self.remaking if other != remake)
        if failure is None:
            return replace(self, remaking=remaking, made=self.made + 1)
        return replace(self, remaking=remaking, failed=self.failed + 1, reason=failure)

    def finish(self) -> "Backfill":
        return replace(self, state=BackfillState.DONE)

    def break_down(self, reason: str) -> "Backfill":
        """Its job has died; it can be resumed. One that was steered meanwhile stays as it is."""
        if self.state is not BackfillState.RUNNING:
            return self
        return replace(self, state=BackfillState.FAILED, reason=reason)

    def steer(self, steering: Steering) -> "Backfill":
        """Pause, resume or cancel it; again is no change. `Conflict` where it is over."""
        target = _STEERED[steering]
        if self.state is target:
            return self
        if self.state in (BackfillState.DONE, BackfillState.CANCELLED):
            raise Conflict(f"The backfill is {self.state}.")
        return replace(self, state=target)


_STEERED = {
    Steering.PAUSE: BackfillState.PAUSED,
    Steering.RESUME: BackfillState.RUNNING,
    Steering.CANCEL: BackfillState.CANCELLED,
}
