"""One transaction on one connection, begun by its first statement (on SQLite: by its first write)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import CursorResult, Executable, Row
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.sql.cancellation import finish
from adapters.sql.errors import translate
from streamcore.shared.errors import StreamcoreError, Unavailable

if TYPE_CHECKING:
    from adapters.sql.database import Database


class Transaction:
    """After a statement that failed nothing more is done, and the commit raises that failure again: PostgreSQL would
    otherwise answer COMMIT with a silent rollback."""

    def __init__(self, database: "Database") -> None:
        self._database = database
        self._connection: AsyncConnection | None = None
        self._failure: StreamcoreError | None = None

    @property
    def is_sqlite(self) -> bool:
        return self._database.is_sqlite

    async def read(self, statement: Executable, parameters: Any = None) -> Sequence[Row[Any]]:
        """The rows of a statement that changes nothing and locks nothing."""
        if self._connection is None and self._failure is None and self._database.is_sqlite:
            return await self._database.fetch(statement, parameters)
        return (await self.write(statement, parameters)).all()

    async def write(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """The outcome of a statement that changes or locks rows: ``rowcount``, and the rows of its RETURNING."""
        if self._failure is not None:
            raise self._failure
        try:
            if not self.is_sqlite:
                return await self._execute(statement, parameters)
            if self._connection is None:
                await self._database.take_turn()
            return await finish(self._execute(statement, parameters))
        except Exception as error:
            self._failure = translate(error)
            raise self._failure from error
        except BaseException:
            self._failure = Unavailable("The work was cut short.")
            raise

    async def _execute(self, statement: Executable, parameters: Any) -> CursorResult[Any]:
        if self._connection is None:
            self._connection = await self._database.begin()
        return await self._connection.execute(statement, parameters)

    async def commit(self) -> None:
        if self._failure is not None:
            raise self._failure
        await self._end(commit=True)

    async def close(self) -> None:
        """Roll back what was not committed; never raises for a connection that is lost anyway."""
        try:
            await self._end(commit=False)
        except StreamcoreError:
            return

    async def _end(self, *, commit: bool) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await self._database.end(connection, commit=commit)
