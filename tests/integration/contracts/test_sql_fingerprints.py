import pytest

from adapters.testing.fingerprints import FingerprintsContract
from adapters.testing.stack import Stack


class TestSqliteFingerprints(FingerprintsContract):
    @pytest.fixture
    def stack(self, sqlite_stack: Stack) -> Stack:
        return sqlite_stack


class TestPostgresFingerprints(FingerprintsContract):
    @pytest.fixture
    def stack(self, postgres_stack: Stack) -> Stack:
        return postgres_stack
