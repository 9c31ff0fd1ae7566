import pytest

from adapters.testing.outbox import OutboxContract
from adapters.testing.stack import Stack


class TestSqliteOutbox(OutboxContract):
    @pytest.fixture
    def stack(self, sqlite_stack: Stack) -> Stack:
        return sqlite_stack


class TestPostgresOutbox(OutboxContract):
    @pytest.fixture
    def stack(self, postgres_stack: Stack) -> Stack:
        return postgres_stack
