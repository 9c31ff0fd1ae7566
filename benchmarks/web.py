"""The web client in a real Chromium, from a real `streamcore serve`: what pages load, when they stand, when they play.

- The JavaScript that each page waits for, as gzip sends it: what comes later, as the player does, is not in it.
- Largest Contentful Paint and Cumulative Layout Shift of the home and the watch page, the processor slowed down to a
  quarter, nothing cached.
- From the address of a watch page to the first frame on the screen, nothing cached: the 95th percentile of 30 runs.
"""

import asyncio
import json
import subprocess
import tempfile
import uuid
from collections.abc import Mapping
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any

import aiohttp

from benchmarks.harness import finish, progress
from entrypoints.http.client import BUILT
from tests.e2e.browser import running_chromium
from tests.e2e.visitor import visiting
from tests.integration.servers import Creator, Server, running

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium

Storage = Mapping[str, str] | None
VIDEOS = 8
ROUNDS = 7
RUNS = 30
SLOW_DOWN = 4
SETTLED_MS = 1500
"""How long after everything is loaded the page is still watched for shifts."""

# Noted from before the first script of the page runs.
_OBSERVE = """
window.vitals = { lcp: 0, cls: 0 };
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.vitals.lcp = entry.startTime;
}).observe({ type: 'largest-contentful-paint', buffered: true });
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.vitals.cls += entry.value;
}).observe({ type: 'layout-shift', buffered: true });
window.firstFrame = new Promise((resolve) => {
  new MutationObserver((_, observer) => {
    const video = document.querySelector('main section video');
    if (!video) return;
    observer.disconnect();
    video.requestVideoFrameCallback(() => resolve(performance.now()));
  }).observe(document, { childList: true, subtree: true });
});
"""


