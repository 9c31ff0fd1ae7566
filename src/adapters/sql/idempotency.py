"""Idempotency keys in SQL: effects inside a unit of work, answers beside it."""

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import Insert, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from adapters.sql.database import Database
from adapters.sql.metadata import UtcTime
from adapters.sql.purging import deletion, purge
from adapters.sql.tables import idempotency_answers as answers
from adapters.sql.tables import idempotency_effects as effects
from adapters.sql.transaction import Transaction
from streamcore.shared.clock import Clock
from streamcore.shared.errors import Conflict
from streamcore.shared.idempotency import KEPT_FOR, Answer, Effect, IdempotencyKey, check_same

_since = bindparam("since", type_=UtcTime())
_EFFECT = select(effects).where(effects.c.key_hash == bindparam("key_hash"), effects.c.made_at > _since)
_ANSWER = select(answers).where(answers.c.key_hash == bindparam("key_hash"), answers.c.made_at > _since)
_PURGE = [deletion(table, table.c.made_at < bindparam("before")) for table in (answers, effects)]


def _replacing_expired(module: Any, table: Any) -> Insert:
    """An insert that replaces an expired row and leaves a living one alone; ``rowcount`` tells which."""
    statement = module.insert(table)
    columns = {column.name: statement.excluded[column.name] for column in table.c if column.name != "key_hash"}
    done: Insert = statement.on_conflict_do_update(
        index_elements=[table.c.key_hash], set_=columns, where=table.c.made_at <= _since
    )
    return done


_ADD = {True: _replacing_expired(sqlite, effects), False: _replacing_expired(postgresql, effects)}
_KEEP = {True: _replacing_expired(sqlite, answers), False: _replacing_expired(postgresql, answers)}


def _hash(key: IdempotencyKey) -> str:
    scope = key.scope.encode("utf-8", "surrogatepass")
    return hashlib.sha256(b"%d:%b%b" % (len(scope), scope, key.key.encode("utf-8", "surrogatepass"))).hexdigest()


class SqlIdempotencyEffects:
    def __init__(self, transaction: Transaction, clock: Clock) -> None:
        self._transaction = transaction
        self._clock = clock

    async def find(self, key: IdempotencyKey) -> Effect | None:
        since = self._clock.now() - KEPT_FOR
        rows = await self._transaction.read(_EFFECT, {"key_hash": _hash(key), "since": since})
        if not rows:
            return None
        row = rows[0]
        kept = IdempotencyKey(key.scope, key.key, row.fingerprint)
        check_same(kept, key)
        return Effect(kept, row.resource_id, row.made_at)

    async def add(self, key: IdempotencyKey, resource_id: str) -> None:
        now = self._clock.now()
        values = {
            "key_hash": _hash(key),
            "fingerprint": key.fingerprint,
            "resource_id": resource_id,
            "made_at": now,
            "since": now - KEPT_FOR,
        }
        added = await self._transaction.write(_ADD[self._transaction.is_sqlite], values)
        if added.rowcount != 1:
            raise Conflict


class SqlIdempotencyAnswers:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def find(self, key: IdempotencyKey) -> Answer | None:
        since = self._clock.now() - KEPT_FOR
        rows = await self._database.fetch(_ANSWER, {"key_hash": _hash(key), "since": since})
        if not rows:
            return None
        row = rows[0]
        check_same(IdempotencyKey(key.scope, key.key, row.fingerprint), key)
        return Answer(row.status, row.content_type, bytes(row.body))

    async def keep(self, key: IdempotencyKey, answer: Answer, *, now: datetime) -> None:
        values = {
            "key_hash": _hash(key),
            "fingerprint": key.fingerprint,
            "status": answer.status,
            "content_type": answer.content_type,
            "body": answer.body,
            "made_at": now,
            "since": now - KEPT_FOR,
        }
        async with self._database.transaction() as transaction:
            await transaction.write(_KEEP[self._database.is_sqlite], values)

    async def purge(self, *, before: datetime) -> int:
        return sum([await purge(self._database, statement, {"before": before}) for statement in _PURGE])
