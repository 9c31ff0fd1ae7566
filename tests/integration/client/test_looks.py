"""Every page in both themes: nothing that axe finds, and no scrolling sideways on the narrowest of screens."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.e2e.visitor import Theme, Visitor, visiting
from tests.integration.client.audit import too_wide, violations
from tests.integration.client.furnished import Furnished
from tests.integration.client.person import Person, Watching

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium
    from playwright.async_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

NARROW, WIDE = (320, 640), (1440, 900)
NOBODY = "00000000-0000-7000-8000-000000000000"


_PAINTED = """
() => document.fonts.status === 'loaded' &&
  [...document.images].every((image) => image.complete || image.loading === 'lazy')
"""


class View(NamedTuple):
    """A page, a heading that comes with its content, and what to do there before it is looked at."""

    path: str
    heading: str
    prepare: Callable[["Page"], Awaitable[object]] | None = None


def clicked(button: str, then: str) -> Callable[["Page"], Awaitable[object]]:
    """Open something that has the role ``then``."""

    async def prepare(page: "Page") -> None:
        await page.get_by_role("button", name=button).first.click()
        await page.locator(f"{then}:visible").wait_for()

    return prepare


async def player(page: "Page") -> None:
    await Watching(page).until("video.readyState === 4")


async def qualities(page: "Page") -> None:
    await player(page)
    await page.get_by_role("button", name="Settings").click()
    await page.get_by_role("menuitem", name="Quality").click()
    await page.get_by_role("menuitemradio", name="360p", exact=True).wait_for()


async def shortcuts(page: "Page") -> None:
    await player(page)
    await page.keyboard.press("?")
    await page.get_by_role("dialog").wait_for()


async def about(page: "Page") -> None:
    await page.get_by_role("tab", name="About").click()
    await page.get_by_text("This channel has not said anything").wait_for()


async def wrong_password(page: "Page") -> None:
    await page.get_by_label("E-mail or username").fill("nobody")
    await page.get_by_label("Password", exact=True).fill("not the password")
    await page.get_by_role("main").get_by_role("button", name="Log in").click()
    await page.get_by_role("alert").wait_for()


def of_anybody(site: Furnished) -> list[View]:
    return [
        View("/", "Colours"),
        View("/?type=short", "Tall"),
        View("/login", "Welcome back"),
        View("/login", "Welcome back", wrong_password),
        View("/register", "Join streamcore"),
        View(site.watch("public"), "Colours", player),
        View(site.watch("public"), "Colours", qualities),
        View(site.watch("public"), "Colours", shortcuts),
        View(site.watch("tall"), "Tall", player),
        View(f"/@{site.handle}", "Colours"),
        View(f"/@{site.handle}", "Colours", about),
        View("/design", "Design system"),
        View("/design", "Design system", clicked("Open a dialog", "dialog")),
        View("/design", "Design system", clicked("Open a menu", "[role=menu]")),
        View("/design", "Design system", clicked("Show a toast", "[role=status] p")),
        View("/upload", "Log in first"),
        View("/no/such/page", "There is nothing here"),
        View(f"/watch/{NOBODY}", "There is nothing here"),
    ]


def of_viewer(site: Furnished) -> list[View]:
    return [
        View("/", "Colours", clicked("Account", "[role=menu]")),
        View("/upload", "Open a channel first"),
        View("/create-channel", "Open your channel"),
    ]


def of_creator(site: Furnished) -> list[View]:
    return [
        View("/upload", "Upload"),
        View("/studio", "Half of it"),
        View("/studio", "Half of it", clicked("Actions for Half of it", "[role=menu]")),
        View(site.edit("public"), "Delete video"),
        View(site.edit("draft"), "Delete video", clicked("Delete", "dialog")),
        View(site.edit("failed"), "Delete video"),
        View(site.watch("draft"), "Not yet", player),
        View(site.watch("failed"), "This video could not be processed"),
        View("/channel", site.handle),
        View("/create-channel", "You have a channel already"),
    ]


async def faults_of(page: "Page", theme: Theme) -> list[str]:
    """As it stands on a wide screen, and then on the narrowest, where all is in the same place whatever the theme."""
    found = await violations(page)
    if theme == "light":
        await page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
        found += [f"on a narrow screen: {fault}" for fault in await too_wide(page) + await violations(page)]
        await page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    return found


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("who", ["anybody", "viewer", "creator"])
async def test_everybody_can_use_every_page(site: Furnished, chromium: "Chromium", who: str, theme: Theme) -> None:
    views, storage = {
        "anybody": (of_anybody, None),
        "viewer": (of_viewer, site.ben),
        "creator": (of_creator, site.mira),
    }[who]
    faults: dict[str, list[str]] = {}
    async with visiting(chromium, site.url, size=WIDE, theme=theme, storage=storage, still=True) as visitor:
        page = visitor.page
        for view in views(site):
            await page.goto(view.path)
            await page.get_by_role("heading", name=view.heading).first.wait_for()
            await page.wait_for_function(_PAINTED)
            if view.prepare:
                await view.prepare(page)
            if found := await faults_of(page, theme):
                faults[f"{view.path} {view.prepare}"] = found
        if who == "anybody":
            visitor.forgive("status of (401|404)")
    assert faults == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_everybody_can_use_the_upload_page_at_work(
    site: Furnished, chromium: "Chromium", clips: dict[str, Path], tmp_path: Path, theme: Theme
) -> None:
    """With an upload that rests, one that waits and one that was refused."""
    letter = tmp_path / "letter.mp4"
    letter.write_text("Dear all, this is no film.\n" * 100)
    async with visiting(chromium, site.url, size=WIDE, theme=theme, storage=site.mira, still=True) as visitor:
        page, person = visitor.page, Person(visitor, "mira")
        await page.goto("/upload")
        await person.choose(letter)
        await person.upload("letter").get_by_role("alert").wait_for()
        visitor.forgive("status of 422")
        await visitor.network(up=100_000)
        await person.choose(
            clips["rapids.mp4"], clips["bigbuckbunny.mp4"], clips["colours.mp4"], button="Add more videos"
        )
        await person.upload("rapids").get_by_role("button", name="Pause").click()
        await person.upload("bigbuckbunny").get_by_label("Title").wait_for()
        found = await faults_of(page, theme)
        for _ in range(3):
            await page.get_by_role("button", name="Cancel upload").first.click()
    assert found == []


async def test_a_chosen_theme_is_kept(site: Furnished, chromium: "Chromium") -> None:
    async with visiting(chromium, site.url, theme="light") as visitor:
        page = visitor.page
        await page.goto("/")
        assert await canvas_of(visitor) == LIGHT
        await page.get_by_role("button", name="Use the dark theme").click()
        await page.get_by_role("button", name="Use the light theme").wait_for()
        assert await canvas_of(visitor) == DARK
        await page.reload(wait_until="commit")
        await page.wait_for_function("() => document.body !== null && document.styleSheets.length > 0")
        assert await canvas_of(visitor) == DARK
        await page.get_by_role("button", name="Use the light theme").click()
        assert await canvas_of(visitor) == LIGHT


LIGHT, DARK = "rgb(250, 248, 245)", "rgb(18, 17, 16)"


async def canvas_of(visitor: Visitor) -> str:
    colour: str = await visitor.page.evaluate("getComputedStyle(document.body).backgroundColor")
    return colour
