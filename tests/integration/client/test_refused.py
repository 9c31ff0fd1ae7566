"""Files that cannot become videos: people are told why, before anything is sent where that is possible."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.visitor import visiting
from tests.integration.client.conftest import QUICKLY
from tests.integration.client.person import Person
from tests.integration.servers import Server, running
from tests.integration.stacks import ServedStack

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium

NO_VIDEO = "The file is not a video in a format that we know."

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_failure_says_why(
    stack: ServedStack, chromium: "Chromium", clips: dict[str, Path], tmp_path: Path
) -> None:
    letter, half = tmp_path / "letter.mp4", tmp_path / "half.mp4"
    letter.write_text("Dear all, this is a letter and no film.\n" * 100)
    half.write_bytes(clips["colours.mp4"].read_bytes()[:-2000])
    stack.server.settings = {**stack.server.settings, **QUICKLY}
    async with running(stack.server) as server, visiting(chromium, server.url) as visitor:
        person, page = Person(visitor, "mira"), visitor.page
        await person.become_creator()
        await person.choose(letter, half)
        refused, failed = person.upload("letter"), person.upload("half")
        await refused.get_by_text("The upload failed.").wait_for()
        await refused.get_by_role("alert").get_by_text(NO_VIDEO).wait_for()
        assert await refused.get_by_role("button", name="Try again").count() == 0, "it would be refused again"
        visitor.forgive("422 .*/api/v1/uploads/")

        # What is seen only while the file is processed may be tried again; with the same file it fails again.
        await failed.get_by_role("alert").get_by_text(NO_VIDEO).wait_for()
        await person.watch_progress()
        await failed.get_by_role("button", name="Try again").click()
        await page.get_by_text("Trying again.").wait_for()
        await failed.get_by_role("alert").wait_for(state="detached")
        await failed.get_by_role("alert").get_by_text(NO_VIDEO).wait_for()

        await page.get_by_role("link", name="My videos").click()
        row = page.get_by_role("listitem").filter(has=page.get_by_role("link", name="half"))
        await row.get_by_text("Failed", exact=True).wait_for()
        await row.get_by_text(NO_VIDEO).wait_for()
        await row.get_by_role("link", name="half").click()
        await page.get_by_role("heading", name="Edit video").wait_for()
        await page.get_by_role("alert").get_by_text(NO_VIDEO).wait_for()
        await page.get_by_role("link", name="Watch").click()
        await page.get_by_role("heading", name="This video could not be processed").wait_for()
        await page.get_by_text(NO_VIDEO).wait_for()


async def test_what_the_limits_forbid_is_told_before_anything_is_sent(
    tmp_path: Path, chromium: "Chromium", clips: dict[str, Path]
) -> None:
    settings = {**QUICKLY, "STREAMCORE_UPLOAD_MAX_BYTES": "1000000", "STREAMCORE_UPLOAD_QUOTA_BYTES": "900000"}
    large, fitting, note = clips["bigbuckbunny.mp4"], tmp_path / "fitting.mp4", tmp_path / "note.txt"
    fitting.write_bytes(bytes(950_000))
    note.write_text("no film")
    empty = tmp_path / "empty.mp4"
    empty.touch()
    async with running(Server(tmp_path / "data", settings)) as server, visiting(chromium, server.url) as visitor:
        person, page = Person(visitor, "mira"), visitor.page
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.url) if request.method in ("POST", "PATCH") else None)
        await person.become_creator()
        await page.get_by_text("up to 1.0 MB").wait_for()
        sent.clear()
        for file, reason in (
            (large, "This file is larger than 1.0 MB, the most that may be uploaded."),
            (fitting, "Your storage is full. Delete videos to make room."),
            (note, "This does not look like a video file."),
            (empty, "This does not look like a video file."),
        ):
            await person.choose(file)
            await page.get_by_text(f"{file.name}: {reason}").wait_for()
        assert await page.get_by_role("region", name="Your uploads").count() == 0
        assert sent == []


async def test_a_refusal_that_passes_can_be_tried_again(
    tmp_path: Path, chromium: "Chromium", clips: dict[str, Path]
) -> None:
    """Two files that fit into the quota alone, but not together."""
    bunny = clips["bigbuckbunny.mp4"]
    second = tmp_path / "second.mp4"
    second.write_bytes(bunny.read_bytes())
    settings = {**QUICKLY, "STREAMCORE_UPLOAD_QUOTA_BYTES": "1500000"}
    async with running(Server(tmp_path / "data", settings)) as server, visiting(chromium, server.url) as visitor:
        person = Person(visitor, "mira")
        await person.become_creator()
        await visitor.network(up=400_000)
        await person.choose(bunny)
        await person.upload("bigbuckbunny").get_by_label("Title").wait_for()
        await person.choose(second, button="Add more videos")
        refused = person.upload("second.mp4")
        await refused.get_by_role("alert").get_by_text("Your storage is full.").wait_for()
        visitor.forgive("413 .*/api/v1/uploads")
        await person.upload("bigbuckbunny").get_by_role("button", name="Cancel upload").click()
        await visitor.network()
        await refused.get_by_role("button", name="Try again").click()
        await person.upload("second").get_by_role("progressbar", name="Processing of second.mp4").wait_for()
