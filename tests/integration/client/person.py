"""What people do with the web client, in the words that they see there."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.e2e.visitor import Visitor

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

PASSWORD = "correct horse battery"

# Notes every value of every progress bar under its name, as it is shown.
_WATCH_PROGRESS = """
() => {
  window.shown = {};
  const look = () => {
    for (const bar of document.querySelectorAll('[role=progressbar]')) {
      const [name, value] = [bar.getAttribute('aria-label'), bar.getAttribute('aria-valuenow')];
      const values = (window.shown[name] ??= []);
      if (value !== null && values.at(-1) !== Number(value)) values.push(Number(value));
    }
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
  look();
}
"""


@dataclass
class Person:
    visitor: Visitor
    name: str

    @property
    def page(self) -> "Page":
        return self.visitor.page

    async def register(self) -> None:
        """From the page to register, wherever it leads afterwards."""
        page = self.page
        await page.get_by_label("E-mail").fill(f"{self.name}@example.org")
        await page.get_by_label("Username").fill(self.name)
        await page.get_by_label("Display name").fill(self.name.title())
        await page.get_by_label("Password", exact=True).fill(PASSWORD)
        await page.get_by_role("button", name="Create account").click()
        await page.get_by_role("banner").get_by_role("button", name="Account").wait_for()

    async def log_in(self) -> None:
        page = self.page
        await page.get_by_label("E-mail or username").fill(self.name)
        await page.get_by_label("Password", exact=True).fill(PASSWORD)
        await page.get_by_role("main").get_by_role("button", name="Log in").click()
        await page.get_by_role("banner").get_by_role("button", name="Account").wait_for()

    async def open_channel(self, name: str) -> None:
        """From the page to create one."""
        page = self.page
        await page.get_by_label("Name", exact=True).fill(name)
        await page.get_by_label("About").fill(f"All about {name}.")
        await page.get_by_role("button", name="Open channel").click()
        await page.get_by_text("Your channel is open").wait_for()

    async def become_creator(self) -> None:
        """From nothing to the upload page."""
        await self.page.goto("/register?next=/upload")
        await self.register()
        await self.page.get_by_role("main").get_by_role("link", name="Create a channel").click()
        await self.open_channel(f"{self.name} films")
        await self.page.get_by_role("heading", name="Upload", level=1).wait_for()

    async def choose(self, *files: Path, button: str = "Choose files") -> None:
        """Choose files to upload by the button that opens the system's dialog for it."""
        async with self.page.expect_file_chooser() as chooser:
            await self.page.get_by_role("button", name=button).click()
        await (await chooser.value).set_files(files)

    def upload(self, title: str) -> "Locator":
        """The card of one upload."""
        cards = self.page.get_by_role("region", name="Your uploads").locator("> div")
        return cards.filter(has=self.page.get_by_text(title, exact=True))

    async def watch_progress(self) -> None:
        await self.page.evaluate(_WATCH_PROGRESS)

    async def progress(self, name: str) -> list[float]:
        """What a progress bar has shown since then, change by change."""
        values: list[float] = await self.page.evaluate("(name) => window.shown[name] ?? []", name)
        return values


@dataclass
class Watching:
    """Somebody before the player."""

    page: "Page"

    @property
    def player(self) -> "Locator":
        return self.page.get_by_role("region", name=re.compile("^Video player"))

    @property
    def video(self) -> "Locator":
        return self.player.locator("video")

    async def until(self, expression: str, *, seconds: float = 30) -> Any:
        """What JavaScript about ``video`` and ``player`` gives, once it is true."""
        script = f"([video, player]) => ({expression})"
        elements = [await self.video.element_handle(), await self.player.element_handle()]
        handle = await self.page.wait_for_function(script, arg=elements, polling=50, timeout=seconds * 1000)
        return await handle.json_value()

    async def choose(self, section: str, choice: str | re.Pattern[str]) -> None:
        """Choose something in the player's menu."""
        await self.player.hover()
        await self.player.get_by_role("button", name="Settings").click()
        await self.player.get_by_role("menuitem", name=section).click()
        await self.player.get_by_role("menuitemradio", name=choice, exact=isinstance(choice, str)).click()

    async def until_level(self, *names: str, seconds: float = 30) -> str:
        """The quality that is shown, once it is one of these."""
        level: str = await self.until(
            f"{list(names)}.includes(player.dataset.level) && player.dataset.level", seconds=seconds
        )
        return level


def rising(values: Sequence[float]) -> bool:
    return all(one <= other for one, other in itertools.pairwise(values))
