import pytest

from adapters.testing.backfills import BackfillsContract
from adapters.testing.stack import Stack


class TestSqliteBackfills(BackfillsContract):
    @pytest.fixture
    def stack(self, sqlite_stack: Stack) -> Stack:
        return sqlite_stack


class TestPostgresBackfills(BackfillsContract):
    @pytest.fixture
    def stack(self, postgres_stack: Stack) -> Stack:
        return postgres_stack
