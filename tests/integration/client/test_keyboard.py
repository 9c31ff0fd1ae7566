"""Every flow by the keyboard alone; the focus can be seen at every step and is never lost."""

from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
import pytest

from tests.e2e.visitor import visiting
from tests.integration.client.conftest import PROCESSED_WITHIN
from tests.integration.client.furnished import ENGLISH, Furnished
from tests.integration.client.keyboard import Keyboard
from tests.integration.client.person import PASSWORD, Person, Watching
from tests.integration.servers import Creator

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium
    from playwright.async_api import Locator

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def choose(keyboard: Keyboard, button: "Locator", file: Path) -> None:
    """Open the system's dialog for files by a key; what is chosen there is beyond the page."""
    await keyboard.to(button)
    async with keyboard.page.expect_file_chooser() as chooser:
        await keyboard.press("Enter")
    await (await chooser.value).set_files(file)


async def test_from_an_upload_to_its_deletion(
    site: Furnished, chromium: "Chromium", clips: dict[str, Path], tmp_path: Path
) -> None:
    captions = tmp_path / "english.vtt"
    captions.write_text(ENGLISH)
    async with aiohttp.ClientSession() as http:
        creator = await Creator.register(http, site.server)
        _, me = await creator.request("GET", "/users/me")
    async with visiting(chromium, site.url) as visitor:
        page, keyboard, person = visitor.page, Keyboard(visitor.page), Person(visitor, me["data"]["username"])
        banner, main = page.get_by_role("banner"), page.get_by_role("main")

        await page.goto("/")
        await keyboard.to_and(banner.get_by_role("link", name="Log in"), "Enter")
        await keyboard.to(page.get_by_label("E-mail or username"))
        await keyboard.type(person.name)
        await keyboard.to(page.get_by_label("Password", exact=True))
        await keyboard.type(PASSWORD)
        await keyboard.press("Enter")
        await banner.get_by_role("button", name="Account").wait_for()
        await keyboard.keeps_focus()

        await keyboard.to_and(banner.get_by_role("link", name="Upload"), "Enter")
        await choose(keyboard, main.get_by_role("button", name="Choose files"), clips["colours.mp4"])
        card = person.upload("colours")
        await card.get_by_label("Title").wait_for()
        await keyboard.keeps_focus()
        await keyboard.to(card.get_by_label("Title"))
        await keyboard.type("By keys alone")
        await keyboard.to(card.get_by_label("Tags"))
        await keyboard.type("red")
        await keyboard.press("Enter")
        await card.get_by_role("button", name="Remove tag red").wait_for()
        await keyboard.to(card.get_by_label("Who can watch"))
        await keyboard.press("ArrowDown")
        await card.get_by_text("Anybody with the link can watch it.").wait_for()
        await keyboard.to_and(card.get_by_role("button", name="Publish"), "Enter")
        card = person.upload("By keys alone")
        await card.get_by_text("Published", exact=True).wait_for(timeout=PROCESSED_WITHIN)
        await keyboard.keeps_focus()
        await keyboard.to_and(card.get_by_role("link", name="See the page"), "Enter")
        await page.get_by_role("heading", name="By keys alone", level=1).wait_for()

        # Captions and another thumbnail.
        await keyboard.to_and(main.get_by_role("link", name="Edit"), "Enter")
        await page.get_by_role("heading", name="Edit video").wait_for()
        await keyboard.keeps_focus()
        chosen = page.get_by_role("radio", name="Picture at", checked=True)
        await keyboard.to(chosen)
        await keyboard.press("ArrowRight")
        await page.get_by_text("Thumbnail changed.").wait_for()
        await keyboard.is_on(chosen)
        await choose(keyboard, main.get_by_role("button", name="Add captions"), captions)
        await main.get_by_role("listitem").get_by_text("English").wait_for()
        await keyboard.keeps_focus()
        await keyboard.to(page.get_by_label("Title"), key="Shift+Tab")
        await keyboard.type("By keys, and by keys alone")
        await keyboard.press("Enter")
        await page.get_by_text("Saved.", exact=True).wait_for()
        await keyboard.is_on(page.get_by_label("Title"))

        await keyboard.to(main.get_by_role("link", name="Watch"), key="Shift+Tab")
        await keyboard.press("Enter")
        await page.get_by_role("heading", name="By keys, and by keys alone", level=1).wait_for()
        await keyboard.keeps_focus()
        await by_the_menu(keyboard, Watching(page))
        await by_the_slider(keyboard, Watching(page))

        await keyboard.to_and(main.get_by_role("link", name="Edit"), "Enter")
        delete = main.get_by_role("button", name="Delete", exact=True)
        await keyboard.to_and(delete, "Enter")
        dialog = page.get_by_role("dialog", name="Delete this video?")
        await dialog.wait_for()
        await keyboard.press("Escape")
        await dialog.wait_for(state="detached")
        await keyboard.is_on(delete)
        await keyboard.press("Enter")
        for name in ("Cancel", "Delete", "Close", "Cancel", "Delete"):  # round and round: the page is out of reach
            await keyboard.to(dialog.get_by_role("button", name=name), most=3)
        await keyboard.press("Enter")
        await page.get_by_text("The video is deleted.").wait_for()
        await page.get_by_role("heading", name="My videos").wait_for()
        await keyboard.keeps_focus()
        assert await page.get_by_text("By keys, and by keys alone").count() == 0


