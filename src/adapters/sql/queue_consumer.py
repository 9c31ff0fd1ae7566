"""One consumer of a queue in SQL: what it has claimed, for how long, and what becomes of it."""

import asyncio
import uuid
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from math import inf

import structlog

from adapters.sql.queue_rows import QueueRows
from streamcore.shared.errors import StreamcoreError, Unavailable
from streamcore.shared.queues import Delivery, Message

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Claim:
    """A row that is held: ``receipt`` and ``attempt`` together tell this holding from every other one of the row."""

    seq: int
    attempt: int
    receipt: str


class SqlDelivery:
    """Ended at most once; ended in vain where the row was given to somebody else meanwhile.

    Where an ending fails or is cut short the row is renewed no more: its lease runs out, and it is delivered again.
    """

    def __init__(self, consumer: "SqlConsumer", claim: Claim, message: Message) -> None:
        self.message = message
        self.attempt = claim.attempt
        self._consumer = consumer
        self._claim = claim

    async def ack(self) -> None:
        try:
            await self._consumer.rows.delete(self._claim.seq, self._claim.attempt, self._claim.receipt)
        finally:
            self._consumer.let_go(self._claim)

    async def retry(self) -> None:
        try:
            await self._consumer.rows.give_back([self._claim.seq], self._claim.receipt, self._claim.attempt)
        finally:
            self._consumer.let_go(self._claim)

    async def reject(self, reason: str) -> None:
        try:
            await self._consumer.rows.bury(self._claim.seq, self._claim.attempt, self._claim.receipt, reason)
        finally:
            self._consumer.let_go(self._claim)


class SqlConsumer:
    """The iterator over one consumer's deliveries. ``poll`` and ``visibility`` are seconds."""

    def __init__(
        self, rows: QueueRows, queue: str, *, prefetch: int, limit: int | None, poll: float, visibility: float
    ) -> None:
        self.rows = rows
        self.news = asyncio.Event()
        self.closed = False
        self._queue = queue
        self._receipt = uuid.uuid4().hex
        self._prefetch = prefetch
        self._to_claim: float = inf if limit is None else limit
        self._poll = poll
        self._visibility = visibility
        self._held: set[Claim] = set()
        self._ready: deque[tuple[Claim, Message]] = deque()
        self._claiming: asyncio.Task[None] | None = None
        self._left = False

    def __aiter__(self) -> AsyncIterator[Delivery]:
        return self

    async def __anext__(self) -> Delivery:
        while not self._left:
            if self.closed:
                raise Unavailable("The queue is closed.")
            if self._ready:
                claim, message = self._ready.popleft()
                return SqlDelivery(self, claim, message)
            if self._to_claim <= 0:
                break
            self.news.clear()
            await self._claim()
            if not self._ready:
                await self._wait()
        raise StopAsyncIteration

    async def _claim(self) -> None:
        """In a task of its own: whoever waits may give up and come back, and finds what was claimed meanwhile."""
        if self._claiming is None:
            self._claiming = asyncio.create_task(self._claim_free())
        claiming = self._claiming
        await asyncio.wait({claiming})
        if self._claiming is claiming:
            self._claiming = None
        claiming.result()

    async def _claim_free(self) -> None:
        free = int(min(self._prefetch - len(self._held), self._to_claim))
        if free <= 0 or not await self.rows.any_ready(self._queue):
            return
        for row in await self.rows.claim(self._queue, free, self._receipt):
            claim = Claim(row.seq, row.attempt, self._receipt)
            self._held.add(claim)
            self._to_claim -= 1
            self._ready.append((claim, Message(row.message_id, bytes(row.body), row.headers)))

    async def _wait(self) -> None:
        """For news of this process, or for time to pass: other processes publish too, and leases run out."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._poll):
                await self.news.wait()

    def let_go(self, claim: Claim) -> None:
        self._held.discard(claim)
        self.news.set()

    async def renew_for_ever(self) -> None:
        """Keep what is held from becoming visible; cancelled on leaving."""
        while True:
            await asyncio.sleep(self._visibility / 3)
            try:
                await self.rows.renew([claim.seq for claim in self._held], self._receipt)
            except StreamcoreError:  # whatever it was, the next renewal may go well
                _log.warning("queue.renewal_failed", queue=self._queue, held=len(self._held))

    async def leave(self) -> None:
        """Give back what was not ended; what was never handed out does not count as delivered.

        Where the database is away the leases run out instead.
        """
        self._left = True
        self.news.set()
        if (claiming := self._claiming) is not None:
            await asyncio.wait({claiming})
            claiming.exception()  # maybe nobody waits for its answer any more
        unread = [claim.seq for claim, _ in self._ready]
        read = [claim.seq for claim in self._held if claim.seq not in unread]
        self._ready.clear()
        self._held.clear()
        with suppress(Unavailable):
            await self.rows.give_back_unread(unread, self._receipt)
            await self.rows.give_back(read, self._receipt)
