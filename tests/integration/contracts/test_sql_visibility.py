import pytest

from adapters.testing.stack import Stack
from adapters.testing.visibility import VisibilityContract


class TestSqliteVisibility(VisibilityContract):
    @pytest.fixture
    def stack(self, sqlite_stack: Stack) -> Stack:
        return sqlite_stack


class TestPostgresVisibility(VisibilityContract):
    @pytest.fixture
    def stack(self, postgres_stack: Stack) -> Stack:
        return postgres_stack
