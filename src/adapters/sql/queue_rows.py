"""The statements behind :class:`adapters.sql.queue.SqlQueue`; each method is one transaction."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    DateTime,
    Executable,
    Interval,
    Row,
    case,
    delete,
    func,
    insert,
    literal,
    null,
    select,
    update,
)

from adapters.sql.database import Database
from adapters.sql.metadata import UtcTime
from adapters.sql.queue_tables import queue_messages as rows
from streamcore.shared.errors import Retryable, Unavailable
from streamcore.shared.queues import DELIVERY_LIMIT_REACHED, Message

_TRIES = 3
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""When a row that waits has become visible; so no clock is asked where only "at once" is meant."""

_alive = rows.c.died_at.is_(None)
_dead = rows.c.died_at.is_not(None)


class QueueRows:
    """``visibility`` (seconds) is how long a claimed row stays hidden unless it is renewed.

    Time is the server's on PostgreSQL, where the hosts' clocks may differ, and this host's on SQLite.
    """

    def __init__(self, database: Database, *, delivery_limit: int, visibility: float) -> None:
        self._database = database
        self._visibility = visibility
        self._worn_out = rows.c.attempt >= delivery_limit

    def _now(self, after: float = 0.0) -> ColumnElement[datetime]:
        if self._database.is_sqlite:
            return literal(datetime.now(UTC) + timedelta(seconds=after), UtcTime)
        now: ColumnElement[datetime] = func.statement_timestamp(type_=DateTime(timezone=True))
        return now + literal(timedelta(seconds=after), Interval) if after else now

    async def _write(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        for _ in range(_TRIES):
            try:
                async with self._database.transaction() as transaction:
                    return await transaction.write(statement, parameters)
            except Retryable as error:
                aborted = error
        raise Unavailable from aborted

    async def add(self, queue: str, messages: Sequence[Message]) -> None:
        values = [
            {
                "queue": queue,
                "message_id": message.id,
                "body": message.body,
                "headers": dict(message.headers),
                "attempt": 0,
                "visible_at": _LONG_AGO,
            }
            for message in messages
        ]
        if values:
            await self._write(insert(rows), values)

    async def any_ready(self, queue: str) -> bool:
        """Asked before every claim: it needs no lock, so that a consumer with nothing to do disturbs nobody."""
        ready = select(rows.c.seq).where(rows.c.queue == queue, _alive, rows.c.visible_at <= self._now())
        return bool(await self._database.fetch(ready.limit(1)))

    async def count_ready(self, queue: str) -> int:
        ready = select(func.count()).where(rows.c.queue == queue, _alive, rows.c.visible_at <= self._now())
        return int((await self._database.fetch(ready))[0][0])

    async def claim(self, queue: str, most: int, receipt: str) -> Sequence[Row[Any]]:
        """Up to ``most`` rows, hidden from now on and counted; those whose last holder has worn them out are buried."""
        ready = (
            select(rows.c.seq)
            .where(rows.c.queue == queue, _alive, rows.c.visible_at <= self._now())
            .order_by(rows.c.seq)
            .limit(most)
            .with_for_update(skip_locked=True)
            .cte("ready")
        )
        claim = (
            update(rows)
            .where(rows.c.seq.in_(select(ready.c.seq)))
            .values(
                attempt=case((self._worn_out, rows.c.attempt), else_=rows.c.attempt + 1),
                visible_at=self._now(self._visibility),
                receipt=receipt,
                **self._death_if_worn_out(),
            )
            .returning(rows)
        )
        claimed = (await self._write(claim)).all()
        return sorted([row for row in claimed if row.died_at is None], key=lambda row: int(row.seq))

    def _death_if_worn_out(self) -> dict[str, Any]:
        return {
            "died_at": case((self._worn_out, self._now()), else_=null()),
            "reason": case((self._worn_out, DELIVERY_LIMIT_REACHED), else_=null()),
        }

    async def renew(self, seqs: Sequence[int], receipt: str) -> None:
        if seqs:
            held = (rows.c.seq.in_(seqs), rows.c.receipt == receipt, _alive)
            await self._write(update(rows).where(*held).values(visible_at=self._now(self._visibility)))

    async def delete(self, seq: int, attempt: int, receipt: str) -> None:
        await self._write(delete(rows).where(*_held(seq, attempt, receipt)))

    async def bury(self, seq: int, attempt: int, receipt: str, reason: str) -> None:
        death = {"died_at": self._now(), "reason": reason, "receipt": None}
        await self._write(update(rows).where(*_held(seq, attempt, receipt)).values(death))

    async def give_back(self, seqs: Sequence[int], receipt: str, attempt: int | None = None) -> None:
        """Make rows visible at once, or bury the worn out; ``attempt`` narrows it down to one holding."""
        if seqs:
            held = [rows.c.seq.in_(seqs), rows.c.receipt == receipt, _alive]
            if attempt is not None:
                held.append(rows.c.attempt == attempt)
            freed = {"visible_at": _LONG_AGO, "receipt": None, **self._death_if_worn_out()}
            await self._write(update(rows).where(*held).values(freed))

    async def give_back_unread(self, seqs: Sequence[int], receipt: str) -> None:
        """The same for rows that nobody has seen: the claim is undone."""
        if seqs:
            held = (rows.c.seq.in_(seqs), rows.c.receipt == receipt, _alive)
            freed = {"visible_at": _LONG_AGO, "receipt": None, "attempt": rows.c.attempt - 1}
            await self._write(update(rows).where(*held).values(freed))

    async def dead(self, queue: str, most: int) -> Sequence[Row[Any]]:
        oldest = select(rows).where(rows.c.queue == queue, _dead).order_by(rows.c.died_at, rows.c.seq)
        return await self._database.fetch(oldest.limit(most))

    async def revive(self, queue: str, most: int) -> int:
        oldest = (
            select(rows.c.seq)
            .where(rows.c.queue == queue, _dead)
            .order_by(rows.c.died_at, rows.c.seq)
            .limit(most)
            .with_for_update(skip_locked=True)
            .cte("oldest")
        )
        anew = {"died_at": None, "reason": None, "receipt": None, "attempt": 0, "visible_at": _LONG_AGO}
        revive = update(rows).where(rows.c.seq.in_(select(oldest.c.seq))).values(anew)
        return len((await self._write(revive.returning(rows.c.seq))).all())  # SQLite does not count after WITH

    async def delete_dead(self, queue: str) -> int:
        return (await self._write(delete(rows).where(rows.c.queue == queue, _dead))).rowcount


def _held(seq: int, attempt: int, receipt: str) -> tuple[ColumnElement[bool], ...]:
    return (rows.c.seq == seq, rows.c.attempt == attempt, rows.c.receipt == receipt, _alive)
