"""Old rows go a few at a time, each few in a transaction of their own, and those that somebody holds stay."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import bindparam, event, func, insert, select, update

from adapters.memory.system import ManualClock, SequentialIds
from adapters.sql.database import Database
from adapters.sql.purging import deletion, purge
from adapters.sql.work_tables import handler_claims

NOW = ManualClock().now()
SECOND = timedelta(seconds=1)
OLD = deletion(handler_claims, handler_claims.c.claimed_at < bindparam("before"))


@pytest.fixture(params=["sqlite_url", "postgres_url"])
async def database(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """With seven claims, a second apart."""
    database = Database.connect(request.getfixturevalue(request.param))
    ids = SequentialIds()
    rows = [{"event_id": ids.new(), "handler": f"h{n}", "claimed_at": NOW + n * SECOND} for n in range(7)]
    try:
        async with database.transaction() as transaction:
            await transaction.write(insert(handler_claims), rows)
        yield database
    finally:
        await database.close()


async def count(database: Database) -> int:
    return int((await database.fetch(select(func.count()).select_from(handler_claims)))[0][0])


async def test_each_batch_is_a_transaction(database: Database) -> None:
    left: list[object] = []
    writer = database.engine if database._writer is None else database._writer
    event.listen(writer.sync_engine, "commit", left.append)
    assert await purge(database, OLD, {"before": NOW + 5 * SECOND}, at_once=2) == 5
    assert len(left) == 3
    assert await count(database) == 2
    assert await purge(database, OLD, {"before": NOW + 5 * SECOND}, at_once=2) == 0
    assert await purge(database, OLD, {"before": NOW + 9 * SECOND}, at_once=2) == 2
    assert await count(database) == 0


async def test_what_somebody_holds_is_passed_by(postgres_url: str) -> None:
    database = Database.connect(postgres_url)
    try:
        row = {"handler": "h", "claimed_at": NOW}
        ids = SequentialIds()
        held = ids.new()
        async with database.transaction() as transaction:
            await transaction.write(insert(handler_claims), [{"event_id": held, **row}, {"event_id": ids.new(), **row}])
        async with database.transaction() as transaction:
            await transaction.write(
                update(handler_claims).where(handler_claims.c.event_id == held).values(claimed_at=NOW + 9 * SECOND)
            )
            assert await purge(database, OLD, {"before": NOW + SECOND}) == 1
        assert await count(database) == 1
    finally:
        await database.close()
