"""A PostgreSQL database for each test, made from a migrated template that each test process makes once."""

import asyncio
import os
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import asyncpg
import pytest

from adapters.sql.migrate import upgrade

SERVER = os.environ.get("STREAMCORE_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")


def on_server(*statements: str) -> None:
    """Run statements outside of any transaction, whether or not the caller has an event loop."""

    async def run() -> None:
        connection = await asyncpg.connect(SERVER)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, run()).result()


def address(database: str) -> str:
    server, _, options = SERVER.partition("?")
    return f"{server.rpartition('/')[0]}/{database}" + (f"?{options}" if options else "")


@contextmanager
def database(template: str = "template0") -> Iterator[str]:
    """The name of a new database, dropped at the end whoever is still connected."""
    name = f"streamcore_test_{uuid.uuid4().hex}"
    on_server(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield name
    finally:
        on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    with database() as name:
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, upgrade(address(name))).result()
        yield name


@pytest.fixture
def postgres_url(postgres_template: str) -> Iterator[str]:
    """An empty, migrated database of the test's own."""
    with database(postgres_template) as name:
        yield address(name)


@pytest.fixture
def blank_postgres_url() -> Iterator[str]:
    """A database of the test's own without any table."""
    with database() as name:
        yield address(name)
