import pytest

from adapters.testing.stack import Stack
from adapters.testing.videos import VideosContract


class TestSqliteVideos(VideosContract):
    @pytest.fixture
    def stack(self, sqlite_stack: Stack) -> Stack:
        return sqlite_stack


class TestPostgresVideos(VideosContract):
    @pytest.fixture
    def stack(self, postgres_stack: Stack) -> Stack:
        return postgres_stack
