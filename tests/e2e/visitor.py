"""Somebody who visits a site in a browser of their own, and to whom nothing untoward may happen there.

    async with visiting(chromium, "http://127.0.0.1:8080", theme="dark") as visitor:
        await visitor.page.goto("/login")

At the end it is an AssertionError if the console told of an error, a script threw, the site's content security policy
was broken, or the server failed.
"""

import json
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tests.e2e.browser import DESKTOP

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium
    from playwright.async_api import BrowserContext, CDPSession, ConsoleMessage, Locator, Page, Response

Theme = Literal["light", "dark"]
PATIENCE_SECONDS = 20

# The policy's own word, as the console's is worded for people.
_TELL_OF_POLICY = """
addEventListener('securitypolicyviolation', (event) =>
  console.error(`policy ${event.effectiveDirective} broken by ${event.blockedURI} in ${event.sourceFile}`));
"""

# Before the first page begins, and once: what it does with its storage afterwards is its own affair.
_BRING_STORAGE = """
if (!sessionStorage.brought) Object.assign(localStorage, %s);
sessionStorage.brought = 'yes';
"""


@dataclass
class Visitor:
    """One page in a browser context of its own; ``troubles`` are what must not have happened in it."""

    context: "BrowserContext"
    page: "Page"
    troubles: list[str] = field(default_factory=list)
    _session: "CDPSession | None" = None

    async def cdp(self, method: str, **parameters: Any) -> Any:
        """Ask the browser for what its tools for developers can do."""
        if self._session is None:
            self._session = await self.context.new_cdp_session(self.page)
        return await self._session.send(method, parameters)

    async def network(self, *, down: float = -1, up: float = -1, latency_ms: float = 0) -> None:
        """Let the page have a network of so many bits per second; -1: as fast as it is."""
        await self.cdp(
            "Network.emulateNetworkConditions",
            offline=False,
            latency=latency_ms,
            downloadThroughput=down / 8 if down > 0 else -1,
            uploadThroughput=up / 8 if up > 0 else -1,
        )

    async def drop(self, target: "Locator", files: Sequence[Path]) -> None:
        """Drag files from outside of the browser, and let go of them over ``target``."""
        await target.scroll_into_view_if_needed()
        box = await target.bounding_box()
        assert box is not None, "it cannot be seen"
        at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        data = {"items": [], "files": [str(file) for file in files], "dragOperationsMask": 1}
        for type in ("dragEnter", "dragOver", "drop"):
            await self.cdp("Input.dispatchDragEvent", type=type, data=data, **at)

    async def storage(self) -> dict[str, str]:
        """What the site keeps in this browser, for another visit."""
        kept: dict[str, str] = await self.page.evaluate("({ ...localStorage })")
        return kept

    def forgive(self, pattern: str) -> None:
        """Take back troubles that were meant to happen; there has to be one."""
        left = [trouble for trouble in self.troubles if not re.search(pattern, trouble)]
        assert len(left) < len(self.troubles), f"no trouble like {pattern}: {self.troubles}"
        self.troubles[:] = left


@asynccontextmanager
async def visiting(
    chromium: "Chromium",
    url: str,
    *,
    size: tuple[int, int] = DESKTOP,
    theme: Theme = "light",
    permissions: Sequence[str] = (),
    still: bool = False,
    storage: Mapping[str, str] | None = None,
) -> AsyncIterator[Visitor]:
    """A fresh browser context at a site; ``still`` for somebody whom motion disturbs, ``storage`` as another visit left
    it (`Visitor.storage`)."""
    context = await chromium.new_context(
        base_url=url,
        viewport={"width": size[0], "height": size[1]},
        color_scheme=theme,
        permissions=list(permissions),
        reduced_motion="reduce" if still else "no-preference",
        locale="en",
    )
    try:
        context.set_default_timeout(PATIENCE_SECONDS * 1000)
        await context.add_init_script(_TELL_OF_POLICY)
        if storage:
            await context.add_init_script(_BRING_STORAGE % json.dumps(storage))
        visitor = Visitor(context, await context.new_page())
        _watch(visitor.page, visitor.troubles.append)
        try:
            yield visitor
        except Exception as error:
            error.add_note(await _state_of(visitor))
            raise
        if visitor.troubles:
            raise AssertionError("\n".join(visitor.troubles))
    finally:
        await context.close()


async def _state_of(visitor: Visitor) -> str:
    """What somebody would see who comes to look after a failure."""
    shown = await visitor.page.locator("body").aria_snapshot()
    return f"The page was {visitor.page.url}\n{shown}\nTroubles: {visitor.troubles}"


def _watch(page: "Page", tell: Callable[[str], None]) -> None:
    def on_console(message: "ConsoleMessage") -> None:
        if message.type in ("error", "warning"):
            tell(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    def on_response(response: "Response") -> None:
        if response.status >= 500:
            tell(f"{response.status} for {response.request.method} {response.url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: tell(f"thrown: {error}"))
    page.on("response", on_response)
