"""The outbox in SQL: written by units of work, read by relays, which pass by rows that another relay holds."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, update

from adapters.sql.database import Database
from adapters.sql.purging import deletion, purge
from adapters.sql.transaction import Transaction
from adapters.sql.work_tables import handler_claims, outbox
from streamcore.shared.events import Recorded, encode
from streamcore.shared.ids import EventId, is_id
from streamcore.shared.outbox import OutboxRow

_AT_ONCE = 500

_ADD = insert(outbox)
_unclaimed = (
    select(outbox.c.position)
    .where(
        outbox.c.sent_at.is_(None),
        outbox.c.claimed_until.is_(None) | (outbox.c.claimed_until <= bindparam("now")),
    )
    .order_by(outbox.c.position)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    .cte("unclaimed")
)
_CLAIM = (
    update(outbox)
    .where(outbox.c.position.in_(select(_unclaimed.c.position)))
    .values(claimed_until=bindparam("until"))
    .returning(
        outbox.c.position, outbox.c.id, outbox.c.name, outbox.c.aggregate_id, outbox.c.data, outbox.c.recorded_at
    )
)
_MARK = (
    update(outbox)
    .where(outbox.c.id.in_(bindparam("ids", expanding=True)), outbox.c.sent_at.is_(None))
    .values(sent_at=bindparam("now"))
)
_BACKLOG = select(func.count()).select_from(outbox).where(outbox.c.sent_at.is_(None))
_PURGE = deletion(outbox, outbox.c.sent_at < bindparam("before"))
_PURGE_CLAIMS = deletion(handler_claims, handler_claims.c.claimed_at < bindparam("before"))


async def write_events(transaction: Transaction, events: Sequence[Recorded], now: datetime) -> None:
    """Add events to the outbox, in their order, in this transaction."""
    if events:
        await transaction.write(
            _ADD,
            [
                {
                    "id": recorded.id,
                    "name": recorded.event.name,
                    "aggregate_id": recorded.event.aggregate_id,
                    "data": encode(recorded.event),
                    "recorded_at": now,
                }
                for recorded in events
            ],
        )


def _row(row: Row[Any]) -> OutboxRow:
    return OutboxRow(row.position, row.id, row.name, row.aggregate_id, row.data, row.recorded_at)


class SqlOutbox:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, *, limit: int, now: datetime, until: datetime) -> Sequence[OutboxRow]:
        async with self._database.transaction() as transaction:
            rows = (await transaction.write(_CLAIM, {"now": now, "until": until, "most": limit})).all()
        return sorted(map(_row, rows), key=lambda row: row.position)

    async def mark_sent(self, ids: Sequence[EventId], *, now: datetime) -> None:
        known = [id for id in ids if is_id(id)]
        if not known:
            return
        async with self._database.transaction() as transaction:
            for start in range(0, len(known), _AT_ONCE):
                await transaction.write(_MARK, {"ids": known[start : start + _AT_ONCE], "now": now})

    async def backlog(self) -> int:
        return int((await self._database.fetch(_BACKLOG))[0][0])

    async def purge_sent(self, *, before: datetime) -> int:
        await purge(self._database, _PURGE_CLAIMS, {"before": before})
        return await purge(self._database, _PURGE, {"before": before})
