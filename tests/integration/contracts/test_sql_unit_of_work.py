import pytest

from adapters.testing.row_locks import RowLockContract
from adapters.testing.stack import Stack
from adapters.testing.unit_of_work import UnitOfWorkContract


class TestSqliteUnitOfWork(UnitOfWorkContract):
    """One write lock for the whole database, so the suite for row locks does not apply."""

    @pytest.fixture
    def stack(self, sqlite_stack: Stack) -> Stack:
        return sqlite_stack


class TestPostgresRowLock(RowLockContract):
    @pytest.fixture
    def stack(self, postgres_stack: Stack) -> Stack:
        return postgres_stack