async def by_the_menu(keyboard: Keyboard, watching: Watching) -> None:
    settings = watching.player.get_by_role("button", name="Settings")
    menu = watching.player.get_by_role("menu")
    item, choice = menu.get_by_role("menuitem"), menu.get_by_role("menuitemradio")
    await watching.until("player.dataset.level")
    await keyboard.to(settings)
    for steps, section, moves, name, outcome in (
        ([], "Quality", ["End"], "360p", "player.dataset.level === '360p'"),
        (["ArrowDown"], "Speed", ["End"], "2×", "video.playbackRate === 2"),
        (["End"], "Captions", ["ArrowDown"], "English", "video.textTracks[0].mode === 'showing'"),
        (["ArrowUp"], "Captions", ["Home", "ArrowDown"], "Off", "video.textTracks[0].mode !== 'showing'"),
    ):
        await keyboard.press("Enter")
        await keyboard.press(*steps)
        await keyboard.is_on(item.filter(has_text=section))
        await keyboard.press("Enter")
        await keyboard.is_on(menu.get_by_role("menuitemradio", checked=True))
        await keyboard.press(*moves)
        await keyboard.is_on(choice.get_by_text(name, exact=True))
        await keyboard.press("Enter")
        await menu.wait_for(state="detached")
        await keyboard.is_on(settings)
        await watching.until(outcome)
    await keyboard.press("Enter", "Escape")
    await menu.wait_for(state="detached")
    await keyboard.is_on(settings)


async def by_the_slider(keyboard: Keyboard, watching: Watching) -> None:
    if not await watching.video.evaluate("(video) => video.paused"):
        await keyboard.press("k")
    await watching.until("video.paused")
    await keyboard.press("0")
    await watching.until("video.currentTime === 0 && !video.seeking")
    await keyboard.to(watching.player.get_by_role("slider", name="Position"), key="Shift+Tab")
    await keyboard.press("ArrowRight")
    await watching.until("video.currentTime === 5 && !video.seeking")
    await keyboard.press("Home")
    await watching.until("video.currentTime === 0 && !video.seeking")
    await keyboard.to(watching.player.get_by_role("slider", name="Volume"))
    await keyboard.press("Home")
    await watching.until("video.volume === 0 || video.muted")
    await keyboard.press("End")
    await watching.until("video.volume === 1 && !video.muted")
    await keyboard.to(watching.player.get_by_role("button", name="Play"), key="Shift+Tab")
    await keyboard.press("Space")
    await watching.until("!video.paused && video.currentTime > 0")


async def test_from_an_account_to_a_channel(site: Furnished, chromium: "Chromium") -> None:
    async with visiting(chromium, site.url) as visitor:
        page, keyboard = visitor.page, Keyboard(visitor.page)
        banner = page.get_by_role("banner")
        await page.goto("/")
        await keyboard.to_and(page.get_by_role("link", name="Skip to content"), "Enter")
        await keyboard.to(page.get_by_role("tab", name="All"), most=1)
        await keyboard.press("ArrowRight", "ArrowRight")
        await keyboard.is_on(page.get_by_role("tab", name="Shorts", selected=True))
        await page.get_by_role("link", name="Tall").wait_for()
        assert await page.get_by_role("link", name="Colours").count() == 0

        await keyboard.to_and(banner.get_by_role("link", name="Sign up"), "Enter")
        for label, text in (("E-mail", "noor@example.org"), ("Username", "noor"), ("Display name", "Noor")):
            await keyboard.to(page.get_by_label(label))
            await keyboard.type(text)
        await keyboard.to(page.get_by_label("Password", exact=True))
        await keyboard.type(PASSWORD)
        await keyboard.to_and(page.get_by_role("button", name="Show password"), "Space")
        assert await page.get_by_label("Password", exact=True).get_attribute("type") == "text"
        await keyboard.to_and(page.get_by_role("button", name="Create account"), "Enter")
        account = banner.get_by_role("button", name="Account")
        await account.wait_for()
        await keyboard.keeps_focus()

        await keyboard.to_and(banner.get_by_role("button", name="Use the dark theme"), "Space")
        await keyboard.is_on(banner.get_by_role("button", name="Use the light theme"))
        await keyboard.to_and(account, "ArrowDown")
        await keyboard.is_on(page.get_by_role("menuitem", name="Create a channel"))
        await keyboard.press("Escape")
        await keyboard.is_on(account)
        await keyboard.press("Enter")
        await keyboard.is_on(page.get_by_role("menuitem", name="Create a channel"))
        await keyboard.press("Enter")
        await keyboard.to(page.get_by_label("Name", exact=True))
        await keyboard.type("Noor by night")
        await keyboard.to(page.get_by_label("Support link"))
        await keyboard.type("https://example.org/noor")
        await keyboard.press("Enter")
        await page.get_by_text("Your channel is open").wait_for()
        await page.get_by_role("heading", name="Upload", level=1).wait_for()
        await keyboard.keeps_focus()

        await keyboard.to_and(account, "Enter")
        await keyboard.press("Enter")
        await page.get_by_role("heading", name="Noor by night").wait_for()
        await keyboard.to_and(page.get_by_role("tab", name="Videos"), "ArrowRight")
        await page.get_by_role("link", name="Support").wait_for()
        await keyboard.to_and(account, "Enter")
        await keyboard.press("End", "Enter")
        await page.get_by_text("You are logged out.").wait_for()
        await keyboard.keeps_focus()
