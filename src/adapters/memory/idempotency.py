"""Idempotency keys in memory."""

from datetime import datetime

from adapters.memory.database import MemoryDatabase, StoredAnswer
from adapters.memory.transactions import Transaction
from streamcore.shared.errors import Conflict
from streamcore.shared.idempotency import KEPT_FOR, Answer, Effect, IdempotencyKey, check_same


class MemoryIdempotencyEffects:
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        self._db = db
        self._transaction = transaction

    async def find(self, key: IdempotencyKey) -> Effect | None:
        await self._db.step("idempotency.find")
        effect = self._transaction.get(self._db.tables.effects, (key.scope, key.key))
        if effect is None or _expired(effect.made_at, self._db.clock.now()):
            return None
        check_same(effect.key, key)
        return effect

    async def add(self, key: IdempotencyKey, resource_id: str) -> None:
        await self._db.step("idempotency.add")
        effects, word, now = self._db.tables.effects, (key.scope, key.key), self._db.clock.now()
        effect = await self._transaction.lock(effects, word)
        if effect is not None and not _expired(effect.made_at, now):
            raise Conflict("This idempotency key has been used already.")
        await self._transaction.put(effects, word, Effect(key, resource_id, now))


class MemoryIdempotencyAnswers:
    def __init__(self, db: MemoryDatabase) -> None:
        self._db = db

    async def find(self, key: IdempotencyKey) -> Answer | None:
        await self._db.step("idempotency_answers.find")
        kept = self._db.tables.answers.rows.get((key.scope, key.key))
        if kept is None or _expired(kept.made_at, self._db.clock.now()):
            return None
        check_same(kept.key, key)
        return kept.answer

    async def keep(self, key: IdempotencyKey, answer: Answer, *, now: datetime) -> None:
        answers, word = self._db.tables.answers, (key.scope, key.key)
        async with self._db.transaction("idempotency_answers.keep") as transaction:
            kept = await transaction.lock(answers, word)
            if kept is None or _expired(kept.made_at, now):
                await transaction.put(answers, word, StoredAnswer(key, answer, now))

    async def purge(self, *, before: datetime) -> int:
        tables = self._db.tables
        async with self._db.transaction("idempotency_answers.purge") as transaction:
            answers = [word for word, kept in tables.answers.rows.items() if kept.made_at < before]
            effects = [word for word, effect in tables.effects.rows.items() if effect.made_at < before]
            purged = sum([await transaction.delete(tables.answers, word) for word in answers])
            return purged + sum([await transaction.delete(tables.effects, word) for word in effects])


def _expired(made_at: datetime, now: datetime) -> bool:
    return now - made_at >= KEPT_FOR
