"""Everything that the vendors can raise comes out as a core error, and the important ones as the right one."""

import inspect
import sqlite3
from importlib import import_module
from typing import Any

import asyncpg
import pytest
import sqlalchemy.exc
from asyncpg import exceptions as vendor

from adapters.sql.errors import translate
from streamcore.shared.errors import (
    Conflict,
    DeadlineExceeded,
    Invalid,
    NotFound,
    StreamcoreError,
    TransactionAborted,
    Unavailable,
)

POSTGRES_ERRORS: list[Any] = [
    kind
    for _, kind in inspect.getmembers(vendor, inspect.isclass)
    if issubclass(kind, vendor.PostgresError) and isinstance(getattr(kind, "sqlstate", None), str)
]
# SQLAlchemy's own module around asyncpg; it has no types.
DBAPI: Any = import_module("sqlalchemy.dialects.postgresql.asyncpg").AsyncAdapt_asyncpg_dbapi(asyncpg)
WRAPPERS = [
    sqlalchemy.exc.DBAPIError,
    *[
        kind
        for _, kind in inspect.getmembers(sqlalchemy.exc, inspect.isclass)
        if issubclass(kind, sqlalchemy.exc.DatabaseError | sqlalchemy.exc.InterfaceError)
    ],
]
OURS = {
    "01",
    "02",
    "09",
    "0A",
    "0B",
    "0F",
    "0L",
    "0P",
    "0Z",
    "10",
    "20",
    "21",
    "24",
    "25",
    "26",
    "27",
    "2B",
    "2D",
    "2F",
    "34",
    "38",
    "39",
    "3B",
    "3F",
    "42",
    "44",
    "55",
    "F0",
    "HV",
    "P0",
}
"""Classes of SQLSTATE that only a statement of ours, or a function that we have none of, can cause."""

EXPECTED: dict[type[Exception], type[StreamcoreError]] = {
    vendor.UniqueViolationError: Conflict,
    vendor.ExclusionViolationError: Conflict,
    vendor.ForeignKeyViolationError: NotFound,
    vendor.NotNullViolationError: Invalid,
    vendor.CheckViolationError: Invalid,
    vendor.CharacterNotInRepertoireError: Invalid,
    vendor.NumericValueOutOfRangeError: Invalid,
    vendor.StringDataRightTruncationError: Invalid,
    vendor.ProgramLimitExceededError: Invalid,
    vendor.SerializationError: TransactionAborted,
    vendor.DeadlockDetectedError: TransactionAborted,
    vendor.InvalidCachedStatementError: TransactionAborted,
    vendor.QueryCanceledError: DeadlineExceeded,
    vendor.LockNotAvailableError: DeadlineExceeded,
    vendor.IdleInTransactionSessionTimeoutError: DeadlineExceeded,
    vendor.TransactionTimeoutError: DeadlineExceeded,
    vendor.TooManyConnectionsError: Unavailable,
    vendor.DiskFullError: Unavailable,
    vendor.OutOfMemoryError: Unavailable,
    vendor.AdminShutdownError: Unavailable,
    vendor.CrashShutdownError: Unavailable,
    vendor.CannotConnectNowError: Unavailable,
    vendor.DatabaseDroppedError: Unavailable,
    vendor.ConnectionDoesNotExistError: Unavailable,
    vendor.ConnectionFailureError: Unavailable,
    vendor.ConnectionRejectionError: Unavailable,
    vendor.ClientCannotConnectError: Unavailable,
    vendor.ReadOnlySQLTransactionError: Unavailable,
    vendor.InvalidPasswordError: Unavailable,
    vendor.InvalidCatalogNameError: Unavailable,
    vendor.PostgresIOError: Unavailable,
    vendor.StatementCompletionUnknownError: Unavailable,
    vendor.UndefinedTableError: StreamcoreError,
    vendor.PostgresSyntaxError: StreamcoreError,
    vendor.InFailedSQLTransactionError: StreamcoreError,
}


def wrapped(cause: Exception, wrapper: type[sqlalchemy.exc.DBAPIError]) -> Exception:
    """As SQLAlchemy hands it on: its own class around its DBAPI's class around the driver's error."""
    orig = DBAPI.Error("message", cause)
    orig.__cause__ = cause
    return wrapper("SELECT 1", {}, orig)


