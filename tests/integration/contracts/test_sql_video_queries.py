import pytest

from adapters.testing.stack import Stack
from adapters.testing.video_queries import VideoQueriesContract


class TestSqliteVideoQueries(VideoQueriesContract):
    @pytest.fixture
    def stack(self, sqlite_stack: Stack) -> Stack:
        return sqlite_stack


class TestPostgresVideoQueries(VideoQueriesContract):
    @pytest.fixture
    def stack(self, postgres_stack: Stack) -> Stack:
        return postgres_stack
