"""Every kind of real file plays in a real browser as it was meant, picture and sound; so do streams from a server."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import pytest
import pytest_asyncio

from tests.e2e.browser import PHONE, Browser
from tests.integration.media.conftest import BINARIES
from tests.integration.media.corpus import CORPUS, HOURS, Case
from tests.integration.media.made import Workshop
from tests.integration.media.playing import check_picture, check_played
from tests.integration.servers import Creator, Server, running

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ROOT = Path(__file__).parents[3]
BUNNY = ROOT / "tests" / "media" / "bigbuckbunny.mp4"


@dataclass(frozen=True, slots=True)
class Studio:
    """A creator on a server, and the folder of the clips."""

    creator: Creator
    folder: Path

    async def publish(self, clip: Path, visibility: str = "public") -> dict[str, Any]:
        """Upload a clip; the video as its owner sees it, once it plays."""
        status, body = await self.creator.upload(clip, str(uuid4()), visibility=visibility)
        assert status == 202, body
        video = body["data"]["id"]
        ended = await self.creator.ended(video)
        assert ended["status"] == "published", ended
        _, body = await self.creator.request("GET", f"/videos/{video}")
        published: dict[str, Any] = body["data"]
        return published


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def studio(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> AsyncIterator[Studio]:
    """Only the pages of one origin may ask its API."""
    folder = tmp_path_factory.mktemp("studio")
    settings = {"STREAMCORE_FFMPEG_PRESET": "ultrafast", "STREAMCORE_CORS_ORIGINS": json.dumps([browser.origin])}
    async with running(Server(folder / "data", settings)) as server, aiohttp.ClientSession() as http:
        yield Studio(await Creator.register(http, server), folder)


@pytest.mark.parametrize("case", CORPUS, ids=[case.name for case in CORPUS])
async def test_it_plays_to_its_end(case: Case, workshop: Workshop, browser: Browser) -> None:
    made = await workshop.get(case, BINARIES["system"])
    async with browser.player(browser.serve_folder(case.name, made.folder) + made.media.master) as player:
        check_played(case, await player.play_through())
        await check_picture(case, player)


async def test_hours_are_reached_by_a_seek(studio: Studio, browser: Browser) -> None:
    video = await studio.publish(HOURS.make(studio.folder))
    async with browser.player(video["stream_url"], whole=False) as player:
        await player.seek(HOURS.seconds / 2)
        middle = await player.play_for(2, rate=2)
        await player.seek(HOURS.seconds - 3)
        played = await player.play_through()
    assert played.errors == ()
    assert middle.position > HOURS.seconds / 2 + 1.9
    assert played.duration == played.position == pytest.approx(HOURS.seconds, abs=0.2)
    assert 3 < played.seconds_played < 10


async def test_every_rendition_plays_after_a_switch(studio: Studio, browser: Browser) -> None:
    video = await studio.publish(BUNNY)
    async with browser.player(video["stream_url"]) as player:
        assert len(player.renditions) == 3
        for number, size in [*enumerate(player.renditions)][::-1]:
            await player.switch_to(number)
            await player.seek(2.5)
            played = await player.play_for(0.3)
            assert (played.level, played.width, played.height) == (number, *size)
            assert played.position >= 2.8
            assert played.errors == ()
        played = await player.play_through()
        assert played.position == played.duration == pytest.approx(5.3, abs=0.2)


async def test_captions_show_at_their_time(studio: Studio, browser: Browser) -> None:
    video = await studio.publish(BUNNY, visibility="private")
    for lang, body in {
        "en": "WEBVTT\n\n00:01.000 --> 00:02.000\n<i>One</i> & <script>only</script>\n\n00:03.500 --> 00:04.500\nTwo\n",
        "de": "1\n00:00:01,000 --> 00:00:02,000\nEins\n",
    }.items():
        status, answer = await studio.creator.request("PUT", f"/videos/{video['id']}/captions/{lang}", data=body)
        assert status == 200, answer
    async with browser.player(answer["data"]["stream_url"]) as player:
        await player.show_captions("en")
        seen = {at: await player.shown_captions(at) for at in (0.9, 1.05, 1.95, 2.05, 3.4, 3.6, 4.4, 4.6)}
        assert seen == {
            0.9: [],
            1.05: ["One & only"],
            1.95: ["One & only"],
            2.05: [],
            3.4: [],
            3.6: ["Two"],
            4.4: ["Two"],
            4.6: [],
        }
        await player.show_captions("de")
        assert await player.shown_captions(1.5) == ["Eins"]
        played = await player.play_through()
    assert played.errors == ()
    assert played.position == played.duration


async def test_a_private_stream_plays_by_its_signed_address_only(studio: Studio, browser: Browser) -> None:
    case = next(case for case in CORPUS if case.name == "portrait.mp4")
    video = await studio.publish(case.make(studio.folder), visibility="private")
    signed = video["stream_url"]
    plain = signed[: signed.index("~")] + signed[signed.index("videos/") :]
    async with browser.player(signed, size=PHONE) as player:
        check_played(case, await player.play_through())
        await check_picture(case, player)
    with pytest.raises(Exception, match=r"manifestLoadError.*404"):
        async with browser.player(plain):
            pass


async def test_a_stream_plays_in_pages_that_may_not_ask_the_api(studio: Studio, browser: Browser) -> None:
    case = next(case for case in CORPUS if case.name == "moov_first.mp4")
    video = await studio.publish(case.make(studio.folder), visibility="unlisted")
    api = f"{studio.creator.server.url}/api/v1/videos/{video['id']}"
    ask = "url => fetch(url).then(answer => answer.status, error => error.message)"
    async with browser.page("player.html", origin=browser.origin) as page:
        assert await browser.run(page.evaluate(ask, api)) == 200
    async with browser.page("player.html", origin=browser.other_origin) as page:
        assert await browser.run(page.evaluate(ask, api)) == "Failed to fetch"
        assert await browser.run(page.evaluate(ask, video["thumbnail_url"])) == 200
    async with browser.player(video["stream_url"], origin=browser.other_origin) as player:
        check_played(case, await player.play_through())
        await check_picture(case, player)


async def test_the_page_of_the_documents_plays(studio: Studio, browser: Browser) -> None:
    video = await studio.publish(BUNNY)
    written = re.findall(r"```html\n(.*?)```", (ROOT / "docs" / "playing.md").read_text(), re.DOTALL)
    assert len(written) == 1
    address = f"{studio.creator.server.url}/api/v1/videos/{video['id']}"
    shown = written[0].replace("https://video.example.org/api/v1/videos/VIDEO_ID", address)
    async with browser.page("example.html", html=shown) as page:
        playing = (
            "() => { const v = document.querySelector('video'); v.play(); return v.currentTime > 1 && v.videoWidth }"
        )
        width = await browser.run(page.wait_for_function(playing))
        assert await browser.run(width.json_value()) in (640, 854, 1280)
