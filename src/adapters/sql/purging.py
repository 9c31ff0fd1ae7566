"""Deleting old rows a few at a time, so that no transaction and no lock lasts longer the more has gathered."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Table, bindparam, delete, select, tuple_
from sqlalchemy.sql.dml import ReturningDelete

from adapters.sql.database import Database

AT_ONCE = 5000


def deletion(table: Table, *conditions: ColumnElement[bool]) -> ReturningDelete[Any]:
    """Delete up to ``most`` rows that fulfil the conditions, passing by those that somebody else holds."""
    key = list(table.primary_key.columns)
    old = select(*key).where(*conditions).limit(bindparam("most")).with_for_update(skip_locked=True).cte("old")
    row = key[0] if len(key) == 1 else tuple_(*key)
    return delete(table).where(row.in_(select(*old.c))).returning(*key)


async def purge(
    database: Database, statement: ReturningDelete[Any], values: Mapping[str, Any], *, at_once: int = AT_ONCE
) -> int:
    """Repeat a `deletion`, each time in a transaction of its own, until nothing is left; how many rows it took."""
    purged = 0
    while True:
        async with database.transaction() as transaction:
            # SQLite does not count after WITH, so the keys are counted.
            batch = len((await transaction.write(statement, {**values, "most": at_once})).all())
        purged += batch
        if batch < at_once:
            return purged
