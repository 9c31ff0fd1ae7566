"""Migrations make exactly the schema that the code knows, on both engines, however many processes run them."""

import asyncio
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, NullPool, inspect, text
from sqlalchemy.ext.asyncio import create_async_engine

from adapters.sql.database import Database, async_url
from adapters.sql.migrate import current, downgrade, pending, upgrade
from adapters.sql.migrations import HEAD
from adapters.sql.schema import metadata
from adapters.sql.schema_version import is_current
from streamcore.shared.errors import Unavailable

T = TypeVar("T")


@pytest.fixture(params=["sqlite", "postgres"])
def blank_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(f"blank_{request.param}_url")
    return url


async def on(url: str, work: Callable[[Connection], T]) -> T:
    engine = create_async_engine(async_url(url), poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(work)
    finally:
        await engine.dispose()


def differences(connection: Connection) -> list[Any]:
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


def indexes(connection: Connection) -> dict[str, tuple[Any, ...]]:
    """What Alembic does not compare: the conditions of partial indexes."""
    found = {}
    for table in metadata.sorted_tables:
        for index in inspect(connection).get_indexes(table.name):
            options = index.get("dialect_options", {})
            where = options.get(f"{connection.dialect.name}_where")
            found[str(index["name"])] = (table.name, *index["column_names"], bool(index["unique"]), where is not None)
    return found


def expected_indexes(dialect: str) -> dict[str, tuple[Any, ...]]:
    return {
        str(index.name): (
            table.name,
            *(column.name for column in index.columns),
            bool(index.unique),
            index.dialect_options[dialect]["where"] is not None,
        )
        for table in metadata.sorted_tables
        for index in table.indexes
    }


async def test_the_migrated_schema_is_the_one_of_the_code(blank_url: str) -> None:
    await upgrade(blank_url)
    assert await on(blank_url, differences) == []
    found = await on(blank_url, indexes)
    expected = expected_indexes("sqlite" if blank_url.startswith("sqlite") else "postgresql")
    assert {name: found.get(name) for name in expected} == expected


async def test_up_and_down_and_up_again(blank_url: str) -> None:
    assert await current(blank_url) is None
    every = [f"{number:04}" for number in range(1, int(HEAD) + 1)]
    assert list(await pending(blank_url)) == every
    await upgrade(blank_url)
    assert await current(blank_url) == HEAD
    assert list(await pending(blank_url)) == []
    await downgrade(blank_url, "0001")
    assert await current(blank_url) == "0001"
    assert list(await pending(blank_url)) == every[1:]
    await downgrade(blank_url, "base")
    tables = await on(blank_url, lambda connection: inspect(connection).get_table_names())
    assert set(tables) <= {"alembic_version", "sqlite_sequence"}
    await upgrade(blank_url)
    assert await on(blank_url, differences) == []
    await upgrade(blank_url)


async def test_processes_that_start_together_migrate_once(blank_url: str) -> None:
    code = "import asyncio, sys; from adapters.sql.migrate import upgrade; asyncio.run(upgrade(sys.argv[1]))"
    processes = [
        await asyncio.create_subprocess_exec(sys.executable, "-W", "error", "-c", code, blank_url) for _ in range(4)
    ]
    assert [await process.wait() for process in processes] == [0] * 4
    assert await current(blank_url) == HEAD
    assert await on(blank_url, differences) == []


async def test_tasks_that_start_together_migrate_once(blank_url: str) -> None:
    await asyncio.gather(*(upgrade(blank_url) for _ in range(4)))
    assert await current(blank_url) == HEAD


async def test_a_migration_that_fails_changes_nothing(blank_url: str) -> None:
    """All of an upgrade is one transaction: with one table in the way, none of the others is made."""
    database = Database.connect(blank_url)
    try:
        async with database.transaction() as transaction:
            await transaction.write(text("CREATE TABLE queue_messages (seq INTEGER)"))
        with pytest.raises(Exception, match="already exists"):
            await upgrade(blank_url)
    finally:
        await database.close()
    tables = await on(blank_url, lambda connection: inspect(connection).get_table_names())
    assert set(tables) <= {"queue_messages", "alembic_version"}


async def test_a_server_that_is_away_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        await upgrade("postgresql://postgres@127.0.0.1:1/nothing")


@pytest.mark.parametrize("url", ["mysql://localhost/x", "sqlite://", "sqlite:///:memory:", "nonsense://"])
def test_other_urls_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"SQLite needs a file|must begin with"):
        async_url(url)


async def test_the_quick_look_knows_the_newest_revision(blank_url: str) -> None:
    database = Database.connect(blank_url)
    assert not await is_current(database)
    await upgrade(blank_url, "0001")
    assert not await is_current(database)
    await upgrade(blank_url)
    assert await is_current(database)
    await database.close()
