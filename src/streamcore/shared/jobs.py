"""Jobs: long or scheduled work as rows; a queue message merely points to one.

queued ──lease──▶ running ──complete──▶ done
   ▲                │ fail (retry), lease expired, released
   └────────────────┘ … or, past a limit, dead ──replay──▶ queued

``token`` is the fencing token: it rises with every lease, and only the holder of the current one may write progress or
results (M. Kleppmann, "How to do distributed locking", 2016).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Protocol

from streamcore.shared.events import Event
from streamcore.shared.ids import JobId
from streamcore.shared.queues import QueueName

HANDLER_FAILURE_LIMIT = 3
CRASH_LIMIT = 20
CRASHED_TOO_OFTEN = "The worker fell silent too often."
"""Why a job died that has passed the limit of crashes."""


class JobClass(StrEnum):
    """Priority: each class has its own queue, so that bulk work never delays a person who waits."""

    INTERACTIVE = "interactive"
    BULK = "bulk"

    @property
    def queue(self) -> QueueName:
        return QueueName.JOBS_INTERACTIVE if self is JobClass.INTERACTIVE else QueueName.JOBS_BULK


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Job:
    """Work to be done. While a job with the same ``dedupe_key`` is queued or running, enqueuing it changes nothing."""

    id: JobId
    kind: str
    payload: Mapping[str, Any]
    job_class: JobClass = JobClass.INTERACTIVE
    dedupe_key: str | None = None


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job as stored. ``progress`` is 0–100; ``crashes`` counts expired leases, ``attempts`` handler failures."""

    id: JobId
    kind: str
    payload: Mapping[str, Any]
    job_class: JobClass
    dedupe_key: str | None
    state: JobState
    attempts: int
    crashes: int
    token: int
    worker: str | None
    lease_expires_at: datetime | None
    not_before: datetime
    progress: float
    stage: str
    reason: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class JobPointer:
    job_id: JobId
    job_class: JobClass


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to run a job, until it expires or a newer token exists."""

    job: JobRow
    worker: str

    @property
    def job_id(self) -> JobId:
        return self.job.id

    @property
    def token(self) -> int:
        return self.job.token


@dataclass(frozen=True, slots=True, kw_only=True)
class JobDied(Event):
    """A job has passed its limit of failures or crashes, or can never succeed; recorded in the same commit."""

    name: ClassVar[str] = "jobs.JobDied"
    job_id: JobId
    kind: str
    payload: dict[str, Any]
    reason: str

    @property
    def aggregate_id(self) -> str:
        return self.job_id


class JobRun(Protocol):
    """A job while it is being worked on, as its handler sees it."""

    @property
    def lease(self) -> Lease: ...

    async def progress(self, percent: float, stage: str) -> None:
        """Tell how far the work is (0–100, a stage word); silence for too long ends the run. `LeaseLost` when the
        work is no longer wanted."""
        ...


class Jobs(Protocol):
    """The job table as workers and operators use it; each method is one transaction of its own.

    Enqueuing and completing belong to the unit of work, since they commit together with what they concern.
    """

    async def due(self, *, now: datetime, limit: int, redispatch_before: datetime) -> Sequence[JobPointer]:
        """Queued jobs with ``not_before`` ≤ ``now`` that were never announced, or not since ``redispatch_before``.

        Stamps them as announced at ``now``, so that concurrent callers get different jobs.
        """
        ...

    async def lease(self, job_id: JobId, *, worker: str, now: datetime, ttl: timedelta) -> Lease | None:
        """Take a queued, due job by compare-and-set, raising its token; None if it is not to be had."""
        ...

    async def heartbeat(self, lease: Lease, *, now: datetime, ttl: timedelta, progress: float, stage: str) -> None:
        """Renew the lease and write progress; `LeaseLost` under an old token. Progress never goes back, whatever an
        earlier lease has reached."""
        ...

    async def fail(self, lease: Lease, *, now: datetime, reason: str, retry_at: datetime | None) -> None:
        """Count a handler failure and queue it again for ``retry_at``, or (None) let it die and record `JobDied`.

        `LeaseLost` under an old token.
        """
        ...

    async def release(
        self, lease: Lease, *, now: datetime, not_before: datetime | None = None, reason: str | None = None
    ) -> None:
        """Give it back uncounted; `LeaseLost` as above.

        It is announced again at once (a worker that shuts down), or at ``not_before`` (one that cannot do this job, but
        another may). ``reason`` tells operators why; without one, that of the last failure stays.
        """
        ...

    async def reap(self, *, now: datetime, crash_limit: int = CRASH_LIMIT) -> Sequence[JobRow]:
        """Queue every job whose lease expired again, counting a crash; past the limit it dies and `JobDied` is
        recorded. The rows as they are now: a job that dies has `CRASHED_TOO_OFTEN` for its reason, the others keep
        what their last failure left there."""
        ...

    async def get(self, job_id: JobId) -> JobRow:
        """`NotFound` if there is none."""
        ...

    async def list(self, *, state: JobState | None = None, limit: int = 100) -> Sequence[JobRow]:
        """The newest jobs, of one state if given."""
        ...

    async def replay(self, job_id: JobId, *, now: datetime) -> None:
        """Queue a dead job again with its counts at zero and no reason; `NotFound`, or `Conflict` if it is not dead or
        another job holds its dedupe key."""
        ...

    async def purge(self, *, state: JobState, before: datetime) -> int:
        """Delete done or dead jobs last changed before a time; how many. `Invalid` for other states."""
        ...
