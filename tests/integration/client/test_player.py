"""The player: captions, previews, speed, sound, keys, picture in picture, full screen, and what it says of trouble."""

from typing import TYPE_CHECKING

import pytest

from tests.e2e.visitor import visiting
from tests.integration.client.colours import until_seen
from tests.integration.client.furnished import Furnished
from tests.integration.client.person import Watching

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium
    from playwright.async_api import FloatRect, Page, Position

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

RED, BLUE = (254, 0, 0), (0, 0, 254)


async def opened(page: "Page", path: str) -> Watching:
    """The player once it plays."""
    await page.goto(path)
    watching = Watching(page)
    await watching.until("video.currentTime > 0 && player.dataset.state === 'playing'")
    return watching


async def test_captions_are_shown_in_the_chosen_language(site: Furnished, chromium: "Chromium") -> None:
    async with visiting(chromium, site.url) as visitor:
        page = visitor.page
        watching = await opened(page, site.watch("public"))
        await page.keyboard.press("k")
        await watching.until("player.dataset.state === 'paused'")
        box = await watching.player.bounding_box()
        assert box is not None
        low: FloatRect = {"x": box["x"], "y": box["y"] + box["height"] * 0.6, "width": box["width"], "height": 150}
        await page.keyboard.press("c")
        showing = "[...video.textTracks].filter((track) => track.mode === 'showing')"
        text = f"{showing}.map((track) => track.activeCues?.[0]?.text).join()"
        assert await watching.until(text) == "Now it is red, or blue."
        assert await watching.player.get_by_role("button", name="Captions").get_attribute("aria-pressed") == "true"
        english = await page.screenshot(clip=low)
        await watching.choose("Captions", "Deutsch")
        assert await watching.until(f"{text} !== 'Now it is red, or blue.' && {text}") == "Jetzt ist es rot, oder blau."
        german = await page.screenshot(clip=low)
        await watching.choose("Captions", "Off")
        await watching.until(f"{showing}.length === 0")
        without = await page.screenshot(clip=low)
        assert len({english, german, without}) == 3, "the captions cannot be seen"

        await watching.choose("Captions", "Deutsch")
        await page.reload()
        assert await watching.until(text) == "Jetzt ist es rot, oder blau.", "the language is not remembered"


@pytest.mark.parametrize("video", ["public", "draft"])
async def test_the_seek_bar_shows_what_lies_there(site: Furnished, chromium: "Chromium", video: str) -> None:
    """And goes there; for a draft, whose addresses are signed for its owner, as well."""
    async with visiting(chromium, site.url, storage=site.mira) as visitor:
        page = visitor.page
        watching = await opened(page, site.watch(video))
        await page.keyboard.press("k")
        bar = watching.player.get_by_role("slider", name="Position")
        box = await bar.bounding_box()
        assert box is not None
        sprite = watching.player.locator("[class*=sprite]")
        for share, at, meant in ((0.27, "0:02", RED), (0.77, "0:06", BLUE)):
            place: Position = {"x": box["width"] * share, "y": box["height"] / 2}
            await bar.hover(position=place)
            await watching.player.locator("[class*=bubble]").get_by_text(at, exact=True).wait_for()
            await until_seen(sprite, meant)
            await bar.click(position=place)
            await watching.until(f"!video.seeking && Math.abs(video.currentTime - {8 * share}) < 0.3")
            await page.mouse.move(5, 5)
            await sprite.wait_for(state="detached")
            await until_seen(watching.video, meant)


