"""The commands as an operator types them."""

import json
from pathlib import Path

import pytest

from adapters.sql.migrations import HEAD
from tests.integration.servers import Server, running


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server(tmp_path / "data", {"XDG_CONFIG_HOME": str(tmp_path / "config"), "COLUMNS": "200"})


async def test_the_schema_is_upgraded(server: Server) -> None:
    assert f"schema is at {HEAD}" in await server.command("db", "upgrade")
    assert f"schema is at {HEAD}" in await server.command("db", "upgrade")


async def test_an_admin_is_created_once(server: Server) -> None:
    account = ["--email", "root@example.org", "--username", "root", "--password", "long enough for root"]
    assert "admin root created" in await server.command("admin", "create", *account)
    with pytest.raises(AssertionError, match="CONFLICT"):
        await server.command("admin", "create", *account)
    with pytest.raises(AssertionError, match="password"):
        await server.command("admin", "create", *account[:-1], "short")


async def test_the_settings_are_shown_without_secrets(server: Server) -> None:
    server.settings = {
        **server.settings,
        "STREAMCORE_SECRET_KEY": "a secret that nobody may read in a terminal",
        "STREAMCORE_DATABASE_URL": "postgresql://ada:swordfish@db/streamcore",
    }
    shown = await server.command("config", "show")
    assert "STREAMCORE_QUEUE_URL" in shown
    assert "nobody may read" not in shown
    assert "swordfish" not in shown
    assert "postgresql://ada:***@db/streamcore" in shown


async def test_wrong_settings_are_named(server: Server) -> None:
    server.settings = {**server.settings, "STREAMCORE_WORKER_JOBS": "many"}
    with pytest.raises(AssertionError, match="STREAMCORE_WORKER_JOBS"):
        await server.command("config", "show")


async def test_production_needs_a_secret(server: Server) -> None:
    server.settings = {**server.settings, "STREAMCORE_ENVIRONMENT": "production"}
    with pytest.raises(AssertionError, match="STREAMCORE_SECRET_KEY"):
        await server.command("doctor")


async def test_the_doctor_finds_a_healthy_machine_well(server: Server) -> None:
    report = await server.command("doctor")
    assert "FFmpeg" in report
    assert "✗" not in report


async def test_the_doctor_says_what_is_missing_and_how_to_mend_it(server: Server) -> None:
    server.settings = {
        **server.settings,
        "STREAMCORE_CACHE_URL": "redis://127.0.0.1:1/0",
        "STREAMCORE_FFMPEG": "/nowhere/ffmpeg",
    }
    with pytest.raises(AssertionError) as failed:
        await server.command("doctor")
    report = str(failed.value)
    assert "STREAMCORE_CACHE_URL" in report
    assert "STREAMCORE_FFMPEG" in report


async def test_dead_letters_and_jobs_of_a_quiet_instance(server: Server) -> None:
    assert "no dead letters" in await server.command("dead-letters", "list")
    assert "0 messages" in await server.command("dead-letters", "replay", "events")
    assert "0 dead letters deleted" in await server.command("dead-letters", "purge", "events", "--yes")
    assert "no jobs" in await server.command("jobs", "list")
    assert "0 objects" in await server.command("sweep")
    assert "0 videos checked" in await server.command("media", "verify")
    assert "no backfills" in await server.command("media", "backfills")


async def test_the_openapi_document_needs_no_server(server: Server) -> None:
    document = json.loads(await server.command("openapi"))
    assert document["openapi"].startswith("3.1")


async def test_upload_opens_an_account_and_shows_the_way_to_the_stream(server: Server) -> None:
    clip = Path(__file__).parents[2] / "media" / "bigbuckbunny.mp4"
    async with running(server):
        report = await server.command("upload", str(clip), "--url", server.url, "--tag", "bunny")
        assert "opened the account local-" in report
        assert f"published: {server.url}/media/videos/" in report
        second = await server.command("upload", str(clip), "--url", server.url, "--visibility", "private")
        assert "opened the account" not in second
        assert f"published: {server.url}/media/~" in second


async def test_an_upload_that_fails_says_why(server: Server, tmp_path: Path) -> None:
    text = tmp_path / "notes.mp4"
    text.write_text("these are notes, and no video at all\n" * 100)
    async with running(server):
        with pytest.raises(AssertionError, match="UNPROCESSABLE_MEDIA The file is not a video"):
            await server.command("upload", str(text), "--url", server.url)


async def test_no_server_is_a_sentence_not_a_trace(server: Server) -> None:
    clip = Path(__file__).parents[2] / "media" / "bigbuckbunny.mp4"
    with pytest.raises(AssertionError) as failed:
        await server.command("upload", str(clip), "--url", "http://127.0.0.1:1")
    assert "UNREACHABLE" in str(failed.value)
    assert "Traceback" not in str(failed.value)
