"""Idempotency keys that are kept wrongly in one way each; their suite must notice every one."""

from dataclasses import replace
from datetime import datetime

from adapters.memory.database import MemoryDatabase, StoredAnswer
from adapters.memory.idempotency import MemoryIdempotencyAnswers, MemoryIdempotencyEffects
from adapters.memory.transactions import Transaction
from adapters.memory.unit_of_work import MemoryUnitOfWork
from adapters.testing.memory_stack import Parts
from streamcore.shared.errors import Conflict
from streamcore.shared.idempotency import Answer, Effect, IdempotencyKey


class _LeakyEffects(MemoryIdempotencyEffects):
    async def add(self, key: IdempotencyKey, resource_id: str) -> None:
        await super().add(key, resource_id)
        self._db.tables.effects.apply({(key.scope, key.key): Effect(key, resource_id, self._db.clock.now())})


class EffectsOutsideTheCommit(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.idempotency = _LeakyEffects(db, transaction)


class _TolerantEffects(MemoryIdempotencyEffects):
    async def find(self, key: IdempotencyKey) -> Effect | None:
        return await super().find(replace(key, fingerprint=None))


class EffectsOfAnyBody(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.idempotency = _TolerantEffects(db, transaction)


class _OverwritingEffects(MemoryIdempotencyEffects):
    async def add(self, key: IdempotencyKey, resource_id: str) -> None:
        made = Effect(key, resource_id, self._db.clock.now())
        await self._transaction.put(self._db.tables.effects, (key.scope, key.key), made)


class EffectsAreReplaced(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.idempotency = _OverwritingEffects(db, transaction)


class _EternalEffects(MemoryIdempotencyEffects):
    async def find(self, key: IdempotencyKey) -> Effect | None:
        return self._transaction.get(self._db.tables.effects, (key.scope, key.key))

    async def add(self, key: IdempotencyKey, resource_id: str) -> None:
        made = Effect(key, resource_id, self._db.clock.now())
        await self._transaction.insert(self._db.tables.effects, (key.scope, key.key), made)


class EffectsNeverExpire(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.idempotency = _EternalEffects(db, transaction)


class _RacyEffects(MemoryIdempotencyEffects):
    async def add(self, key: IdempotencyKey, resource_id: str) -> None:
        if await self.find(key) is not None:
            raise Conflict
        made = Effect(key, resource_id, self._db.clock.now())
        self._transaction.append(self._db.tables.effects, (key.scope, key.key), made)


class EffectsRace(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.idempotency = _RacyEffects(db, transaction)


class LastAnswerWins(MemoryIdempotencyAnswers):
    async def keep(self, key: IdempotencyKey, answer: Answer, *, now: datetime) -> None:
        await self._db.step("idempotency_answers.keep")
        self._db.tables.answers.apply({(key.scope, key.key): StoredAnswer(key, answer, now)})


class AnswersOfAnyBody(MemoryIdempotencyAnswers):
    async def find(self, key: IdempotencyKey) -> Answer | None:
        return await super().find(replace(key, fingerprint=None))


class AnswersNeverExpire(MemoryIdempotencyAnswers):
    async def find(self, key: IdempotencyKey) -> Answer | None:
        kept = self._db.tables.answers.rows.get((key.scope, key.key))
        return await super().find(key) or (kept.answer if kept else None)


class AnswersForgetTheirScope(MemoryIdempotencyAnswers):
    async def find(self, key: IdempotencyKey) -> Answer | None:
        answers = self._db.tables.answers.rows
        return next((kept.answer for (_, word), kept in answers.items() if word == key.key), None)


class PurgeForgetsEffects(MemoryIdempotencyAnswers):
    async def purge(self, *, before: datetime) -> int:
        effects = dict(self._db.tables.effects.rows)
        purged = await super().purge(before=before)
        self._db.tables.effects.apply(effects)
        return purged


FAULTS = [
    *(
        Parts(unit_of_work=uow)
        for uow in (EffectsOutsideTheCommit, EffectsOfAnyBody, EffectsAreReplaced, EffectsNeverExpire, EffectsRace)
    ),
    *(
        Parts(idempotency_answers=answers)
        for answers in (
            LastAnswerWins,
            AnswersOfAnyBody,
            AnswersNeverExpire,
            AnswersForgetTheirScope,
            PurgeForgetsEffects,
        )
    ),
]
