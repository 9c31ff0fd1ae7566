"""`streamcore upload` as its users type it, against a site whose time and limits are the test's own."""

import asyncio
import os
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from entrypoints.settings import Settings
from streamcore.shared.rate_limits import Rate, Verdict
from tests.integration.http.site import PASSWORD, Client, Site, open_site
from tests.integration.proxy import Proxy
from tests.integration.servers import BIN

MIB = 1024**2


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    path.write_bytes(random.randbytes(21 * MIB))
    return path


@asynccontextmanager
async def command(film: Path, client: Client, url: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """The command, running; it is ended with the block."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("STREAMCORE_")}
    process = await asyncio.create_subprocess_exec(
        BIN / "streamcore", "upload", str(film), "--url", url, "--token", str(client.token),
        env=inherited | {"XDG_CONFIG_HOME": str(film.parent / "config"), "COLUMNS": "200"},
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def ended(site: Site, process: asyncio.subprocess.Process) -> str:
    """What it has printed, when it has ended; until then all work is done that comes."""
    output = asyncio.ensure_future(process.communicate())
    async with asyncio.timeout(60):
        while not (await asyncio.wait({output}, timeout=0.1))[0]:
            await site.settle()
    return (await output)[0].decode()


async def used(client: Client) -> int:
    size: int = (await client.get("/api/v1/uploads/limits")).data["used_bytes"]
    return size


async def own_video(client: Client) -> str | None:
    shown = (await client.get(f"/api/v1/users/{client.user['id']}/videos")).data
    return str(shown[0]["id"]) if shown else None


async def offset(client: Client, video_id: str) -> int:
    headers = {"Tus-Resumable": "1.0.0"}
    answer = await client.request("HEAD", f"/api/v1/uploads/{video_id}", headers=headers)
    return int(answer.headers["Upload-Offset"])


async def test_it_goes_on_days_later(film: Path) -> None:
    async with open_site() as site, Proxy("127.0.0.1", int(site.address.rpartition(":")[2])) as proxy:
        mira = await site.creator()
        proxy.latency = 0.01
        async with command(film, mira, f"http://127.0.0.1:{proxy.port}"), asyncio.timeout(60):
            while (video_id := await own_video(mira)) is None or await offset(mira, video_id) < 8 * MIB:
                await asyncio.sleep(0.05)
        proxy.latency = 0
        site.clock.advance(timedelta(days=3))  # its idempotency key is forgotten after one, the upload after seven
        body = {"login": mira.user["username"], "password": PASSWORD}
        mira.token = (await site.anonymous.post("/api/v1/auth/login", json=body)).data["access_token"]
        assert await offset(mira, video_id) < film.stat().st_size
        async with command(film, mira, f"http://127.0.0.1:{proxy.port}") as process:
            output = await ended(site, process)
        assert process.returncode == 0, output
        assert video_id in output
        assert await used(mira) == film.stat().st_size, "once"


async def test_it_begins_anew_where_the_server_knows_nothing_of_it_any_more(film: Path) -> None:
    async with open_site() as site, Proxy("127.0.0.1", int(site.address.rpartition(":")[2])) as proxy:
        mira = await site.creator()
        proxy.latency = 0.01
        async with command(film, mira, f"http://127.0.0.1:{proxy.port}"), asyncio.timeout(60):
            while (video_id := await own_video(mira)) is None or await offset(mira, video_id) < 8 * MIB:
                await asyncio.sleep(0.05)
        proxy.latency = 0
        assert (await mira.request("DELETE", f"/api/v1/videos/{video_id}")).status == 204
        async with command(film, mira, f"http://127.0.0.1:{proxy.port}") as process:
            output = await ended(site, process)
        assert process.returncode == 0, output
        assert video_id not in output


class Refusing:
    """A `RateLimiter` that has no room for the first upload, and says for how long."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.refused = 0

    async def take(self, *takes: tuple[Rate, str]) -> Verdict:
        if not self.refused and any(rate.name.startswith("upload") for rate, _ in takes):
            self.refused += 1
            return Verdict(False, 10, 0, self.seconds, self.seconds)
        return Verdict(True, 10, 9, 1.0, 0.0)

    async def close(self) -> None: ...


@pytest.mark.parametrize(("seconds", "status", "said"), [(1.0, 0, "asks to wait 1 s"), (3600.0, 1, "RATE_LIMITED")])
async def test_it_waits_as_it_is_told_within_reason(film: Path, seconds: float, status: int, said: str) -> None:
    limiter = Refusing(seconds)
    async with open_site(Settings(rate_limits_enabled=True), rate_limiter=limiter) as site:
        mira = await site.creator()
        async with command(film, mira, site.address) as process:
            output = await ended(site, process)
        assert (process.returncode, limiter.refused) == (status, 1), output
        assert said in output
