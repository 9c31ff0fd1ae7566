import pytest

from adapters.testing.stack import Stack
from adapters.testing.upload_quotas import UploadQuotasContract


class TestSqliteUploadQuotas(UploadQuotasContract):
    @pytest.fixture
    def stack(self, sqlite_stack: Stack) -> Stack:
        return sqlite_stack


class TestPostgresUploadQuotas(UploadQuotasContract):
    @pytest.fixture
    def stack(self, postgres_stack: Stack) -> Stack:
        return postgres_stack
