"""Backfills in SQL: one row for each, written again whenever it has moved on."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import JSON, Column, Index, Integer, Row, String, Table, Text, bindparam, insert, select, update

from adapters.sql.lookup import only
from adapters.sql.metadata import UtcTime, metadata
from adapters.sql.tables import Id
from adapters.sql.transaction import Transaction
from streamcore.shared.errors import StaleVersion
from streamcore.videos.models.backfill import Backfill, BackfillId, BackfillPlan, BackfillState, Remake
from streamcore.videos.models.missing import MediaPart

backfills = Table(
    "backfills",
    metadata,
    Column("id", Id, primary_key=True),
    Column("plan", JSON, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("total", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column("cursor", Id),
    Column("looked_at", Integer, nullable=False),
    Column("begun", Integer, nullable=False),
    Column("made", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("remaking", JSON, nullable=False),
    Column("reason", Text),
    Column("version", Integer, nullable=False),
    Index("ix_backfills_newest", "created_at", "id"),
)

_ADD = insert(backfills)
_GET = select(backfills).where(backfills.c.id == bindparam("id"))
_SAVE = update(backfills).where(
    backfills.c.id == bindparam("saved_id"), backfills.c.version == bindparam("saved_version")
)
_NEWEST = select(backfills).order_by(backfills.c.created_at.desc(), backfills.c.id.desc()).limit(bindparam("most"))
_MOVES = ("total", "cursor", "looked_at", "begun", "made", "failed", "tries", "reason")


class SqlBackfills:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, backfill: Backfill) -> None:
        plan = asdict(backfill.plan) | {"parts": [part.value for part in backfill.plan.parts]}
        fixed = {"id": backfill.id, "plan": plan, "created_at": backfill.created_at}
        await self._transaction.write(_ADD, fixed | _moving(backfill, backfill.version))

    async def get(self, backfill_id: BackfillId) -> Backfill:
        return _backfill(await only(self._transaction.read, _GET, backfill_id))

    async def save(self, backfill: Backfill) -> None:
        key = {"saved_id": backfill.id, "saved_version": backfill.version}
        if (await self._transaction.write(_SAVE, _moving(backfill, backfill.version + 1) | key)).rowcount != 1:
            raise StaleVersion

    async def newest(self, *, limit: int) -> Sequence[Backfill]:
        return [_backfill(row) for row in await self._transaction.read(_NEWEST, {"most": limit})]


def _moving(backfill: Backfill, version: int) -> dict[str, Any]:
    moved = {name: getattr(backfill, name) for name in _MOVES}
    remaking = [asdict(remake) for remake in backfill.remaking]
    return moved | {"state": backfill.state.value, "remaking": remaking, "version": version}


def _backfill(row: Row[Any]) -> Backfill:
    parts = tuple(MediaPart(part) for part in row.plan["parts"])
    return Backfill(
        id=row.id,
        plan=BackfillPlan(**(row.plan | {"parts": parts})),
        created_at=row.created_at,
        state=BackfillState(row.state),
        remaking=tuple(Remake(**remake) for remake in row.remaking),
        version=row.version,
        **{name: getattr(row, name) for name in _MOVES},
    )
