import pytest

from adapters.testing.jobs import JobsContract
from adapters.testing.stack import Stack


class TestSqliteJobs(JobsContract):
    @pytest.fixture
    def stack(self, sqlite_stack: Stack) -> Stack:
        return sqlite_stack


class TestPostgresJobs(JobsContract):
    @pytest.fixture
    def stack(self, postgres_stack: Stack) -> Stack:
        return postgres_stack
