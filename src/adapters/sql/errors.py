"""What SQLAlchemy, asyncpg and SQLite raise, in the core's words.

PostgreSQL is read by SQLSTATE (PostgreSQL manual, appendix A), SQLite by result code (sqlite.org/rescode.html). What
is neither the caller's doing nor the engine's is a fault in a statement of ours, and stays a plain `StreamcoreError`.
"""

import re
import sqlite3

from sqlalchemy import exc

from streamcore.shared.errors import (
    Conflict,
    DeadlineExceeded,
    Detail,
    Invalid,
    NotFound,
    StreamcoreError,
    TransactionAborted,
    Unavailable,
)

# The longest prefix of a SQLSTATE that is listed here decides.
_STATES: dict[str, type[StreamcoreError]] = {
    "03": Unavailable,
    "08": Unavailable,  # connection
    "0A000": StreamcoreError,
    "22": Invalid,  # data: no UTF-8, out of range, too long
    "23": Invalid,
    "23503": NotFound,  # foreign key: what it refers to is not there
    "23505": Conflict,
    "23P01": Conflict,
    "25006": Unavailable,  # a server that has become a standby
    "25P03": DeadlineExceeded,  # idle in transaction
    "25P04": DeadlineExceeded,
    "28": Unavailable,  # the password is refused
    "3D000": Unavailable,  # no such database
    "40": TransactionAborted,
    "40003": Unavailable,  # nobody knows whether it was done
    "53": Unavailable,  # connections, memory, disk
    "54": Invalid,  # an index row or a statement beyond the engine's limits
    "55006": Unavailable,
    "55P03": DeadlineExceeded,  # lock_timeout
    "57": Unavailable,  # shutdown, starting up, dropped
    "57014": DeadlineExceeded,  # statement_timeout
    "58": Unavailable,  # the server's file system
    "72000": TransactionAborted,  # snapshot too old
    "XX": Unavailable,  # the server's own fault
}

_SQLITE_CODES: dict[int, type[StreamcoreError]] = {
    sqlite3.SQLITE_PERM: Unavailable,
    sqlite3.SQLITE_ABORT: TransactionAborted,
    sqlite3.SQLITE_BUSY: DeadlineExceeded,
    sqlite3.SQLITE_BUSY_SNAPSHOT: TransactionAborted,
    sqlite3.SQLITE_LOCKED: DeadlineExceeded,
    sqlite3.SQLITE_NOMEM: Unavailable,
    sqlite3.SQLITE_READONLY: Unavailable,
    sqlite3.SQLITE_INTERRUPT: DeadlineExceeded,
    sqlite3.SQLITE_IOERR: Unavailable,
    sqlite3.SQLITE_CORRUPT: Unavailable,
    sqlite3.SQLITE_FULL: Unavailable,
    sqlite3.SQLITE_CANTOPEN: Unavailable,
    sqlite3.SQLITE_PROTOCOL: Unavailable,
    sqlite3.SQLITE_SCHEMA: TransactionAborted,
    sqlite3.SQLITE_TOOBIG: Invalid,
    sqlite3.SQLITE_CONSTRAINT: Invalid,
    sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY: NotFound,
    sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY: Conflict,
    sqlite3.SQLITE_CONSTRAINT_ROWID: Conflict,
    sqlite3.SQLITE_CONSTRAINT_UNIQUE: Conflict,
    sqlite3.SQLITE_MISMATCH: Invalid,
    sqlite3.SQLITE_NOLFS: Unavailable,
    sqlite3.SQLITE_AUTH: Unavailable,
    sqlite3.SQLITE_NOTADB: Unavailable,
}

# By constraint name (PostgreSQL) and by column (SQLite tells no name).
_TAKEN = {
    "uq_users_email_key": Detail("email", "There is an account with this e-mail address.", "email_taken"),
    "uq_users_username_key": Detail("username", "This username is taken.", "username_taken"),
    "uq_channels_handle_key": Detail("handle", "This handle is taken.", "handle_taken"),
    "uq_channels_owner_id": Detail("owner_id", "This account has a channel already.", "channel_exists"),
}
_TAKEN_COLUMNS = {name.removeprefix("uq_").replace("_", ".", 1): detail for name, detail in _TAKEN.items()}

_SQLITE_UNIQUE = re.compile(r"UNIQUE constraint failed: (\S+?)(?:,|$)")


def translate(error: BaseException) -> StreamcoreError:
    """The core error for anything that a statement, a commit or a connection attempt may raise."""
    if isinstance(error, StreamcoreError):
        return error
    cause = _vendor_error(error)
    state = getattr(cause, "sqlstate", None)
    if isinstance(state, str):
        return _of_state(cause, state)
    code = getattr(cause, "sqlite_errorcode", None)
    if isinstance(code, int):
        return _of_sqlite(cause, code)
    return _of_class(error, cause)


def _vendor_error(error: BaseException) -> BaseException:
    """The driver's own exception below SQLAlchemy's wrappers."""
    if isinstance(error, exc.DBAPIError) and error.orig is not None:
        error = error.orig
        return error.__cause__ or error
    if isinstance(error, exc.StatementError) and error.orig is not None:
        return error.orig
    return error


def _of_state(cause: BaseException, state: str) -> StreamcoreError:
    if type(cause).__name__ == "InvalidCachedStatementError":
        return TransactionAborted()  # the schema has changed; the stale plans are dropped by now
    for length in (5, 2):
        kind = _STATES.get(state[:length])
        if kind is Conflict:
            return _conflict(_TAKEN.get(getattr(cause, "constraint_name", None) or ""))
        if kind is not None:
            return kind()
    return StreamcoreError()


def _of_sqlite(cause: BaseException, code: int) -> StreamcoreError:
    kind = _SQLITE_CODES.get(code) or _SQLITE_CODES.get(code & 0xFF) or StreamcoreError
    if kind is Conflict:
        match = _SQLITE_UNIQUE.search(str(cause))
        return _conflict(_TAKEN_COLUMNS.get(match[1]) if match else None)
    return kind()


def _conflict(detail: Detail | None) -> Conflict:
    return Conflict(detail.message, details=[detail]) if detail else Conflict()


def _of_class(error: BaseException, cause: BaseException) -> StreamcoreError:
    """Errors without a code: raised on this side of the connection."""
    if isinstance(cause, exc.TimeoutError | TimeoutError):
        return DeadlineExceeded()
    if isinstance(cause, OSError | EOFError) or _lost(error, cause):
        return Unavailable()
    if isinstance(cause, UnicodeError | OverflowError | ValueError):
        return Invalid()  # asyncpg's DataError is a ValueError
    if isinstance(cause, TypeError) and isinstance(error, exc.StatementError):
        return Invalid()  # orjson's error for what JSON cannot say
    if isinstance(cause, sqlite3.OperationalError):
        return Unavailable()
    return StreamcoreError()


_CLOSED = re.compile(
    r"connection (is|was) closed|closed in the middle|released back|no active connection", re.IGNORECASE
)


def _lost(error: BaseException, cause: BaseException) -> bool:
    return (
        isinstance(error, exc.DisconnectionError | exc.ResourceClosedError | exc.PendingRollbackError)
        or (isinstance(error, exc.DBAPIError) and error.connection_invalidated)
        or _CLOSED.search(str(cause)) is not None
    )
