import pytest

from adapters.testing.counters import CountersContract
from adapters.testing.stack import Stack


class TestSqliteCounters(CountersContract):
    @pytest.fixture
    def stack(self, sqlite_stack: Stack) -> Stack:
        return sqlite_stack


class TestPostgresCounters(CountersContract):
    @pytest.fixture
    def stack(self, postgres_stack: Stack) -> Stack:
        return postgres_stack
