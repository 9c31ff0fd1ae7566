"""Uploads that are interrupted: by a reload of the page, by a server that goes away, by somebody who pauses."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.visitor import visiting
from tests.integration.client.conftest import PROCESSED_WITHIN, QUICKLY
from tests.integration.client.person import Person
from tests.integration.servers import Server, running
from tests.integration.stacks import ServedStack

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium
    from playwright.async_api import Dialog, Page, Request

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@dataclass
class Tus:
    """What a page says to the server about uploads: how often it began one, asked how much had come (``told``), and
    from where it sent (``offsets``)."""

    begun: int = 0
    told: list[int] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)

    async def note(self, request: "Request") -> None:
        if "/api/v1/uploads" not in request.url:
            return
        if request.method == "POST":
            self.begun += 1
        if request.method == "PATCH":
            self.offsets.append(int(request.headers["upload-offset"]))
        if request.method == "HEAD":
            response = await request.response()
            if response is not None and response.ok:
                self.told.append(int(response.headers["upload-offset"]))


def tus_of(page: "Page") -> Tus:
    tus = Tus()
    page.on("request", tus.note)
    return tus


async def at_least(page: "Page", percent: int) -> None:
    """When so much of the film has been sent."""
    bar = await page.get_by_role("progressbar", name="Upload of").element_handle()
    await page.wait_for_function("([bar, percent]) => bar.ariaValueNow >= percent", arg=[bar, percent])


async def test_a_reload_in_the_middle_of_an_upload_costs_nothing(
    stack: ServedStack, chromium: "Chromium", clips: dict[str, Path]
) -> None:
    film = clips["bigbuckbunny.mp4"]
    stack.server.settings = {**stack.server.settings, **QUICKLY}
    async with running(stack.server) as server, visiting(chromium, server.url) as visitor:
        person, page = Person(visitor, "mira"), visitor.page
        asked: list[str] = []

        async def stay_or_go(dialog: "Dialog") -> None:
            asked.append(dialog.type)
            await dialog.accept()

        page.on("dialog", stay_or_go)
        tus = tus_of(page)
        await person.become_creator()
        await visitor.network(up=1_500_000)
        await person.choose(film)
        await person.upload("bigbuckbunny").get_by_label("Title").fill("Told before the reload")
        await person.upload("bigbuckbunny").get_by_role("button", name="Publish when ready").click()
        await page.get_by_text("It will be published as soon as it is ready.").wait_for()
        await at_least(page, 40)
        await page.reload()
        assert asked == ["beforeunload"], "nobody was asked whether to leave"

        await page.get_by_role("heading", name="Unfinished uploads").wait_for()
        await page.get_by_text("Choose the same file again, and it goes on where it stopped.").wait_for()
        await visitor.network()
        await person.choose(film, button="Choose the file again")
        card = person.upload("Told before the reload")
        await card.get_by_text("Published", exact=True).wait_for(timeout=PROCESSED_WITHIN)
        assert await page.get_by_role("heading", name="Unfinished uploads").count() == 0
        assert tus.begun == 1
        [told] = tus.told
        assert 0.2 * film.stat().st_size < told < film.stat().st_size
        assert tus.offsets == [0, told], "it sent again what had come"

        await page.get_by_role("link", name="See the page").click()
        await page.get_by_role("heading", name="Told before the reload", level=1).wait_for()
        await page.reload()
        await page.goto("/upload")
        await page.get_by_role("button", name="Choose files").wait_for()
        assert await page.get_by_role("heading", name="Unfinished uploads").count() == 0


async def test_a_server_that_dies_is_waited_for(tmp_path: Path, chromium: "Chromium", clips: dict[str, Path]) -> None:
    async with running(Server(tmp_path / "data", QUICKLY)) as server, visiting(chromium, server.url) as visitor:
        person, page = Person(visitor, "mira"), visitor.page
        tus = tus_of(page)
        await person.become_creator()
        await visitor.network(up=1_500_000)
        await person.choose(clips["bigbuckbunny.mp4"])
        card = person.upload("bigbuckbunny")
        await at_least(page, 40)
        await server.kill()
        await card.get_by_text("Connection lost. Trying again…").wait_for()
        await visitor.network()
        await server.start()
        await card.get_by_role("progressbar", name="Processing of bigbuckbunny.mp4").wait_for()
        visitor.forgive(r"net::ERR_|status of (423|50\d) ")
        assert tus.begun == 1
        assert len(tus.offsets) > 1
        assert tus.offsets[-1] == tus.told[-1]


async def test_an_upload_rests_when_told_and_goes_on_while_one_is_elsewhere(
    tmp_path: Path, chromium: "Chromium", clips: dict[str, Path]
) -> None:
    async with running(Server(tmp_path / "data", QUICKLY)) as server, visiting(chromium, server.url) as visitor:
        person, page = Person(visitor, "mira"), visitor.page
        tus = tus_of(page)
        await person.become_creator()
        await visitor.network(up=1_500_000)
        await person.choose(clips["bigbuckbunny.mp4"])
        card = person.upload("bigbuckbunny")
        await at_least(page, 20)
        await card.get_by_role("button", name="Pause").click()
        said = await card.get_by_text("Paused at").inner_text()
        await page.get_by_role("link", name="My videos").click()
        await page.get_by_role("heading", name="My videos").wait_for()
        await page.get_by_role("link", name="bigbuckbunny").wait_for()
        await page.go_back()
        assert await card.get_by_text("Paused at").inner_text() == said
        await card.get_by_role("button", name="Resume").click()
        await page.get_by_role("link", name="My videos").click()
        await page.get_by_role("banner").get_by_title("1 upload under way").wait_for()
        await visitor.network()
        await page.get_by_role("banner").get_by_role("link", name="Upload").click()
        await card.get_by_role("progressbar", name="Processing of bigbuckbunny.mp4").wait_for()
        assert tus.begun == 1
        assert tus.offsets[-1] == tus.told[-1] > 0
