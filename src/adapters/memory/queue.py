"""Queues in this process: nothing survives it, all else is as a real engine does it."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from math import inf

from streamcore.shared.clock import Clock, Random
from streamcore.shared.errors import Unavailable
from streamcore.shared.queues import (
    DEFAULT_DELIVERY_LIMIT,
    DELIVERY_LIMIT_REACHED,
    DeadLetter,
    Delivery,
    Message,
)

_DUPLICATED = 0.1
"""Under chaos, the share of deliveries after which the same message is delivered once more."""


class _WallClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


async def _go_on(operation: str) -> None:
    """The checkpoint that stops nowhere."""


@dataclass(slots=True, eq=False)
class Entry:
    """A message in a queue; ``attempt`` counts its deliveries so far."""

    message: Message
    attempt: int = 0
    duplicate: bool = False


@dataclass(slots=True, eq=False)
class Line:
    """What one queue holds. ``changed`` wakes everybody who waits, and is then replaced by a new event."""

    name: str
    waiting: deque[Entry] = field(default_factory=deque)
    dead: deque[DeadLetter] = field(default_factory=deque)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        self.changed.set()
        self.changed = asyncio.Event()

    def put(self, *entries: Entry) -> None:
        self.waiting.extend(entries)
        self.wake()


class MemoryDelivery:
    """A delivery until one of its endings is called or its consumer has gone; after that nothing has an effect."""

    def __init__(self, consumer: "MemoryConsumer", entry: Entry) -> None:
        self.message = entry.message
        self.attempt = entry.attempt
        self._consumer = consumer
        self._entry = entry

    async def ack(self) -> None:
        await self._consumer.queue.checkpoint("queue.ack")
        self._consumer.let_go(self._entry)

    async def retry(self) -> None:
        await self._consumer.queue.checkpoint("queue.retry")
        if self._consumer.let_go(self._entry):
            self._consumer.queue.give_back(self._consumer.line, self._entry)

    async def reject(self, reason: str) -> None:
        await self._consumer.queue.checkpoint("queue.reject")
        if self._consumer.let_go(self._entry):
            self._consumer.queue.bury(self._consumer.line, self._entry, reason)


class MemoryConsumer:
    """The iterator over one consumer's deliveries."""

    def __init__(self, queue: "MemoryQueue", line: Line, prefetch: int, limit: int | None) -> None:
        self.queue = queue
        self.line = line
        self._prefetch = prefetch
        self._left_to_take = inf if limit is None else limit
        self._held: dict[Entry, None] = {}  # a set that remembers the order

    def __aiter__(self) -> AsyncIterator[Delivery]:
        return self

    async def __anext__(self) -> Delivery:
        while self._left_to_take > 0:
            self.queue.require_open()
            if len(self._held) < self._prefetch and self.line.waiting:
                return self._hold(self.queue.take(self.line))
            await self.line.changed.wait()
        raise StopAsyncIteration

    def _hold(self, entry: Entry) -> Delivery:
        self._left_to_take -= 1
        self._held[entry] = None
        return MemoryDelivery(self, entry)

    def let_go(self, entry: Entry) -> bool:
        """Whether this consumer still held it."""
        if entry not in self._held:
            return False
        del self._held[entry]
        self.line.wake()
        return True

    def leave(self) -> None:
        self._left_to_take = 0
        held, self._held = self._held, {}
        for entry in held:
            self.queue.give_back(self.line, entry)
        self.line.wake()


class MemoryQueue:
    """The queue port within one event loop.

    ``chaos`` draws which waiting message comes next and which comes once too often, as engines may under failure.
    ``checkpoint`` is awaited with an operation's name ("queue.publish", "queue.ack", …) before the operation has any
    effect, so that a simulation may pause, fail or cancel it there.
    """

    def __init__(
        self,
        *,
        delivery_limit: int = DEFAULT_DELIVERY_LIMIT,
        clock: Clock | None = None,
        chaos: Random | None = None,
        checkpoint: Callable[[str], Awaitable[None]] = _go_on,
    ) -> None:
        self.checkpoint = checkpoint
        self.delivery_limit = delivery_limit
        self._clock = clock or _WallClock()
        self._chaos = chaos
        self._closed = False
        self._lines: dict[str, Line] = {}

    def line(self, queue: str) -> Line:
        self.require_open()
        return self._lines.setdefault(queue, Line(queue))

    def require_open(self) -> None:
        if self._closed:
            raise Unavailable("The queue is closed.")

    def consumer(self, line: Line, prefetch: int, limit: int | None) -> MemoryConsumer:
        return MemoryConsumer(self, line, prefetch, limit)

    def take(self, line: Line) -> Entry:
        """The next waiting message, one delivery older; there must be one."""
        if self._chaos is not None:
            line.waiting.rotate(-int(self._chaos.uniform(0, len(line.waiting))))
        entry = line.waiting.popleft()
        if self._chaos is not None and not entry.duplicate and self._chaos.uniform(0, 1) < _DUPLICATED:
            line.put(Entry(entry.message, entry.attempt, duplicate=True))
        entry.attempt += 1
        return entry

    def give_back(self, line: Line, entry: Entry) -> None:
        if entry.attempt >= self.delivery_limit:
            self.bury(line, entry, DELIVERY_LIMIT_REACHED)
        else:
            line.put(entry)

    def bury(self, line: Line, entry: Entry, reason: str) -> None:
        line.dead.append(DeadLetter(entry.message, line.name, reason, entry.attempt, self._clock.now()))

    async def publish(self, queue: str, messages: Sequence[Message]) -> None:
        await self.checkpoint("queue.publish")
        self.line(queue).put(*[Entry(message) for message in messages])

    @asynccontextmanager
    async def consume(
        self, queue: str, *, prefetch: int, limit: int | None = None
    ) -> AsyncIterator[AsyncIterator[Delivery]]:
        await self.checkpoint("queue.consume")
        consumer = self.consumer(self.line(queue), prefetch, limit)
        try:
            yield consumer
        finally:
            consumer.leave()

    async def depth(self, queue: str) -> int:
        await self.checkpoint("queue.depth")
        return len(self.line(queue).waiting)

    async def dead_letters(self, queue: str, *, limit: int) -> Sequence[DeadLetter]:
        await self.checkpoint("queue.dead_letters")
        return list(islice(self.line(queue).dead, limit))

    async def replay_dead_letters(self, queue: str, *, limit: int) -> int:
        await self.checkpoint("queue.replay_dead_letters")
        line = self.line(queue)
        moved = min(limit, len(line.dead))
        line.put(*[Entry(line.dead.popleft().message) for _ in range(moved)])
        return moved

    async def purge_dead_letters(self, queue: str) -> int:
        await self.checkpoint("queue.purge_dead_letters")
        line = self.line(queue)
        purged = len(line.dead)
        line.dead.clear()
        return purged

    async def ping(self) -> None:
        await self.checkpoint("queue.ping")
        self.require_open()

    async def close(self) -> None:
        self._closed = True
        for line in self._lines.values():
            line.wake()
