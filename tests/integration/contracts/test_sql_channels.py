import pytest

from adapters.testing.channels import ChannelsContract
from adapters.testing.stack import Stack


class TestSqliteChannels(ChannelsContract):
    @pytest.fixture
    def stack(self, sqlite_stack: Stack) -> Stack:
        return sqlite_stack


class TestPostgresChannels(ChannelsContract):
    @pytest.fixture
    def stack(self, postgres_stack: Stack) -> Stack:
        return postgres_stack
