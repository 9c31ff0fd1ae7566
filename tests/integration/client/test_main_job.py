"""The main job as people do it: register, open a channel, upload, tell about it, publish, watch it to its end."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.visitor import visiting
from tests.integration.client.conftest import PROCESSED_WITHIN, QUICKLY
from tests.integration.client.person import Person, Watching, rising
from tests.integration.servers import running
from tests.integration.stacks import ServedStack

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MBIT = 1_000_000


async def test_from_nothing_to_a_film_that_plays(
    stack: ServedStack, chromium: "Chromium", clips: dict[str, Path]
) -> None:
    stack.server.settings = {**stack.server.settings, **QUICKLY}
    async with running(stack.server) as server, visiting(chromium, server.url) as visitor:
        person, page = Person(visitor, "mira"), visitor.page

        await page.goto("/")
        await page.get_by_text("Nothing has been published yet").wait_for()
        await page.get_by_role("banner").get_by_role("link", name="Sign up").click()
        await person.register()
        await page.get_by_role("banner").get_by_role("link", name="Upload").click()
        await page.get_by_role("main").get_by_role("link", name="Create a channel").click()
        await person.open_channel("Mira's films")
        await page.get_by_role("heading", name="Upload", level=1).wait_for()

        # One film by the button, one dropped; while they go up they are told about.
        await visitor.network(up=20 * MBIT)
        await person.watch_progress()
        await person.choose(clips["rapids.mp4"])
        rapids = person.upload("rapids")
        await rapids.get_by_label("Title").fill("Rapids")
        await rapids.get_by_label("Description").fill("White water, all of it.")
        await rapids.get_by_label("Tags").fill("water, river,")
        await rapids.get_by_role("button", name="Publish when ready").click()
        await page.get_by_text("It will be published as soon as it is ready.").wait_for()
        assert await page.get_by_role("progressbar", name="Upload of rapids.mp4").is_visible(), "it has arrived already"
        await visitor.drop(page.get_by_text("Drop videos here"), [clips["bigbuckbunny.mp4"]])
        await person.upload("bigbuckbunny").get_by_role("button", name="Publish when ready").click()
        for title, file in (("Rapids", "rapids.mp4"), ("bigbuckbunny", "bigbuckbunny.mp4")):
            await person.upload(title).get_by_text("Published", exact=True).wait_for(timeout=PROCESSED_WITHIN)
            sent = await person.progress(f"Upload of {file}")
            assert rising(sent)
            assert len(sent) > 5, sent
            processed = await person.progress(f"Processing of {file}")
            assert rising(processed)
            assert len(processed) > 1, processed

        await visitor.network()
        await person.upload("bigbuckbunny").get_by_role("link", name="See the page").click()
        await page.get_by_role("heading", name="bigbuckbunny", level=1).wait_for()
        await plays_to_its_end(Watching(page))

        await page.get_by_role("banner").get_by_role("link", name="streamcore").click()
        await page.get_by_role("main").get_by_role("link", name="Rapids").click()
        await page.get_by_text("White water, all of it.").wait_for()
        await page.get_by_text("#river").wait_for()
        await quality_is_chosen(Watching(page))
        await quality_follows_the_network(chromium, page.url)


async def plays_to_its_end(watching: Watching) -> None:
    await watching.until("video.currentTime > 0.5 && !video.paused && player.dataset.state === 'playing'")
    times = await watching.page.evaluate(_TIMES, await watching.video.element_handle())
    assert rising(times)
    assert times[-1] == pytest.approx(5.0, abs=0.3), times
    assert len(set(times)) > 10, "it jumped"
    await watching.until("video.ended && player.dataset.state === 'ended'")
    shown, dropped = await watching.video.evaluate(
        "(video) => { const { totalVideoFrames: all, droppedVideoFrames: lost } = video.getVideoPlaybackQuality();"
        " return [all, lost] }"
    )
    assert shown > 100, f"{dropped} were dropped"
    assert await watching.video.evaluate("(video) => video.webkitAudioDecodedByteCount") > 0, "nobody hears it"


_TIMES = """
(video) => new Promise((resolve) => {
  const times = [video.currentTime];
  video.addEventListener('timeupdate', () => times.push(video.currentTime));
  video.addEventListener('ended', () => resolve(times));
})
"""


async def quality_is_chosen(watching: Watching) -> None:
    """By hand, in the menu."""
    await watching.until("player.dataset.level")
    for name, height in (("360p", 360), ("480p", 480)):
        await watching.choose("Quality", name)
        await watching.until(f"player.dataset.level === '{name}' && video.videoHeight === {height}")
        await watching.player.get_by_role("button", name="Settings").click()
        assert await watching.player.get_by_role("menuitem", name="Quality").inner_text() == f"Quality\n{name}"
        await watching.page.keyboard.press("Escape")


async def quality_follows_the_network(chromium: "Chromium", url: str) -> None:
    """For somebody who has nothing of the film yet."""
    async with visiting(chromium, url) as visitor:
        watching = Watching(visitor.page)
        await visitor.network(down=4 * MBIT)
        await visitor.page.goto(url)
        await watching.until_level("480p")
        await visitor.network(down=1 * MBIT)
        await visitor.page.keyboard.press("4")  # to 40 %: nothing of that has been loaded
        await watching.until_level("360p")
        assert await watching.until("video.videoHeight === 360 && !video.paused")
        await visitor.network(down=20 * MBIT)
        await watching.until("video.buffered.end(video.buffered.length - 1) > 47")
        await visitor.page.keyboard.press("9")
        await watching.until_level("480p")
        assert await watching.until("video.videoHeight === 480 && !video.paused")
