"""Counters that are wrong in one way each; their suite must notice every one."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from adapters.memory.database import Delta, MemoryDatabase
from adapters.memory.engagement import MemoryCounters, MemoryCounterTotals, MemoryFollows
from adapters.memory.transactions import Transaction
from adapters.memory.unit_of_work import MemoryUnitOfWork
from adapters.testing.memory_stack import Parts
from streamcore.engagement.models import Metric, Target
from streamcore.shared.ids import ChannelId, UserId


class FoldLosesNewDeltas(MemoryCounterTotals):
    """Whatever was added while it summed up is dropped with the rest."""

    async def fold(self, *, limit: int) -> int:
        tables = self._db.tables
        taken = list(tables.deltas.rows.items())[:limit]
        await self._db.step("between reading and folding")
        for _, delta in taken:
            word = (delta.target, delta.metric)
            tables.totals.apply({word: tables.totals.rows.get(word, 0) + delta.by})
        tables.deltas.apply(dict.fromkeys(tables.deltas.rows))
        return len(taken)


class FoldCountsTwice(MemoryCounterTotals):
    """Two folders fold the same deltas."""

    async def fold(self, *, limit: int) -> int:
        tables = self._db.tables
        taken = list(tables.deltas.rows.items())[:limit]
        await self._db.step("between reading and folding")
        for key, delta in taken:
            word = (delta.target, delta.metric)
            tables.totals.apply({word: tables.totals.rows.get(word, 0) + delta.by})
            tables.deltas.apply({key: None})
        return len(taken)


class FoldInTwoSteps(MemoryCounterTotals):
    """A reader in between misses what is neither delta nor total."""

    async def fold(self, *, limit: int) -> int:
        tables = self._db.tables
        taken = dict(list(tables.deltas.rows.items())[:limit])
        tables.deltas.apply(dict.fromkeys(taken))
        await self._db.step("between taking and folding")
        for delta in taken.values():
            word = (delta.target, delta.metric)
            tables.totals.apply({word: tables.totals.rows.get(word, 0) + delta.by})
        return len(taken)


class FoldBendsAtZero(MemoryCounterTotals):
    async def fold(self, *, limit: int) -> int:
        folded = await super().fold(limit=limit)
        totals = self._db.tables.totals
        totals.apply({word: max(0, total) for word, total in totals.rows.items()})
        return folded


class FoldKnowsNoLimit(MemoryCounterTotals):
    async def fold(self, *, limit: int) -> int:
        return await super().fold(limit=9999)


class TotalsWithoutOpenDeltas(MemoryCounterTotals):
    async def totals(self, targets: Sequence[Target]) -> Mapping[Target, Mapping[Metric, int]]:
        totals = self._db.tables.totals.rows
        return {target: {metric: max(0, totals.get((target, metric), 0)) for metric in Metric} for target in targets}


class TotalsBelowZero(MemoryCounterTotals):
    async def totals(self, targets: Sequence[Target]) -> Mapping[Target, Mapping[Metric, int]]:
        tables = self._db.tables
        answer = {t: {metric: tables.totals.rows.get((t, metric), 0) for metric in Metric} for t in targets}
        for target in answer:
            for delta in tables.deltas.group("target", target):
                answer[target][delta.metric] += delta.by
        return answer


class TotalsWithoutTheUnmoved(MemoryCounterTotals):
    async def totals(self, targets: Sequence[Target]) -> Mapping[Target, Mapping[Metric, int]]:
        answer = await super().totals(targets)
        return {target: counts for target, counts in answer.items() if any(counts.values())}


class ResetKeepsOpenDeltas(MemoryCounterTotals):
    async def reset(self, target: Target, metric: Metric, total: int) -> None:
        await self._db.step("counter_totals.reset")
        self._db.tables.totals.apply({(target, metric): total})


class ResetTakesEveryMetric(MemoryCounterTotals):
    async def reset(self, target: Target, metric: Metric, total: int) -> None:
        for other in Metric:
            await super().reset(target, other, total if other is metric else 0)


class _LeakyCounters(MemoryCounters):
    async def add(self, target: Target, metric: Metric, delta: int) -> None:
        await self._db.step("counters.add")
        self._db.tables.deltas.apply({self._db.next_serial(): Delta(target, metric, delta)})


class DeltasOutsideTheCommit(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.counters = _LeakyCounters(db, transaction)


class _LossyCounters(MemoryCounters):
    async def add(self, target: Target, metric: Metric, delta: int) -> None:
        total = self._db.tables.totals.rows.get((target, metric), 0)
        await self._db.step("between reading and writing")
        self._transaction.append(self._db.tables.totals, (target, metric), total + delta)


class CountersReadAndWrite(MemoryUnitOfWork):
    """Of two at the same time, one is lost."""

    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.counters = _LossyCounters(db, transaction)


class _EagerFollows(MemoryFollows):
    async def add(self, follower_id: UserId, channel_id: ChannelId, at: datetime) -> bool:
        known = (follower_id, channel_id) in self._db.tables.follows.rows
        await self._db.step("between looking and writing")
        self._transaction.append(self._db.tables.follows, (follower_id, channel_id), at)
        return not known


class TwoFirstFollowers(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.follows = _EagerFollows(db, transaction)


FAULTS = [
    *(
        Parts(counter_totals=totals)
        for totals in (
            FoldLosesNewDeltas,
            FoldCountsTwice,
            FoldInTwoSteps,
            FoldBendsAtZero,
            FoldKnowsNoLimit,
            TotalsWithoutOpenDeltas,
            TotalsBelowZero,
            TotalsWithoutTheUnmoved,
            ResetKeepsOpenDeltas,
            ResetTakesEveryMetric,
        )
    ),
    *(Parts(unit_of_work=uow) for uow in (DeltasOutsideTheCommit, CountersReadAndWrite, TwoFirstFollowers)),
]
