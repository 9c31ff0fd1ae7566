"""The cached public list against a bare handler that returns the same bytes, one process each, in requests per second.

The list is served with everything on: request ids, access log to a file, metrics, rate limits, security headers, cache.
Load comes from ``wrk`` over 64 connections, from a client of our own where there is none; the two servers take turns.
"""

import asyncio
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, build_opener

from benchmarks.harness import finish, progress

if TYPE_CHECKING:
    from entrypoints.embed import Embedded

PATH = "/api/v1/videos"
CONNECTIONS = 64
SECONDS = 4
ROUNDS = 7


def serve_production(folder: Path) -> None:
    from adapters.memory.rate_limits import MemoryRateLimiter
    from entrypoints.embed import in_memory
    from entrypoints.http.app import make_app
    from entrypoints.http.server import listen, run
    from entrypoints.logs import configure_logs
    from entrypoints.settings import Settings

    configure_logs(Settings(), quiet=True)

    async def main() -> None:
        # Time runs so fast for the limiter that it counts every request like the real one and refuses none.
        platform = in_memory(rate_limiter=MemoryRateLimiter(lambda: time.monotonic() * 1e6))
        await _publish(platform, 24)
        with (folder / "access.log").open("wb") as log:
            app = make_app(platform, Settings(data=folder), checks={}, log_stream=log)
            async with listen(app, "127.0.0.1", 0) as address:
                print(address, flush=True)
                await asyncio.Event().wait()

    run(main())


async def _publish(platform: "Embedded", count: int) -> None:
    from streamcore.channels.models import NewChannel
    from streamcore.identity.models import Registration
    from streamcore.videos.models.details import VideoDetails
    from streamcore.videos.use_cases.reserve_upload import AnnouncedFile

    account = Registration(email="a@example.org", username="bench", password="long enough")
    user = (await platform.identity.register(account)).user
    await platform.channels.create(user.actor(), NewChannel(handle="bench", name="Bench"))
    actor = (await platform.identity.get_user(user.actor(), user.id)).actor()

    async def body() -> AsyncIterator[bytes]:
        yield b"a film"

    for number in range(count):
        file = AnnouncedFile("a.mp4", "video/mp4")
        video = await platform.videos.reserve_upload(actor, file)
        source = await platform.videos.receive_upload(video.id, file, body())
        details = VideoDetails(title=f"Video {number}", tags=["bench", "list"], description="About this video.")
        await platform.videos.accept_source(actor, video.id, source, details)
    await platform.settle()


def serve_bare(folder: Path) -> None:
    import uvloop
    from aiohttp import web

    body = (folder / "body").read_bytes()

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=body, content_type="application/json")

    async def main() -> None:
        app = web.Application()
        app.router.add_get(PATH, answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
        host, port = runner.addresses[0]
        print(f"http://{host}:{port}", flush=True)
        await asyncio.Event().wait()

    uvloop.run(main())


@contextmanager
def running(which: str, folder: Path) -> Iterator[str]:
    """A server in a process of its own; its address."""
    command = [sys.executable, "-m", "benchmarks.cached_list", which, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            if process.stdout is None:
                raise AssertionError("the output is a pipe")
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def fetched(url: str) -> bytes:
    with build_opener(ProxyHandler({})).open(url, timeout=10) as answer:
        body: bytes = answer.read()
    return body


def requests_per_second(url: str) -> float:
    wrk = shutil.which("wrk")
    if wrk is None:
        return asyncio.run(_own_load(url))
    command = [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", url]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in output or "Socket errors" in output:
        raise RuntimeError(output)
    found = re.search(r"Requests/sec:\s+([\d.]+)", output)
    if found is None:
        raise RuntimeError(output)
    return float(found[1])


async def _own_load(url: str) -> float:
    """One request after the other on each connection."""
    split = urlsplit(url)
    request = f"GET {split.path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode()
    until = time.perf_counter() + SECONDS
    count = 0

    async def client() -> None:
        nonlocal count
        reader, writer = await asyncio.open_connection(split.hostname, split.port)
        while time.perf_counter() < until:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: (\d+)", head)
            if not head.startswith(b"HTTP/1.1 200") or length is None:
                raise RuntimeError(head.decode())
            await reader.readexactly(int(length[1]))
            count += 1
        writer.close()
        await writer.wait_closed()

    await asyncio.gather(*(client() for _ in range(CONNECTIONS)))
    return count / SECONDS


def main() -> None:
    production, bare = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with running("production", folder) as ours:
            body = fetched(ours + PATH)
            (folder / "body").write_bytes(body)
            with running("bare", folder) as theirs:
                if fetched(theirs + PATH) != body:
                    raise AssertionError("the bare handler returns other bytes")
                for url in (ours, theirs):
                    requests_per_second(url + PATH)
                for number in range(1, ROUNDS + 1):
                    production.append(requests_per_second(ours + PATH))
                    bare.append(requests_per_second(theirs + PATH))
                    ratio = production[-1] / bare[-1]
                    progress(f"round {number}: {production[-1]:.0f} of {bare[-1]:.0f} requests/s, {ratio:.3f}")
    figures = {
        "body_bytes": len(body),
        "cached_list_requests_per_second": median(production),
        "bare_requests_per_second": median(bare),
        "ratio": round(median(production) / median(bare), 3),
    }
    finish("cached_list", figures, {"ratio": (">=", 0.5)})


if __name__ == "__main__":
    if len(sys.argv) == 3:
        {"production": serve_production, "bare": serve_bare}[sys.argv[1]](Path(sys.argv[2]))
    else:
        main()
