"""The database in memory: its tables, and transactions on them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import ClassVar

from adapters.memory.transactions import Locks, Table, Transaction, Unique
from streamcore.channels.models import Channel
from streamcore.engagement.models import Metric, Target
from streamcore.identity.models import Session, User
from streamcore.shared.clock import Clock
from streamcore.shared.events import Event, encode
from streamcore.shared.idempotency import Answer, Effect, IdempotencyKey
from streamcore.shared.ids import ChannelId, EventId, Ids, JobId, SessionId, UserId, VideoId
from streamcore.shared.jobs import JobRow, JobState
from streamcore.shared.outbox import OutboxRow
from streamcore.videos.models.backfill import Backfill, BackfillId
from streamcore.videos.models.chunks import ChunkedRun
from streamcore.videos.models.fingerprints import Fingerprint, Match
from streamcore.videos.models.media import PrintKind
from streamcore.videos.models.video import Video

Checkpoint = Callable[[str], Awaitable[None]]
"""Awaited with an operation's name before each operation, and before and after each commit; may raise."""


@dataclass(frozen=True, slots=True)
class StoredJob:
    """``announced_at`` is when `Jobs.due` handed it out last, None since it was queued."""

    row: JobRow
    announced_at: datetime | None = None

    @property
    def live(self) -> bool:
        return self.row.state in (JobState.QUEUED, JobState.RUNNING)

    @property
    def running(self) -> bool:
        return self.row.state is JobState.RUNNING


@dataclass(frozen=True, slots=True)
class UnsentEvent:
    row: OutboxRow
    claimed_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    key: IdempotencyKey
    answer: Answer
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Delta:
    """A counter's move that is not folded into its total yet."""

    target: Target
    metric: Metric
    by: int


@dataclass(frozen=True, slots=True)
class Marked:
    """One mark by which a video's fingerprint is found."""

    kind: PrintKind
    mark: int
    video_id: VideoId


@dataclass(frozen=True, slots=True)
class FoundDuplicate:
    """A match that was found for ``video_id``."""

    video_id: VideoId
    other_id: VideoId
    match: Match
    found_at: datetime


def _users() -> Table[UserId, User]:
    email = Unique[User](lambda user: user.email.lower(), "email", "This e-mail address has an account already.")
    username = Unique[User](lambda user: user.username.lower(), "username", "This name is taken.")
    return Table({"email_taken": email, "username_taken": username})


def _channels() -> Table[ChannelId, Channel]:
    handle = Unique[Channel](lambda channel: channel.handle.lower(), "handle", "This handle is taken.")
    owner = Unique[Channel](lambda channel: channel.owner_id, "owner_id", "You have a channel already.")
    return Table({"handle_taken": handle, "channel_exists": owner})


def _jobs() -> Table[JobId, StoredJob]:
    key = Unique[StoredJob](lambda job: job.row.dedupe_key if job.live else None, "dedupe_key", "This job is queued.")
    return Table({"job_queued": key}, {"state": lambda job: job.row.state})


def _marked() -> Table[tuple[PrintKind, int, VideoId], Marked]:
    return Table(groups={"mark": lambda row: (row.kind, row.mark), "print": lambda row: (row.video_id, row.kind)})


def _duplicates() -> Table[tuple[VideoId, VideoId, PrintKind], FoundDuplicate]:
    return Table(groups={"video": lambda row: row.video_id, "other": lambda row: row.other_id})


@dataclass(frozen=True, slots=True)
class Tables:
    users: Table[UserId, User] = field(default_factory=_users)
    sessions: Table[SessionId, Session] = field(default_factory=Table)
    channels: Table[ChannelId, Channel] = field(default_factory=_channels)
    videos: Table[VideoId, Video] = field(
        default_factory=lambda: Table(
            groups={"owner": lambda video: video.owner_id, "status": lambda video: video.status}
        )
    )
    chunked_runs: Table[JobId, ChunkedRun] = field(
        default_factory=lambda: Table(groups={"video": lambda run: run.video_id})
    )
    backfills: Table[BackfillId, Backfill] = field(default_factory=Table)
    follows: Table[tuple[UserId, ChannelId], datetime] = field(default_factory=Table)
    upload_quotas: Table[UserId, int] = field(default_factory=Table)
    grants: Table[tuple[UserId, VideoId], datetime] = field(default_factory=Table)
    prints: Table[tuple[VideoId, PrintKind], Fingerprint] = field(default_factory=Table)
    marked: Table[tuple[PrintKind, int, VideoId], Marked] = field(default_factory=_marked)
    duplicates: Table[tuple[VideoId, VideoId, PrintKind], FoundDuplicate] = field(default_factory=_duplicates)
    deltas: Table[int, Delta] = field(default_factory=lambda: Table(groups={"target": lambda delta: delta.target}))
    totals: Table[tuple[Target, Metric], int] = field(default_factory=Table)
    effects: Table[tuple[str, str], Effect] = field(default_factory=Table)
    answers: Table[tuple[str, str], StoredAnswer] = field(default_factory=Table)
    jobs: Table[JobId, StoredJob] = field(default_factory=_jobs)
    unsent: Table[EventId, UnsentEvent] = field(default_factory=Table)
    sent: Table[EventId, datetime] = field(default_factory=Table)
    claims: Table[tuple[EventId, str], datetime] = field(default_factory=Table)


class MemoryDatabase:
    """Everything that the adapters of this folder store; it lives and dies with the process.

    Every operation suspends at least once, as it would with a real engine, and awaits ``checkpoint`` where one is
    given, so that a test can stop or interleave a flow at each of its steps.
    """

    transactions: ClassVar[type[Transaction]] = Transaction

    def __init__(self, clock: Clock, ids: Ids, checkpoint: Checkpoint | None = None) -> None:
        self.clock = clock
        self.ids = ids
        self.tables = Tables()
        self._checkpoint = checkpoint
        self._locks = Locks()
        self._serial = count(1)

    async def step(self, name: str) -> None:
        """The moment before an operation, at which other tasks run."""
        await asyncio.sleep(0)
        if self._checkpoint is not None:
            await self._checkpoint(name)

    def next_serial(self) -> int:
        """A number that rises and, like a sequence, never comes twice, even after a rollback."""
        return next(self._serial)

    @asynccontextmanager
    async def transaction(self, name: str) -> AsyncIterator[Transaction]:
        """Commit on a clean exit, roll back on any error or cancellation."""
        await self.step(name)
        transaction = self.transactions(self._locks)
        try:
            yield transaction
            await self.step(f"{name}: commit")
            transaction.commit()
        finally:
            transaction.end()
        await self.step(f"{name}: committed")

    def record(self, transaction: Transaction, event: Event) -> None:
        """Write an event to the outbox; never waits."""
        id = EventId(self.ids.new())
        row = OutboxRow(self.next_serial(), id, event.name, event.aggregate_id, encode(event), self.clock.now())
        transaction.append(self.tables.unsent, id, UnsentEvent(row))
