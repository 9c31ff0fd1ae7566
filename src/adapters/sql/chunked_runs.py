"""Long sources in the making, in SQL: one row for each, written again whenever a part of it is made."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import JSON, Column, Integer, Row, Table, bindparam, delete, insert, select, update

from adapters.sql.metadata import metadata
from adapters.sql.tables import Id
from adapters.sql.transaction import Transaction
from adapters.sql.video_rows import media
from streamcore.shared.errors import StaleVersion
from streamcore.shared.ids import JobId, is_id
from streamcore.videos.models.chunks import Chunk, ChunkedRun, ChunkPart, Made, Plan

chunked_runs = Table(
    "chunked_runs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("video_id", Id, nullable=False, index=True),
    Column("plan", JSON, nullable=False),
    Column("parts", JSON, nullable=False),
    Column("first", JSON(none_as_null=True)),
    Column("join_id", Id),
    Column("version", Integer, nullable=False),
)

_ADD = insert(chunked_runs)
_FIND = select(chunked_runs).where(chunked_runs.c.id == bindparam("id"))
_SAVE = update(chunked_runs).where(
    chunked_runs.c.id == bindparam("saved_id"), chunked_runs.c.version == bindparam("saved_version")
)
_REMOVE = delete(chunked_runs).where(chunked_runs.c.id == bindparam("removed_id"))


class SqlChunkedRuns:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, run: ChunkedRun) -> None:
        plan = {"chunks": [asdict(chunk) for chunk in run.plan.chunks], "details": dict(run.plan.details)}
        fixed = {"id": run.id, "video_id": run.video_id, "plan": plan}
        await self._transaction.write(_ADD, fixed | _made(run, run.version))

    async def find(self, run_id: JobId) -> ChunkedRun | None:
        rows = await self._transaction.read(_FIND, {"id": run_id}) if is_id(run_id) else ()
        return chunked_run(rows[0]) if rows else None

    async def save(self, run: ChunkedRun) -> None:
        key = {"saved_id": run.id, "saved_version": run.version}
        if (await self._transaction.write(_SAVE, _made(run, run.version + 1) | key)).rowcount != 1:
            raise StaleVersion

    async def remove(self, run_id: JobId) -> None:
        if is_id(run_id):
            await self._transaction.write(_REMOVE, {"removed_id": run_id})


def _made(run: ChunkedRun, version: int) -> dict[str, Any]:
    """What changes while the parts are made."""
    return {
        "parts": [asdict(part) for part in run.parts],
        "first": asdict(run.first) if run.first else None,
        "join_id": run.join_id,
        "version": version,
    }


def chunked_run(row: Row[Any]) -> ChunkedRun:
    plan = Plan(tuple(Chunk(**chunk) for chunk in row.plan["chunks"]), row.plan["details"])
    parts = tuple(ChunkPart(**part) for part in row.parts)
    return ChunkedRun(row.id, row.video_id, plan, parts, _first(row.first), row.join_id, row.version)


def _first(value: dict[str, Any] | None) -> Made | None:
    made = media(value["media"]) if value else None
    return Made(made, value["generation"]) if value and made else None
