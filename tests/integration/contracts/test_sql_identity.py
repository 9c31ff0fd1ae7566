import pytest

from adapters.testing.identity import IdentityContract
from adapters.testing.stack import Stack


class TestSqliteIdentity(IdentityContract):
    @pytest.fixture
    def stack(self, sqlite_stack: Stack) -> Stack:
        return sqlite_stack


class TestPostgresIdentity(IdentityContract):
    @pytest.fixture
    def stack(self, postgres_stack: Stack) -> Stack:
        return postgres_stack
