from collections.abc import AsyncIterator

import pytest

from adapters.testing.stack import Stack
from tests.integration.contracts.sql_stack import connected


@pytest.fixture
async def sqlite_stack(sqlite_url: str) -> AsyncIterator[Stack]:
    async with connected(sqlite_url) as stack:
        yield stack


@pytest.fixture
async def postgres_stack(postgres_url: str) -> AsyncIterator[Stack]:
    async with connected(postgres_url) as stack:
        yield stack