@pytest.mark.parametrize("kind", POSTGRES_ERRORS, ids=lambda kind: kind.__name__)
def test_every_postgres_error_has_a_meaning(kind: type[vendor.PostgresError]) -> None:
    outcomes = {type(translate(kind("message")))}
    outcomes |= {type(translate(wrapped(kind("message"), wrapper))) for wrapper in WRAPPERS}
    assert len(outcomes) == 1, "a wrapper changes the meaning"
    (outcome,) = outcomes
    assert issubclass(outcome, StreamcoreError)
    if kind in EXPECTED:
        assert outcome is EXPECTED[kind]
    elif outcome is StreamcoreError:
        assert kind.sqlstate[:2] in OURS, f"{kind.__name__} ({kind.sqlstate}) has no meaning"


def test_the_expected_ones_are_all_real() -> None:
    assert set(EXPECTED) <= set(POSTGRES_ERRORS)


@pytest.mark.parametrize(
    "kind",
    [
        kind
        for _, kind in inspect.getmembers(sqlalchemy.exc, inspect.isclass)
        if issubclass(kind, sqlalchemy.exc.SQLAlchemyError)
    ],
    ids=lambda kind: kind.__name__,
)
def test_every_error_of_sqlalchemy_becomes_a_core_error(kind: type[sqlalchemy.exc.SQLAlchemyError]) -> None:
    error = kind.__new__(kind)
    Exception.__init__(error, "message")
    for name in (
        "orig",
        "statement",
        "params",
        "code",
        "hide_parameters",
        "connection_invalidated",
        "ismulti",
        "detail",
    ):
        if not hasattr(error, name):
            setattr(error, name, () if name == "detail" else None)
    assert isinstance(translate(error), StreamcoreError)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (sqlalchemy.exc.TimeoutError("QueuePool limit reached"), DeadlineExceeded),
        (TimeoutError(), DeadlineExceeded),
        (ConnectionRefusedError(), Unavailable),
        (ConnectionResetError(), Unavailable),
        (OSError(113, "No route to host"), Unavailable),
        (sqlalchemy.exc.DisconnectionError(), Unavailable),
        (sqlalchemy.exc.InvalidRequestError("This connection is closed"), Unavailable),
        (wrapped(vendor.InterfaceError("cannot perform operation: connection is closed"), WRAPPERS[0]), Unavailable),
        (wrapped(vendor.DataError("invalid input for query argument $1"), WRAPPERS[0]), Invalid),
        (UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"), Invalid),
        (OverflowError("Python int too large to convert to SQLite INTEGER"), Invalid),
        (sqlalchemy.exc.StatementError("m", "s", {}, TypeError("not JSON serializable")), Invalid),
        (RuntimeError("a fault of ours"), StreamcoreError),
    ],
    ids=repr,
)
def test_errors_without_a_code_have_a_meaning_too(error: Exception, expected: type[StreamcoreError]) -> None:
    assert type(translate(error)) is expected


def sqlite_error(name: str) -> sqlite3.Error:
    error = sqlite3.OperationalError("message")
    error.sqlite_errorcode = getattr(sqlite3, name)
    error.sqlite_errorname = name
    return error


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("SQLITE_BUSY", DeadlineExceeded),
        ("SQLITE_BUSY_RECOVERY", DeadlineExceeded),
        ("SQLITE_BUSY_TIMEOUT", DeadlineExceeded),
        ("SQLITE_BUSY_SNAPSHOT", TransactionAborted),
        ("SQLITE_LOCKED", DeadlineExceeded),
        ("SQLITE_IOERR", Unavailable),
        ("SQLITE_IOERR_FSYNC", Unavailable),
        ("SQLITE_FULL", Unavailable),
        ("SQLITE_READONLY_DBMOVED", Unavailable),
        ("SQLITE_CANTOPEN", Unavailable),
        ("SQLITE_CORRUPT", Unavailable),
        ("SQLITE_NOTADB", Unavailable),
        ("SQLITE_CONSTRAINT_UNIQUE", Conflict),
        ("SQLITE_CONSTRAINT_PRIMARYKEY", Conflict),
        ("SQLITE_CONSTRAINT_FOREIGNKEY", NotFound),
        ("SQLITE_CONSTRAINT_NOTNULL", Invalid),
        ("SQLITE_TOOBIG", Invalid),
        ("SQLITE_ERROR", StreamcoreError),
        ("SQLITE_MISUSE", StreamcoreError),
    ],
)
def test_result_codes_of_sqlite_have_a_meaning(name: str, expected: type[StreamcoreError]) -> None:
    assert type(translate(sqlite_error(name))) is expected
    assert type(translate(wrapped(sqlite_error(name), sqlalchemy.exc.OperationalError))) is expected


def test_core_errors_pass_unchanged() -> None:
    error = Conflict("mine")
    assert translate(error) is error
