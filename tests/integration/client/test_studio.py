"""What an owner does with a video: tells about it, gives it a face and captions, hides it, plans it, deletes it."""

import subprocess
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
import pytest

from tests.e2e.visitor import Visitor, visiting
from tests.integration.client.colours import until_seen
from tests.integration.client.furnished import ENGLISH, Furnished
from tests.integration.client.person import Person, Watching
from tests.integration.servers import Creator

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium
    from playwright.async_api import Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

RED, GREEN, BLUE = (254, 0, 0), (0, 200, 0), (0, 0, 254)


@asynccontextmanager
async def owner_of(
    site: Furnished, chromium: "Chromium", clip: Path, **told: str
) -> AsyncIterator[tuple[Visitor, str]]:
    """Somebody on the page that edits their one video, and the video's id."""
    async with aiohttp.ClientSession() as http:
        creator = await Creator.register(http, site.server)
        _, me = await creator.request("GET", "/users/me")
        status, body = await creator.upload(clip, uuid.uuid4().hex, pause=0, title="Colours", **told)
        assert status == 202, body
        video_id = body["data"]["id"]
        await creator.ended(video_id)
    async with visiting(chromium, site.url) as visitor:
        await visitor.page.goto(f"/login?next=/studio/{video_id}")
        await Person(visitor, me["data"]["username"]).log_in()
        await visitor.page.get_by_role("heading", name="Edit video").wait_for()
        yield visitor, video_id


def row(page: "Page", title: str) -> "Locator":
    """One's own video in the list."""
    return page.get_by_role("listitem").filter(has=page.get_by_role("link", name=title))


async def do(page: "Page", title: str, action: str) -> None:
    """Something in the menu of a video in the list."""
    await page.get_by_role("button", name=f"Actions for {title}").click()
    await page.get_by_role("menuitem", name=action).click()


async def test_a_thumbnail_is_chosen_and_then_brought(
    site: Furnished, chromium: "Chromium", clips: dict[str, Path], tmp_path: Path
) -> None:
    green = tmp_path / "green.png"
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "color=0x00c800:s=1280x720", "-frames:v", "1", str(green)]
    subprocess.run(command, check=True)
    async with owner_of(site, chromium, clips["colours.mp4"]) as (visitor, video_id):
        page = visitor.page
        for at, meant in (("0:03", RED), ("0:06", BLUE)):
            await page.get_by_role("radio", name=f"Picture at {at}").click(force=True)  # the picture covers it
            await page.get_by_role("radio", name=f"Picture at {at}", checked=True).wait_for()
            await page.get_by_text("Thumbnail changed.").first.wait_for()
            await page.get_by_role("link", name="My videos").first.click()
            await until_seen(row(page, "Colours").locator("img"), meant)
            await page.get_by_role("link", name="Colours").click()
            assert await page.get_by_role("radio", name=f"Picture at {at}").is_checked()
        async with page.expect_file_chooser() as chooser:
            await page.get_by_role("button", name="Upload a picture").click()
        await (await chooser.value).set_files(green)
        await page.get_by_text("Your own picture is in use.").wait_for()
        await page.goto("/studio")
        await until_seen(row(page, "Colours").locator("img"), GREEN)
        await page.goto(f"/watch/{video_id}")
        assert await Watching(page).video.get_attribute("poster")


async def test_captions_are_added_and_removed(
    site: Furnished, chromium: "Chromium", clips: dict[str, Path], tmp_path: Path
) -> None:
    captions, letter = tmp_path / "captions.vtt", tmp_path / "letter.vtt"
    captions.write_text(ENGLISH)
    letter.write_text("This is a letter.")
    async with owner_of(site, chromium, clips["colours.mp4"]) as (visitor, _):
        page = visitor.page

        async def add(file: Path) -> None:
            async with page.expect_file_chooser() as chooser:
                await page.get_by_role("button", name="Add captions").click()
            await (await chooser.value).set_files(file)

        await page.get_by_label("Language").select_option(label="French")
        await add(letter)
        await page.get_by_role("alert").wait_for()
        visitor.forgive("status of 4")
        await add(captions)
        await page.get_by_text("Captions saved.").wait_for()
        await page.get_by_role("listitem").get_by_text("Français").wait_for()
        assert await page.get_by_role("alert").count() == 0
        await page.get_by_role("link", name="Watch").click()
        await Watching(page).choose("Captions", "Français")
        await Watching(page).until("video.textTracks[0].activeCues?.length === 1")
        await page.go_back()
        await page.get_by_role("button", name="Remove captions: Français").click()
        await page.get_by_text("No captions yet.").wait_for()


