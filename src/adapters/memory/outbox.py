"""The outbox in memory, as the relay sees it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from adapters.memory.database import MemoryDatabase, UnsentEvent
from streamcore.shared.ids import EventId
from streamcore.shared.outbox import OutboxRow


class MemoryOutbox:
    def __init__(self, db: MemoryDatabase) -> None:
        self._db = db

    async def claim(self, *, limit: int, now: datetime, until: datetime) -> Sequence[OutboxRow]:
        unsent = self._db.tables.unsent
        async with self._db.transaction("outbox.claim") as transaction:
            rows: list[OutboxRow] = []
            for event in sorted(unsent.rows.values(), key=lambda event: event.row.position):
                if len(rows) >= limit:
                    break
                if _free(event, now) and transaction.try_lock(unsent, event.row.id):
                    await transaction.put(unsent, event.row.id, replace(event, claimed_until=until))
                    rows.append(event.row)
        return rows

    async def mark_sent(self, ids: Sequence[EventId], *, now: datetime) -> None:
        tables = self._db.tables
        async with self._db.transaction("outbox.mark_sent") as transaction:
            for id in sorted(ids):  # one order for all, so that two relays cannot deadlock
                if await transaction.delete(tables.unsent, id):
                    await transaction.put(tables.sent, id, now)

    async def backlog(self) -> int:
        await self._db.step("outbox.backlog")
        return len(self._db.tables.unsent.rows)

    async def purge_sent(self, *, before: datetime) -> int:
        tables = self._db.tables
        async with self._db.transaction("outbox.purge_sent") as transaction:
            for claim, at in list(tables.claims.rows.items()):
                if at < before:
                    await transaction.delete(tables.claims, claim)
            old = [id for id, at in tables.sent.rows.items() if at < before]
            return sum([await transaction.delete(tables.sent, id) for id in old])


def _free(event: UnsentEvent, now: datetime) -> bool:
    return event.claimed_until is None or event.claimed_until <= now
