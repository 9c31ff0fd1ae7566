"""Queues in the database that is there anyway, for teams that want nothing else: SQLite or PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from adapters.sql.cancellation import finish
from adapters.sql.database import Database
from adapters.sql.queue_consumer import SqlConsumer
from adapters.sql.queue_rows import QueueRows
from streamcore.shared.errors import Unavailable
from streamcore.shared.queues import DEFAULT_DELIVERY_LIMIT, DeadLetter, Delivery, Message

_AT_ONCE = 500
"""How many messages one statement inserts."""


class SqlQueue:
    """A claimed message is hidden for ``visibility`` seconds, renewed while its consumer lives.

    Consumers of the same object hear of a publication at once, others look every ``poll`` seconds. The database is
    its owner's to close.
    """

    def __init__(
        self,
        database: Database,
        *,
        delivery_limit: int = DEFAULT_DELIVERY_LIMIT,
        visibility: float = 60.0,
        poll: float = 0.25,
    ) -> None:
        self._database = database
        self._rows = QueueRows(database, delivery_limit=delivery_limit, visibility=visibility)
        self._visibility = visibility
        self._poll = poll
        self._consumers: dict[str, set[SqlConsumer]] = {}
        self._closed = False

    def _require_open(self) -> None:
        if self._closed:
            raise Unavailable("The queue is closed.")

    def _wake(self, queue: str) -> None:
        for consumer in self._consumers.get(queue, ()):
            consumer.news.set()

    async def publish(self, queue: str, messages: Sequence[Message]) -> None:
        self._require_open()
        for start in range(0, len(messages), _AT_ONCE):
            await self._rows.add(queue, messages[start : start + _AT_ONCE])
            self._wake(queue)

    @asynccontextmanager
    async def consume(
        self, queue: str, *, prefetch: int, limit: int | None = None
    ) -> AsyncIterator[AsyncIterator[Delivery]]:
        self._require_open()
        consumer = SqlConsumer(
            self._rows, queue, prefetch=prefetch, limit=limit, poll=self._poll, visibility=self._visibility
        )
        renewing = asyncio.create_task(consumer.renew_for_ever())
        self._consumers.setdefault(queue, set()).add(consumer)
        try:
            yield consumer
        finally:
            self._consumers[queue].discard(consumer)
            renewing.cancel()
            await finish(self._end(consumer, renewing))
            self._wake(queue)

    async def _end(self, consumer: SqlConsumer, renewing: asyncio.Task[None]) -> None:
        await asyncio.wait({renewing})
        await consumer.leave()

    async def depth(self, queue: str) -> int:
        self._require_open()
        return await self._rows.count_ready(queue)

    async def dead_letters(self, queue: str, *, limit: int) -> Sequence[DeadLetter]:
        self._require_open()
        return [
            DeadLetter(
                Message(row.message_id, bytes(row.body), row.headers), queue, row.reason, row.attempt, row.died_at
            )
            for row in await self._rows.dead(queue, limit)
        ]

    async def replay_dead_letters(self, queue: str, *, limit: int) -> int:
        self._require_open()
        moved = await self._rows.revive(queue, limit)
        self._wake(queue)
        return moved

    async def purge_dead_letters(self, queue: str) -> int:
        self._require_open()
        return await self._rows.delete_dead(queue)

    async def ping(self) -> None:
        self._require_open()
        await self._database.ping()

    async def close(self) -> None:
        self._closed = True
        for consumers in self._consumers.values():
            for consumer in consumers:
                consumer.closed = True
                consumer.news.set()
