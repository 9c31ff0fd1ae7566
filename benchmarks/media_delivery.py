"""A segment of 1 MiB from a local folder through the media door, against a bare aiohttp `FileResponse` of the same.

The door checks who may fetch, conditions and ranges, logs and counts. The servers take turns under the same load; what
counts is the processor time of the server for each request, which other work on the machine changes least.
"""

import asyncio
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psutil

from benchmarks.harness import finish, progress

if TYPE_CHECKING:
    from entrypoints.embed import Embedded

SIZE = 1024 * 1024
CONNECTIONS = 16
SECONDS = 4
ROUNDS = 5
MEMORY_BAR = 64 * 1024**2


def serve_door(folder: Path) -> None:
    from adapters.filesystem.objects import FileObjectStore
    from adapters.memory.system import SystemClock
    from adapters.security.media_links import SignedMediaLinks
    from entrypoints.embed import in_memory
    from entrypoints.http.app import make_app
    from entrypoints.http.server import listen, run
    from entrypoints.logs import configure_logs
    from entrypoints.settings import Settings

    configure_logs(Settings(), quiet=True)

    async def main() -> None:
        clock, secret = SystemClock(), b"a secret of the benchmark, 32 b."
        store = FileObjectStore(folder / "media", base_url="", signer_secret=secret, clock=clock)
        links = SignedMediaLinks(secret, base_url=str, lifetime=3600, clock=clock)
        platform = in_memory(store=store, links=links, clock=clock)
        paths = [await _published(platform, visibility) for visibility in ("public", "unlisted")]
        with (folder / "access.log").open("wb") as log:
            app = make_app(platform, Settings(data=folder), checks={}, log_stream=log)
            async with listen(app, "127.0.0.1", 0) as address:
                print(*(address + path for path in paths), flush=True)
                await asyncio.Event().wait()

    run(main())


async def _published(platform: "Embedded", visibility: str) -> str:
    """The path of a segment of a new video."""
    from collections.abc import AsyncIterator

    from streamcore.channels.models import NewChannel
    from streamcore.identity.models import Registration
    from streamcore.shared.access import ANONYMOUS
    from streamcore.shared.visibility import Visibility
    from streamcore.videos.models.details import VideoDetails
    from streamcore.videos.models.media import media_prefix
    from streamcore.videos.use_cases.reserve_upload import AnnouncedFile

    async def body(content: bytes) -> AsyncIterator[bytes]:
        yield content

    account = Registration(email=f"{visibility}@example.org", username=visibility, password="long enough")
    user = (await platform.identity.register(account)).user
    await platform.channels.create(user.actor(), NewChannel(handle=visibility, name="Bench"))
    actor = (await platform.identity.get_user(user.actor(), user.id)).actor()
    file = AnnouncedFile("a.mp4", "video/mp4")
    reserved = await platform.videos.reserve_upload(actor, file)
    source = await platform.videos.receive_upload(reserved.id, file, body(b"a film"))
    details = VideoDetails(title="A video", visibility=Visibility(visibility))
    await platform.videos.accept_source(actor, reserved.id, source, details)
    await platform.settle()
    generation = (await platform.videos.get(ANONYMOUS, reserved.id)).generation or ""
    name = f"{media_prefix(reserved.id, generation)}big.m4s"
    await platform.ports.store.put(name, body(bytes(SIZE)), content_type="video/iso.segment")
    links = platform.ports.links
    plain = visibility == Visibility.PUBLIC
    base = links.plain(reserved.id, generation) if plain else links.signed(reserved.id, generation, None)
    return f"{base.url}big.m4s"


def serve_bare(folder: Path) -> None:
    import uvloop
    from aiohttp import web

    (folder / "big.m4s").write_bytes(bytes(SIZE))

    async def answer(request: web.Request) -> web.FileResponse:
        return web.FileResponse(folder / "big.m4s")

    async def main() -> None:
        app = web.Application()
        app.router.add_get("/big.m4s", answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
        host, port = runner.addresses[0]
        print(f"http://{host}:{port}/big.m4s", flush=True)
        await asyncio.Event().wait()

    uvloop.run(main())


@contextmanager
def running(which: str, folder: Path) -> Iterator[tuple[psutil.Process, list[str]]]:
    """A server in a process of its own, and the addresses of its file."""
    command = [sys.executable, "-m", "benchmarks.media_delivery", which, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            if process.stdout is None:
                raise AssertionError("the output is a pipe")
            yield psutil.Process(process.pid), process.stdout.readline().split()
        finally:
            process.terminate()


def measure(server: psutil.Process, url: str) -> tuple[float, float]:
    """Requests per second, and milliseconds of the server's processor time for each."""
    before, began = server.cpu_times(), time.perf_counter()
    count = asyncio.run(_load(url))
    after, took = server.cpu_times(), time.perf_counter() - began
    busy = after.user + after.system - before.user - before.system
    return count / took, 1000 * busy / count


async def _load(url: str) -> int:
    """One request after the other on each connection; how many."""
    split = urlsplit(url)
    request = f"GET {split.path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode()
    until = time.perf_counter() + SECONDS
    count = 0

    async def client() -> None:
        nonlocal count
        reader, writer = await asyncio.open_connection(split.hostname, split.port, limit=SIZE)
        while time.perf_counter() < until:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: (\d+)", head)
            if not head.startswith(b"HTTP/1.1 200") or length is None or int(length[1]) != SIZE:
                raise RuntimeError(head.decode())
            await reader.readexactly(SIZE)
            count += 1
        writer.close()
        await writer.wait_closed()

    await asyncio.gather(*(client() for _ in range(CONNECTIONS)))
    return count


def main() -> None:
    found: dict[str, list[tuple[float, float]]] = {"public": [], "signed": [], "bare": []}
    with (
        tempfile.TemporaryDirectory() as name,
        running("door", Path(name)) as (door, urls),
        running("bare", Path(name)) as (bare, bare_urls),
    ):
        targets = {"public": (door, urls[0]), "signed": (door, urls[1]), "bare": (bare, bare_urls[0])}
        idle = door.memory_info().rss
        most = idle
        for number in range(ROUNDS + 1):
            for which, (server, url) in targets.items():
                rate, cost = measure(server, url)
                most = max(most, door.memory_info().rss)
                progress(f"{which}: {rate:.0f} requests/s, {cost:.3f} ms of processor time each")
                if number:
                    found[which].append((rate, cost))
    figures: dict[str, float] = {"memory_growth_bytes": most - idle}
    for which, measured in found.items():
        figures[f"{which}_requests_per_second"] = round(median(rate for rate, _ in measured), 1)
        figures[f"{which}_cpu_milliseconds"] = round(median(cost for _, cost in measured), 3)
    for which in ("public", "signed"):
        figures[f"{which}_cpu_ratio"] = round(
            figures[f"{which}_cpu_milliseconds"] / figures["bare_cpu_milliseconds"], 3
        )
    bars = {"public_cpu_ratio": ("<=", 1.5), "signed_cpu_ratio": ("<=", 1.5), "memory_growth_bytes": ("<", MEMORY_BAR)}
    finish("media_delivery", figures, bars)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        {"door": serve_door, "bare": serve_bare}[sys.argv[1]](Path(sys.argv[2]))
    else:
        main()