def clip(path: Path) -> Path:
    """Six seconds with renditions from 360p to 720p."""
    picture = "testsrc2=s=1280x720:r=25:d=6,noise=alls=4:allf=t"
    command = [
        *("ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", "sine=f=330:d=6"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", str(path)),
    ]
    subprocess.run(command, check=True)
    return path


async def filled(creator: Creator, film: Path) -> str:
    """The id of one of so many published videos."""
    ids: list[str] = []
    for number in range(1, VIDEOS + 1):
        status, body = await creator.upload(film, uuid.uuid4().hex, title=f"Film {number} of {VIDEOS}")
        if status != 202:
            raise RuntimeError(body)
        ids.append(body["data"]["id"])
    for number, video_id in enumerate(ids, 1):
        ended = await creator.ended(video_id, patience=600)
        if ended["status"] != "published":
            raise RuntimeError(ended)
        progress(f"film {number} of {VIDEOS} is published")
    return ids[-1]


def needed_by(page: str) -> set[str]:
    """The scripts without which a page (a file of `src/pages`) shows nothing."""
    manifest: dict[str, dict[str, Any]] = json.loads((BUILT / ".vite" / "manifest.json").read_text())
    names = [f"src/pages/{page}.tsx", *(name for name, chunk in manifest.items() if chunk.get("isEntry"))]
    needed: set[str] = set()
    while names:
        name = names.pop()
        if name not in needed:
            needed.add(name)
            names += manifest[name].get("imports", [])
    return {f"/{manifest[name]['file']}" for name in needed}


async def script_kilobytes(
    chromium: "Chromium", http: aiohttp.ClientSession, url: str, path: str, page: str, who: Storage
) -> tuple[float, float]:
    """Of JavaScript, when somebody comes for the first time: what the page waits for, and what comes after that."""
    scripts: set[str] = set()
    async with visiting(chromium, url, storage=who) as visitor:
        tab = visitor.page
        tab.on("request", lambda request: scripts.add(request.url) if request.resource_type == "script" else None)
        await tab.goto(path)
        await tab.get_by_role("main").get_by_role("heading").first.wait_for(state="attached")
        await tab.wait_for_load_state("networkidle")
    needed = needed_by(page)
    if missing := needed - {script.removeprefix(url) for script in scripts}:
        raise RuntimeError(f"{path} did without {missing}")
    sizes = {True: 0, False: 0}
    for script in scripts:
        async with http.get(script, headers={"Accept-Encoding": "gzip"}) as response:
            response.raise_for_status()
            # The one before all modules, which chooses the theme, counts too.
            first = script.removeprefix(url) in needed or "/assets/" not in script
            sizes[first] += len(await response.read())
    return sizes[True] / 1000, sizes[False] / 1000


async def vitals(chromium: "Chromium", url: str, path: str) -> tuple[float, float]:
    """Seconds to the largest paint, and how much has been shifted."""
    async with visiting(chromium, url) as visitor:
        await visitor.context.add_init_script(_OBSERVE)
        await visitor.cdp("Emulation.setCPUThrottlingRate", rate=SLOW_DOWN)
        await visitor.page.goto(path, wait_until="load")
        await visitor.page.get_by_role("heading", level=2).first.wait_for()
        await visitor.page.wait_for_load_state("networkidle")
        await visitor.page.wait_for_timeout(SETTLED_MS)
        seen = await visitor.page.evaluate("window.vitals")
    return seen["lcp"] / 1000, seen["cls"]


async def first_frame(chromium: "Chromium", url: str, path: str) -> float:
    """Milliseconds from the address to a frame on the screen."""
    async with visiting(chromium, url) as visitor:
        await visitor.context.add_init_script(_OBSERVE)
        await visitor.page.goto(path, wait_until="commit")
        milliseconds: float = await visitor.page.evaluate("window.firstFrame")
    return milliseconds


async def storage_of(chromium: "Chromium", url: str, name: str, password: str) -> Mapping[str, str]:
    """The browser storage of somebody who is logged in."""
    async with visiting(chromium, url) as visitor:
        page = visitor.page
        await page.goto("/login")
        await page.get_by_label("E-mail or username").fill(name)
        await page.get_by_label("Password", exact=True).fill(password)
        await page.get_by_role("main").get_by_role("button", name="Log in").click()
        await page.get_by_role("banner").get_by_role("button", name="Account").wait_for()
        return await visitor.storage()


async def measure(folder: Path) -> dict[str, float]:
    server = Server(folder / "data", {"STREAMCORE_FFMPEG_PRESET": "ultrafast"})
    figures: dict[str, float] = {}
    async with (
        running(server),
        aiohttp.ClientSession() as api,
        aiohttp.ClientSession(auto_decompress=False) as http,
        running_chromium() as chromium,
    ):
        creator = await Creator.register(api, server)
        _, me = await creator.request("GET", "/users/me")
        film = await filled(creator, clip(folder / "film.mp4"))
        owner = await storage_of(chromium, server.url, me["data"]["username"], "correct horse battery")
        watch = f"/watch/{film}"
        pages: Mapping[str, tuple[str, str, Storage]] = {
            "home": ("/", "Home", None),
            "log_in": ("/login", "LogIn", None),
            "register": ("/register", "Register", None),
            "watch": (watch, "Watch", None),
            "channel": (f"/@{me['data']['username']}", "Channel", None),
            "design": ("/design", "Design", None),
            "not_found": ("/no/such/page", "NotFound", None),
            "create_channel": ("/create-channel", "CreateChannel", owner),
            "upload": ("/upload", "Upload", owner),
            "studio": ("/studio", "Studio", owner),
            "edit": (f"/studio/{film}", "EditVideo", owner),
        }
        for name, (path, page, who) in pages.items():
            first, later = await script_kilobytes(chromium, http, server.url, path, page, who)
            figures[f"{name}_js_kb"] = round(first, 1)
            progress(f"{name}: {first:.1f} kB of JavaScript, and {later:.1f} kB later")
        for name, path in (("home", "/"), ("watch", watch)):
            seen = []
            for number in range(ROUNDS + 1):
                paint, shift = await vitals(chromium, server.url, path)
                progress(f"{name}: largest paint after {paint:.3f} s, shifted by {shift:.4f}")
                if number:
                    seen.append((paint, shift))
            figures[f"{name}_lcp_s"] = round(median(paint for paint, _ in seen), 3)
            figures[f"{name}_cls"] = round(max(shift for _, shift in seen), 4)
        frames = []
        for number in range(RUNS + 1):
            milliseconds = await first_frame(chromium, server.url, watch)
            progress(f"first frame after {milliseconds:.0f} ms")
            if number:
                frames.append(milliseconds)
        figures["first_frame_median_ms"] = round(median(frames), 1)
        figures["first_frame_p95_ms"] = round(quantiles(frames, n=20, method="inclusive")[-1], 1)
    return figures


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        figures = asyncio.run(measure(Path(name)))
    bars: dict[str, tuple[str, float]] = {name: ("<=", 100) for name in figures if name.endswith("_js_kb")}
    for page in ("home", "watch"):
        bars |= {f"{page}_lcp_s": ("<", 2), f"{page}_cls": ("<", 0.05)}
    finish("web", figures, bars | {"first_frame_p95_ms": ("<", 1000)})


if __name__ == "__main__":
    main()
