"""Bringing a database's schema up to date: ``await upgrade(url)``. No configuration file is needed."""

import asyncio
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.util import await_only

from adapters.sql.database import async_url, open_sqlite
from adapters.sql.errors import translate
from streamcore.shared.errors import StreamcoreError

T = TypeVar("T")

_LOCK = 7_310_041_182_516_004  # any number that nobody else locks in the same database
_PATIENCE = 60.0  # seconds that a process waits on SQLite while another migrates


async def upgrade(url: str, revision: str = "head") -> None:
    """Migrate up to ``revision`` in one transaction; processes that start together do it one after the other."""
    await _locked(url, lambda connection: command.upgrade(_config(connection), revision))


async def downgrade(url: str, revision: str) -> None:
    """Migrate down to ``revision`` ("base": to nothing). Deletes what newer tables hold."""
    await _locked(url, lambda connection: command.downgrade(_config(connection), revision))


async def current(url: str) -> str | None:
    """The revision that the database is at; None before the first."""
    return await _run(url, lambda connection: MigrationContext.configure(connection).get_current_revision())


async def pending(url: str) -> Sequence[str]:
    """The revisions that `upgrade` would apply, oldest first."""
    at = await current(url)
    scripts = ScriptDirectory.from_config(_config(None))
    revisions = [script.revision for script in scripts.iterate_revisions("heads", at or "base")]
    return [revision for revision in reversed(revisions) if revision != at]


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


async def _locked(url: str, work: Callable[[Connection], None]) -> None:
    def locked(connection: Connection) -> None:
        if connection.dialect.name == "sqlite":
            _switch_to_wal(connection)
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        work(connection)
        connection.commit()

    await _run(url, locked)


def _switch_to_wal(connection: Connection) -> None:
    """Once for all connections to come. SQLite does not wait for other processes here, so we do."""
    give_up = time.monotonic() + _PATIENCE
    while True:
        try:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            return
        except OperationalError:
            if time.monotonic() > give_up:
                raise
            await_only(asyncio.sleep(0.05))


async def _run(url: str, work: Callable[[Connection], T]) -> T:
    options: dict[str, Any] = {}
    parsed = async_url(url)
    if parsed.get_backend_name() == "sqlite":
        options = {
            "isolation_level": "AUTOCOMMIT",
            "connect_args": {"timeout": _PATIENCE, "async_creator_fn": open_sqlite},
        }
    engine = create_async_engine(parsed, poolclass=NullPool, **options)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(work)
    except Exception as error:
        known = translate(error)
        if type(known) is StreamcoreError:
            raise  # a fault in a migration: whoever runs it has to read what the database says
        raise known from error
    finally:
        await engine.dispose()
