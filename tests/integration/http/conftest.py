from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.http.site import Site, embedded_platform, open_site


@pytest.fixture(params=["memory", "embedded"])
async def site(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Site]:
    """A site on memory adapters, and one on SQLite and a folder."""
    if request.param == "memory":
        async with open_site() as site:
            yield site
    else:
        url = request.getfixturevalue("sqlite_url")
        async with open_site(build=embedded_platform(tmp_path / "data", url)) as site:
            yield site


@pytest.fixture
async def file_site(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    """The one whose store has no address of its own, so that the API serves its files."""
    async with open_site(build=embedded_platform(tmp_path / "data", sqlite_url)) as site:
        yield site
