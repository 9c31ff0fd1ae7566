"""The way to a database: an engine per URL, single statements, and transactions that end however their task ends."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiosqlite
from sqlalchemy import Executable, Row, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from adapters.sql import json_codec
from adapters.sql.cancellation import finish
from adapters.sql.errors import translate
from adapters.sql.transaction import Transaction
from streamcore.shared.errors import DeadlineExceeded

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}


def async_url(url: str) -> URL:
    """``sqlite:///file.db`` or ``postgresql://…`` with the asyncio driver's name; `ValueError` for anything else."""
    parsed = make_url(url)
    family = parsed.drivername.partition("+")[0]
    if family not in _DRIVERS:
        raise ValueError(f"The database URL must begin with sqlite:// or postgresql://, not {parsed.drivername}://.")
    if family == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise ValueError("SQLite needs a file; the memory adapter is what keeps nothing.")
    if family != "sqlite" and "sslmode" in parsed.query:  # libpq's word for what asyncpg calls ssl
        mode = parsed.query["sslmode"]
        parsed = parsed.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})
    return parsed.set(drivername=_DRIVERS[family])


class Database:
    """One database, reached by a pool of connections. Every method raises core errors only.

    PostgreSQL works at READ COMMITTED. SQLite gives the same view of the world in this way: a statement outside of a
    write is a transaction of its own, and before its first write a unit takes the one write lock (in this process by
    a first-come-first-served lock in front of the single writing connection, among processes by SQLite's own), so that
    what it reads from then on is the newest there is.
    """

    def __init__(self, engine: AsyncEngine, writer: AsyncEngine | None, lock_timeout: float) -> None:
        self.engine = engine
        self._reader = engine if writer else engine.execution_options(isolation_level="AUTOCOMMIT")
        self._writer = writer
        self._lock_timeout = lock_timeout
        self._lock = asyncio.Lock()

    @classmethod
    def connect(
        cls,
        url: str,
        *,
        pool_size: int = 10,
        pool_timeout: float = 10.0,
        statement_timeout: float = 30.0,
        lock_timeout: float = 5.0,
        connect_timeout: float = 5.0,
    ) -> "Database":
        """Make ready to connect; nothing is opened before the first statement. All times in seconds.

        ``lock_timeout`` bounds the wait for a row (on SQLite: for the write lock), ``pool_timeout`` that for a free
        connection; both end as `DeadlineExceeded`.
        """
        parsed = async_url(url)
        options: dict[str, Any] = {
            "pool_timeout": pool_timeout,
            "json_serializer": json_codec.dumps,
            "json_deserializer": json_codec.loads,
        }
        if parsed.get_backend_name() == "sqlite":
            arguments = {"timeout": lock_timeout, "async_creator_fn": open_sqlite}
            options |= {"isolation_level": "AUTOCOMMIT", "connect_args": arguments}
            reader = create_async_engine(
                parsed, pool_size=pool_size, max_overflow=0, skip_autocommit_rollback=True, **options
            )
            writer = create_async_engine(parsed, pool_size=1, max_overflow=0, **options)
            for engine in (reader, writer):
                event.listen(engine.sync_engine, "connect", _prepare_sqlite)
            return cls(reader, writer, lock_timeout)
        options["connect_args"] = {
            "timeout": connect_timeout,
            # The server's own limit comes first; this one is for a server that has fallen silent.
            "command_timeout": statement_timeout + 5,
            "prepared_statement_cache_size": 500,
            "server_settings": {
                "application_name": "streamcore",
                "statement_timeout": _milliseconds(statement_timeout),
                "lock_timeout": _milliseconds(lock_timeout),
                "idle_in_transaction_session_timeout": _milliseconds(2 * statement_timeout),
                "jit": "off",
            },
        }
        engine = create_async_engine(parsed, pool_size=pool_size, max_overflow=0, pool_use_lifo=True, **options)
        event.listen(engine.sync_engine, "checkout", _refuse_closed)
        return cls(engine, None, lock_timeout)

    @property
    def is_sqlite(self) -> bool:
        return self._writer is not None

    async def fetch(self, statement: Executable, parameters: Any = None) -> Sequence[Row[Any]]:
        """The rows of one statement that is a transaction of its own."""
        work = self._fetch(statement, parameters)
        try:
            return await (finish(work) if self.is_sqlite else work)
        except Exception as error:
            raise translate(error) from error

    async def _fetch(self, statement: Executable, parameters: Any) -> Sequence[Row[Any]]:
        async with self._reader.connect() as connection:
            return (await connection.execute(statement, parameters)).all()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Commits on a clean exit, rolls back on any error and on cancellation."""
        transaction = Transaction(self)
        try:
            yield transaction
            await transaction.commit()
        finally:
            await transaction.close()

    finish = staticmethod(finish)

    async def take_turn(self) -> None:
        """Wait for this process's right to write on SQLite; `begin` follows at once. For `Transaction` only."""
        try:
            async with asyncio.timeout(self._lock_timeout):
                await self._lock.acquire()
        except TimeoutError as error:
            raise DeadlineExceeded from error

    async def begin(self) -> AsyncConnection:
        """A connection that may write; `end` gives it back, with the turn. For `Transaction` only."""
        if self._writer is None:
            return await self.engine.connect()  # PostgreSQL's BEGIN goes out with the first statement
        try:
            connection = await self._writer.connect()
            try:
                await connection.exec_driver_sql("BEGIN IMMEDIATE")
            except BaseException:
                await connection.close()
                raise
        except BaseException:
            self._lock.release()
            raise
        return connection

    async def end(self, connection: AsyncConnection, *, commit: bool) -> None:
        """End a connection's transaction and give it back, even if the calling task is cancelled meanwhile."""
        await finish(self._end(connection, commit))

    async def _end(self, connection: AsyncConnection, commit: bool) -> None:
        try:
            try:
                if commit:
                    await connection.commit()
            finally:
                await connection.close()  # rolls back what is still open
        except Exception as error:
            raise translate(error) from error
        finally:
            if self._writer is not None:
                self._lock.release()

    async def ping(self) -> None:
        """Return if the database answers; `Unavailable` otherwise."""
        await self.fetch(text("SELECT 1"))

    async def close(self) -> None:
        """Close every connection that is not in use."""
        await self.engine.dispose()
        if self._writer is not None:
            await self._writer.dispose()


def _milliseconds(seconds: float) -> str:
    return str(round(seconds * 1000))


def open_sqlite(*file: Any, **options: Any) -> aiosqlite.Connection:
    """The driver leaves its thread behind where a file cannot be opened, so that is found out before."""
    sqlite3.connect(*file, **options).close()
    connection = aiosqlite.connect(*file, **options)
    connection._thread.daemon = True  # as SQLAlchemy sets it: who forgets to close must not hang at the exit
    return connection


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """WAL lets readers go on beside the writer; FULL makes a commit survive a loss of power, which NORMAL does not."""
    cursor = connection.cursor()
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _refuse_closed(connection: Any, _record: Any, _proxy: Any) -> None:
    """The driver knows at no cost when the server has hung up; the pool then tries a fresh connection."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError
