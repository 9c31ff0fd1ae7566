"""The message queue: at-least-once delivery with the engine's own redelivery limit and dead letters.

Names of the queues that streamcore uses are in :class:`QueueName`; every engine keeps one queue and one dead-letter
queue for each.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

DEFAULT_DELIVERY_LIMIT = 8
DELIVERY_LIMIT_REACHED = "delivery_limit"
"""The reason of every dead letter that nobody rejected: it was delivered as often as the limit allows."""


class QueueName(StrEnum):
    EVENTS = "events"
    JOBS_INTERACTIVE = "jobs-interactive"
    JOBS_BULK = "jobs-bulk"


@dataclass(frozen=True, slots=True)
class Message:
    """``id`` is the sender's (an event's or a job's), so that a receiver can tell a duplicate; ``body`` is JSON."""

    id: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


class Delivery(Protocol):
    """One delivery of a message to this consumer; exactly one of the three endings is called."""

    @property
    def message(self) -> Message: ...

    @property
    def attempt(self) -> int:
        """1 for the first delivery, counted by the engine; a consumer that died counts as a delivery."""
        ...

    async def ack(self) -> None:
        """Done: never deliver it again. Harmless if the engine has taken the delivery back meanwhile."""
        ...

    async def retry(self) -> None:
        """Deliver it again, to any consumer; after the delivery limit it becomes a dead letter instead."""
        ...

    async def reject(self, reason: str) -> None:
        """It can never succeed: make it a dead letter now, with the reason."""
        ...


@dataclass(frozen=True, slots=True)
class DeadLetter:
    message: Message
    queue: str
    reason: str
    attempts: int
    died_at: datetime | None


class Queue(Protocol):
    """A durable queue per name, declared on first use. All methods raise `Unavailable` when the engine is away."""

    async def publish(self, queue: str, messages: Sequence[Message]) -> None:
        """Return only when the engine has confirmed every message durable; after an error some may be queued."""
        ...

    def consume(
        self, queue: str, *, prefetch: int, limit: int | None = None
    ) -> AbstractAsyncContextManager[AsyncIterator[Delivery]]:
        """Deliveries as they come, at most ``prefetch`` unended at once; the iterator ends when the context does.

        With ``limit`` exactly that many are taken from the engine, none beyond them is even held, and the iterator ends
        after the last: a worker with one free hand asks for one.

        Unended deliveries are given back to the engine on exit. Losing the connection raises `Unavailable` from the
        iterator; consume again.
        """
        ...

    async def depth(self, queue: str) -> int:
        """How many messages wait, those out for delivery not counted; an engine may lag a few seconds."""
        ...

    async def dead_letters(self, queue: str, *, limit: int) -> Sequence[DeadLetter]:
        """The oldest dead letters; looking changes nothing."""
        ...

    async def replay_dead_letters(self, queue: str, *, limit: int) -> int:
        """Put up to ``limit`` dead letters back at attempt 1; how many were moved. None is lost if it fails midway."""
        ...

    async def purge_dead_letters(self, queue: str) -> int:
        """Delete all dead letters of the queue; how many there were."""
        ...

    async def ping(self) -> None:
        """Return if the engine answers; `Unavailable` otherwise."""
        ...

    async def close(self) -> None: ...
