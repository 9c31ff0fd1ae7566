"""A real Chromium that plays streams through hls.js, as `player.html` beside this file does.

    async with browser.player(url) as player:
        played = await player.play_through()

One browser serves a whole run; each player is a page of its own. The browser lives on an event loop in a thread of its
own, so that tests on any loop can use it.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium
    from playwright.async_api import Page

HERE = Path(__file__).parent
DESKTOP, PHONE = (1440, 900), (390, 844)
FLAGS = [
    "--no-sandbox",  # root may not use it
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--autoplay-policy=no-user-gesture-required",
]
Result = TypeVar("Result")
Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class PlayerError:
    """One error event of hls.js; one that is not fatal was recovered from. ``status`` is that of a failed request."""

    type: str
    details: str
    fatal: bool
    reason: str
    status: int | None


@dataclass(frozen=True, slots=True)
class Played:
    """What the video element says. Times are in seconds of the stream, sizes in pixels.

    ``loudest`` is the highest amplitude that reached the speakers, 0 to 1; ``level`` the rendition that was shown last,
    counted from the smallest.
    """

    duration: float
    position: float
    seconds_played: float
    width: int
    height: int
    audio_bytes: int
    video_bytes: int
    level: int
    errors: tuple[PlayerError, ...]
    loudest: float = 0.0

    @classmethod
    def of(cls, answer: dict[str, Any]) -> "Played":
        return cls(**answer | {"errors": tuple(PlayerError(**error) for error in answer["errors"])})


@dataclass(frozen=True, slots=True)
class Colours:
    """Mean colours, RGB 0 to 255, of fields an eighth as wide and high as the picture."""

    top_left: Colour
    top_right: Colour
    bottom_left: Colour
    bottom_right: Colour
    middle: Colour

    @property
    def corners(self) -> tuple[Colour, Colour, Colour, Colour]:
        """Those of the top and then of the bottom, left before right."""
        return self.top_left, self.top_right, self.bottom_left, self.bottom_right


class Player:
    """One page with one stream; ``renditions`` are (width, height) in the order of hls.js, the smallest first."""

    def __init__(self, browser: "Browser", page: "Page") -> None:
        self._browser = browser
        self._page = page
        self.renditions: list[tuple[int, int]] = []

    async def load(self, url: str, *, whole: bool = True) -> None:
        """Attach the stream; with ``whole``, all of it is in the buffer afterwards."""
        levels = await self._call("load", url, {"whole": whole})
        self.renditions = [(level["width"], level["height"]) for level in levels]

    async def play_through(self, rate: float = 4) -> Played:
        """Play from where it stands to the end. More than 16 times the speed is silent, and a busy machine stalls."""
        return Played.of(await self._call("playThrough", rate))

    async def play_for(self, seconds: float, rate: float = 1) -> Played:
        return Played.of(await self._call("playFor", seconds, rate))

    async def seek(self, seconds: float) -> None:
        await self._call("seek", seconds)

    async def switch_to(self, rendition: int) -> None:
        """Force a rendition, and wait until it is shown."""
        await self._call("switchTo", rendition)

    async def look(self, at_seconds: float) -> Colours:
        """Seek, and look at the frame that is shown there."""
        await self.seek(at_seconds)
        return Colours(*(tuple(colour) for colour in await self._call("colours")))

    async def show_captions(self, language: str) -> None:
        """Choose the captions of a language, and wait until their cues are there."""
        await self._call("showCaptions", language)

    async def shown_captions(self, at_seconds: float) -> list[str]:
        """Seek, and read what the captions say there."""
        await self.seek(at_seconds)
        texts: list[str] = await self._call("shownCaptions")
        return texts

    async def screenshot(self, path: Path) -> None:
        await self._browser.run(self._page.screenshot(path=path))

    async def _call(self, name: str, *arguments: object) -> Any:
        return await self._browser.run(self._page.evaluate(f"([...a]) => player.{name}(...a)", list(arguments)))


class Browser:
    """A running Chromium. Its pages come from a server of their own: for them the streams are of another origin, as
    they are for those who embed them."""

    def __init__(self, loop: asyncio.AbstractEventLoop, chromium: "Chromium", pages: "Pages") -> None:
        self._loop = loop
        self._chromium = chromium
        self._pages = pages

    @property
    def origin(self) -> str:
        """That of its pages."""
        return self._pages.url

    @property
    def other_origin(self) -> str:
        """Another name of the same server: its pages are of another origin there."""
        return self._pages.url.replace("127.0.0.1", "localhost")

    async def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Do something with Playwright, on its own loop."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    def serve(self, path: str, content: bytes) -> str:
        """Let the pages' server answer with this; its address."""
        self._pages.added[f"/{path}"] = content
        return f"{self._pages.url}/{path}"

    def serve_folder(self, path: str, folder: Path) -> str:
        """Let it answer with all the files in a folder, too; what their addresses begin with."""
        for file in folder.rglob("*"):
            if file.is_file():
                self.serve(f"{path}/{file.relative_to(folder)}", file.read_bytes())
        return f"{self._pages.url}/{path}/"

    @asynccontextmanager
    async def page(
        self, name: str, *, html: str | None = None, size: tuple[int, int] = DESKTOP, origin: str | None = None
    ) -> AsyncIterator["Page"]:
        """A page of this folder, or ``html`` as if it lay there; whatever is done with it goes through `run`."""
        width, height = size
        page = await self.run(self._chromium.new_page(viewport={"width": width, "height": height}))
        try:
            if html is not None:
                self.serve(name, html.encode())
            await self.run(page.goto(f"{origin or self.origin}/{name}"))
            yield page
        finally:
            await self.run(page.close())

    @asynccontextmanager
    async def player(
        self, stream: str, *, whole: bool = True, size: tuple[int, int] = DESKTOP, origin: str | None = None
    ) -> AsyncIterator[Player]:
        """The player with a stream, paused at its beginning."""
        async with self.page("player.html", size=size, origin=origin) as page:
            player = Player(self, page)
            await player.load(stream, whole=whole)
            yield player


class Pages(ThreadingHTTPServer):
    """This folder, and what is ``added`` to it by its path, on loopback."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), partial(_PageHandler, directory=HERE))
        self.added: dict[str, bytes] = {}
        self.url = f"http://127.0.0.1:{self.server_port}"


class _PageHandler(SimpleHTTPRequestHandler):
    server: Pages

    def do_GET(self) -> None:
        added = self.server.added.get(self.path)
        if added is None:
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(self.path))
        self.send_header("Content-Length", str(len(added)))
        self.end_headers()
        self.wfile.write(added)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def serving_pages() -> Iterator[Pages]:
    with Pages() as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@contextmanager
def running_loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@asynccontextmanager
async def running_chromium() -> AsyncIterator["Chromium"]:
    """A Chromium on the event loop of whoever asks."""
    from playwright.async_api import async_playwright  # slow to import, and most tests go without

    program = os.environ.get("STREAMCORE_TEST_CHROMIUM") or shutil.which("chromium") or "chromium"
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        try:
            yield chromium
        finally:
            await chromium.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with serving_pages() as pages, running_loop() as loop:

        def run(work: Coroutine[Any, Any, Result]) -> Result:
            return asyncio.run_coroutine_threadsafe(work, loop).result(60)

        open_browser = running_chromium()
        chromium = run(open_browser.__aenter__())
        yield Browser(loop, chromium, pages)
        run(open_browser.__aexit__(None, None, None))
