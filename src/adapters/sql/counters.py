"""Counters in SQL: every move is a row of its own, so that no two writers meet; folding sums the rows into totals."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, Insert, bindparam, delete, func, insert, select, union_all
from sqlalchemy.dialects import postgresql, sqlite

from adapters.sql.database import Database
from adapters.sql.lookup import Read
from adapters.sql.tables import counter_deltas as deltas
from adapters.sql.tables import counter_totals as totals
from adapters.sql.transaction import Transaction
from streamcore.engagement.models import Metric, Target
from streamcore.shared.ids import is_id

_ADD = insert(deltas)
_ids: BindParameter[Any] = bindparam("ids", expanding=True)
_moves = union_all(
    select(totals.c.target_id, totals.c.metric, totals.c.total.label("amount")).where(
        totals.c.kind == bindparam("kind"), totals.c.target_id.in_(_ids)
    ),
    select(deltas.c.target_id, deltas.c.metric, deltas.c.delta.label("amount")).where(
        deltas.c.kind == bindparam("kind"), deltas.c.target_id.in_(_ids)
    ),
).subquery("moves")
# One statement, hence one snapshot: a delta is seen either open or folded, never both or neither.
_TOTALS = select(_moves.c.target_id, _moves.c.metric, func.sum(_moves.c.amount).label("total")).group_by(
    _moves.c.target_id, _moves.c.metric
)
_open = select(deltas.c.id).order_by(deltas.c.id).limit(bindparam("most")).with_for_update(skip_locked=True).cte("open")
_TAKE = (
    delete(deltas)
    .where(deltas.c.id.in_(select(_open.c.id)))
    .returning(deltas.c.kind, deltas.c.target_id, deltas.c.metric, deltas.c.delta)
)
_key = (totals.c.kind, totals.c.target_id, totals.c.metric)
_DROP = delete(deltas).where(
    deltas.c.kind == bindparam("kind"),
    deltas.c.target_id == bindparam("target"),
    deltas.c.metric == bindparam("metric"),
)


def _put(module: Any, *, adding: bool) -> Insert:
    put = module.insert(totals)
    total = totals.c.total + put.excluded.total if adding else put.excluded.total
    statement: Insert = put.on_conflict_do_update(index_elements=list(_key), set_={"total": total})
    return statement


_FOLD = {True: _put(sqlite, adding=True), False: _put(postgresql, adding=True)}
_SET = {True: _put(sqlite, adding=False), False: _put(postgresql, adding=False)}


async def totals_of(read: Read, targets: Sequence[Target]) -> dict[Target, dict[Metric, int]]:
    """Every metric of every target, in one statement per kind of target."""
    found = {target: dict.fromkeys(Metric, 0) for target in targets}
    by_kind: defaultdict[str, list[str]] = defaultdict(list)
    for target in found:
        if is_id(target.id):
            by_kind[target.kind].append(target.id)
    for kind, ids in by_kind.items():
        for row in await read(_TOTALS, {"kind": kind, "ids": ids}):
            # Deltas may be folded in another order than they were made in; below zero is never true.
            found[Target(kind, row.target_id)][Metric(row.metric)] = max(0, int(row.total))
    return found


class SqlCounters:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, target: Target, metric: Metric, delta: int) -> None:
        if delta:
            values = {"kind": target.kind, "target_id": target.id, "metric": metric.value, "delta": delta}
            await self._transaction.write(_ADD, values)


class SqlCounterTotals:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def totals(self, targets: Sequence[Target]) -> Mapping[Target, Mapping[Metric, int]]:
        return await totals_of(self._database.fetch, targets)

    async def fold(self, *, limit: int) -> int:
        async with self._database.transaction() as transaction:
            taken = (await transaction.write(_TAKE, {"most": limit})).all()
            sums: defaultdict[tuple[str, str, str], int] = defaultdict(int)
            for row in taken:
                sums[row.kind, row.target_id, row.metric] += row.delta
            if sums:
                # Always in the same order, so that two folders never wait for each other in a circle.
                values = [_total(*key, total) for key, total in sorted(sums.items())]
                await transaction.write(_FOLD[self._database.is_sqlite], values)
        return len(taken)

    async def reset(self, target: Target, metric: Metric, total: int) -> None:
        async with self._database.transaction() as transaction:
            # Deltas first, as a folder does it: one that is folding them now is waited for here.
            await transaction.write(_DROP, {"kind": target.kind, "target": target.id, "metric": metric.value})
            values = _total(target.kind, target.id, metric.value, total)
            await transaction.write(_SET[self._database.is_sqlite], values)


def _total(kind: str, target_id: str, metric: str, total: int) -> dict[str, Any]:
    return {"kind": kind, "target_id": target_id, "metric": metric, "total": total}
