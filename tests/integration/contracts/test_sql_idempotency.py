import pytest

from adapters.testing.idempotency import IdempotencyContract
from adapters.testing.stack import Stack


class TestSqliteIdempotency(IdempotencyContract):
    @pytest.fixture
    def stack(self, sqlite_stack: Stack) -> Stack:
        return sqlite_stack


class TestPostgresIdempotency(IdempotencyContract):
    @pytest.fixture
    def stack(self, postgres_stack: Stack) -> Stack:
        return postgres_stack
