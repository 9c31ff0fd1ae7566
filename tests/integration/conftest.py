"""Databases for every integration test: ``sqlite_url`` and ``postgres_url`` are empty, migrated, and the test's own."""

import asyncio
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from adapters.sql.migrate import upgrade
from tests.e2e.browser import browser
from tests.integration.s3_server import s3_url
from tests.integration.sql_databases import blank_postgres_url, postgres_template, postgres_url

__all__ = ["blank_postgres_url", "browser", "postgres_template", "postgres_url", "s3_url"]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, upgrade(f"sqlite:///{file}")).result()
    return file


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """An empty, migrated database file of the test's own."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'streamcore.db')}"


@pytest.fixture
def blank_sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'blank.db'}"