async def test_speed_and_sound_are_remembered(site: Furnished, chromium: "Chromium") -> None:
    async with visiting(chromium, site.url) as visitor:
        page = visitor.page
        watching = await opened(page, site.watch("public"))
        await watching.choose("Speed", "1.5×")
        await watching.until("video.playbackRate === 1.5")
        await page.keyboard.press("m")
        await watching.until("video.muted")
        await watching.player.get_by_role("button", name="Unmute").hover()  # the slider comes out
        await watching.player.get_by_role("slider", name="Volume").fill("0.4")
        await watching.until("!video.muted && Math.abs(video.volume - 0.4) < 0.01")
        await page.keyboard.press("m")
        await watching.player.get_by_role("button", name="Unmute").wait_for()
        await page.reload()
        await watching.until("video.playbackRate === 1.5 && video.muted && Math.abs(video.volume - 0.4) < 0.01")
        await watching.player.get_by_role("button", name="Unmute").click()
        await watching.until("!video.muted")


async def test_single_keys_command_the_player(site: Furnished, chromium: "Chromium") -> None:
    async with visiting(chromium, site.url) as visitor:
        page = visitor.page
        watching = await opened(page, site.watch("public"))
        for key, outcome in (
            ("k", "video.paused"),
            ("0", "video.currentTime === 0"),
            ("5", "Math.abs(video.currentTime - 4) < 0.1"),
            ("l", "video.ended || video.currentTime > 7.5"),
            ("j", "video.currentTime === 0"),
            (">", "video.playbackRate === 1.25"),
            ("<", "video.playbackRate === 1"),
            ("m", "video.muted"),
            ("m", "!video.muted"),
            ("f", "document.fullscreenElement === player"),
            ("f", "document.fullscreenElement === null"),
            (" ", "!video.paused"),
        ):
            await page.keyboard.press(key)
            await watching.until(outcome)
        await page.keyboard.press("?")
        shortcuts = page.get_by_role("dialog", name="Keyboard shortcuts")
        await shortcuts.get_by_label("Single keys work on the whole page").uncheck()
        await page.keyboard.press("Escape")
        await shortcuts.wait_for(state="detached")
        await page.get_by_role("button", name="Copy link").focus()
        await page.keyboard.press("m")
        await watching.player.get_by_role("button", name="Mute").focus()
        await page.keyboard.press("c")
        await watching.until("[...video.textTracks].some((track) => track.mode === 'showing')")
        assert not await watching.video.evaluate("(video) => video.muted"), "the key was pressed outside of the player"


async def test_picture_in_picture_is_offered_where_the_browser_has_it(site: Furnished, chromium: "Chromium") -> None:
    async with visiting(chromium, site.url) as visitor:
        page = visitor.page
        watching = await opened(page, site.watch("public"))
        await watching.player.hover()
        button = watching.player.get_by_role("button", name="Picture in picture")
        if not await page.evaluate("document.pictureInPictureEnabled"):
            assert await button.count() == 0
            return
        await button.click()
        await watching.until("document.pictureInPictureElement === video")
        await watching.player.get_by_role("button", name="Leave picture in picture").click()
        await watching.until("document.pictureInPictureElement === null")


async def test_nothing_moves_for_those_whom_motion_disturbs(site: Furnished, chromium: "Chromium") -> None:
    async with visiting(chromium, site.url, still=True) as visitor:
        await visitor.page.goto(site.watch("public"))
        watching = Watching(visitor.page)
        await watching.until("video.readyState === 4")
        assert await watching.player.get_attribute("data-state") == "paused"
        await watching.player.get_by_role("button", name="Play").click()
        await watching.until("video.currentTime > 0 && !video.paused")


async def test_a_stream_that_cannot_be_loaded_is_told_and_tried_again(site: Furnished, chromium: "Chromium") -> None:
    async with visiting(chromium, site.url) as visitor:
        page = visitor.page
        await visitor.cdp("Network.enable")
        await visitor.cdp("Network.setBlockedURLs", urls=["*/master.m3u8"])
        await page.goto(site.watch("public"))
        watching = Watching(page)
        trouble = watching.player.get_by_role("alert")
        await trouble.get_by_text("The video could not be loaded.").wait_for()
        await visitor.cdp("Network.setBlockedURLs", urls=[])
        await trouble.get_by_role("button", name="Try again").click()
        await watching.until("video.currentTime > 0 && player.dataset.state === 'playing'")
        assert await trouble.count() == 0
