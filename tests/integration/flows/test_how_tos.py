"""The how-tos, as a reader follows them: what they show is saved and run, and prints what they promise."""

from pathlib import Path

import pytest

from tests.documents import PAGES, ROOT, fences, reader, run_page
from tests.integration.flows.conftest import BUNNY
from tests.integration.servers import Server, running

DOCS = ROOT / "docs"
BY_THEMSELVES = ["adapters.md", "embedding.md", "testing.md"]
WITH_A_SERVER = ["deploying.md", "tutorial.md"]


@pytest.mark.parametrize("name", BY_THEMSELVES)
def test_page(name: str, tmp_path: Path) -> None:
    run_page(DOCS / name, tmp_path, reader(tmp_path, film=str(BUNNY)))


async def test_a_backup_is_taken_while_the_server_runs_and_is_whole(tmp_path: Path) -> None:
    async with running(Server(tmp_path / "data", {"XDG_CONFIG_HOME": str(tmp_path / "config")})) as server:
        await server.command("upload", str(BUNNY), "--url", server.url)
        run_page(DOCS / "deploying.md", tmp_path, reader(tmp_path, STREAMCORE_DATA=str(server.data)))


def test_no_page_with_commands_is_left_out() -> None:
    run = {page for page in PAGES if any(fence.is_run for fence in fences(page))}
    assert run == {DOCS / name for name in BY_THEMSELVES + WITH_A_SERVER}
