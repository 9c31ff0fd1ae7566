import pytest

from adapters.testing.stack import Stack
from adapters.testing.video_care import VideoCareContract


class TestSqliteVideoCare(VideoCareContract):
    @pytest.fixture
    def stack(self, sqlite_stack: Stack) -> Stack:
        return sqlite_stack


class TestPostgresVideoCare(VideoCareContract):
    @pytest.fixture
    def stack(self, postgres_stack: Stack) -> Stack:
        return postgres_stack
