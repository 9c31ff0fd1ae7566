import pytest

from adapters.testing.chunked_runs import ChunkedRunsContract
from adapters.testing.stack import Stack


class TestSqliteChunkedRuns(ChunkedRunsContract):
    @pytest.fixture
    def stack(self, sqlite_stack: Stack) -> Stack:
        return sqlite_stack


class TestPostgresChunkedRuns(ChunkedRunsContract):
    @pytest.fixture
    def stack(self, postgres_stack: Stack) -> Stack:
        return postgres_stack