async def test_what_is_said_is_changed_for_those_who_may_see_it(
    site: Furnished, chromium: "Chromium", clips: dict[str, Path]
) -> None:
    async with owner_of(site, chromium, clips["tall.mp4"]) as (visitor, video_id):
        page = visitor.page
        await page.get_by_label("Title").fill("No")
        await page.get_by_role("button", name="Save changes").click()
        await page.get_by_text("A title has 3 to 200 characters.").wait_for()
        await page.get_by_label("Title").fill("Another title")
        await page.get_by_label("Description").fill("First line.\nhttps://example.org <b>no markup</b>")
        await page.get_by_label("Tags").fill("#one, two,one,")
        await page.get_by_label("Who can watch").select_option("private")
        await page.get_by_role("button", name="Save changes").click()
        await page.get_by_text("Saved.", exact=True).wait_for()
        await page.get_by_role("link", name="Watch").click()
        await page.get_by_role("heading", name="Another title", level=1).wait_for()
        await page.get_by_text("<b>no markup</b>").wait_for()
        for badge in ("#one", "#two", "Private"):
            await page.get_by_text(badge, exact=True).wait_for()
        await Watching(page).until("video.currentTime > 0")
        async with visiting(chromium, site.url) as stranger:
            await stranger.page.goto(f"/watch/{video_id}")
            await stranger.page.get_by_role("heading", name="There is nothing here").wait_for()
            stranger.forgive("status of 404")
        async with visiting(chromium, site.url, storage=site.ben) as viewer:
            await viewer.page.goto(f"/studio/{video_id}")
            await viewer.page.get_by_role("heading", name="Open a channel first").wait_for()
        async with visiting(chromium, site.url, storage=site.mira) as other:
            await other.page.goto(f"/studio/{video_id}")
            await other.page.get_by_role("heading", name="There is nothing here").wait_for()
            other.forgive("status of 404")


async def test_a_draft_is_planned_published_and_deleted(
    site: Furnished, chromium: "Chromium", clips: dict[str, Path]
) -> None:
    async with owner_of(site, chromium, clips["tall.mp4"], publish="false") as (visitor, _):
        page = visitor.page
        await page.get_by_role("radio", name="At a set time").check()
        await page.get_by_label("Publish at").fill("2020-01-01T12:00")
        await page.get_by_role("button", name="Schedule").click()
        await page.get_by_text("Choose a time that lies ahead.").wait_for()
        later = datetime.now(UTC) + timedelta(days=2)
        await page.get_by_label("Publish at").fill(later.strftime("%Y-%m-%dT%H:%M"))
        await page.get_by_role("button", name="Schedule").click()
        await page.get_by_text("Will be published").wait_for()
        await page.get_by_role("link", name="My videos").first.click()
        await row(page, "Colours").get_by_text("Scheduled", exact=True).wait_for()
        await row(page, "Colours").get_by_text("Goes public").wait_for()
        await do(page, "Colours", "Publish")
        await row(page, "Colours").get_by_text("Published", exact=True).wait_for()
        await page.get_by_role("link", name="Home").click()
        await page.get_by_role("link", name="Colours").first.wait_for()
        await page.get_by_role("link", name="My videos").click()
        await do(page, "Colours", "Delete")
        await page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        await page.get_by_text("The video is deleted.").wait_for()
        await page.get_by_role("heading", name="No videos yet").wait_for()
