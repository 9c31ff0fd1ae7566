"""Servers without a worker and a worker beside them, on the embedded default: none hears what another changes, and
still nothing that was hidden is shown for more than some seconds."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from tests.integration.flows.conftest import make_clip
from tests.integration.servers import BIN, Creator, Server, running

STATED = 5.0
SLOW = 3.0
"""Seconds that a busy machine may add."""


@pytest.fixture(scope="session")
def tiny_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(tmp_path_factory.mktemp("tiny") / "tiny.mp4", "320x180", 2, rate=10)


@asynccontextmanager
async def working(server: Server) -> AsyncIterator[None]:
    """A worker with the server's settings."""
    with (server.data / "worker.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            BIN / "streamcore", "worker", env=server.environment, stdin=asyncio.subprocess.DEVNULL,
            stdout=log, stderr=log,
        )  # fmt: skip
    try:
        yield
    finally:
        process.terminate()
        await process.wait()


class Anybody:
    """Looks at one server, as nobody in particular."""

    def __init__(self, http: aiohttp.ClientSession, server: Server) -> None:
        self._http = http
        self._server = server

    async def status(self, path: str) -> int:
        async with self._http.get(self._server.url + path) as answer:
            return answer.status

    async def listed(self) -> set[str]:
        async with self._http.get(f"{self._server.url}/api/v1/videos") as answer:
            return {video["id"] for video in (await answer.json())["data"]}

    async def captions(self, video_id: str) -> list[str]:
        """Paths of the captions that the page tells of."""
        async with self._http.get(f"{self._server.url}/api/v1/videos/{video_id}") as answer:
            return [one["url"].removeprefix(self._server.url) for one in (await answer.json())["data"]["captions"]]


async def soon(true: Callable[[], Awaitable[bool]], why: str) -> None:
    began = time.monotonic()
    while not await true():
        assert time.monotonic() - began < STATED + SLOW, why
        await asyncio.sleep(0.2)


async def test_what_is_hidden_is_hidden_everywhere_within_seconds(tmp_path: Path, tiny_clip: Path) -> None:
    data = tmp_path / "data"
    ours, other = Server(data), Server(data)
    async with (
        aiohttp.ClientSession() as http,
        running(ours, "--no-worker"),
        running(other, "--no-worker"),
        working(ours),
    ):
        here, there, creator = Anybody(http, ours), Anybody(http, other), await Creator.register(http, ours)
        assert await here.listed() == await there.listed() == set()
        private, deleted = [await published(creator, tiny_clip) for _ in range(2)]
        for anybody in (here, there):
            await soon(partial(shown, anybody, {private, deleted}), "what the worker has published")
        await captions_go(creator, here, there, private)
        for video_id in (private, deleted):
            assert await there.status(f"/api/v1/videos/{video_id}") == 200
            assert await here.status(f"/api/v1/videos/{video_id}") == 200
        status, _ = await creator.request("PATCH", f"/videos/{private}", json={"visibility": "private"})
        assert status == 200
        status, _ = await creator.request("DELETE", f"/videos/{deleted}")
        assert status == 204
        for video_id in (private, deleted):
            assert await here.status(f"/api/v1/videos/{video_id}") == 404, "at once, where it was changed"
        assert await here.listed() == set()
        for video_id in (private, deleted):
            await soon(partial(gone, there, f"/api/v1/videos/{video_id}"), "a page")
        await soon(partial(shown, there, set()), "a list")


async def captions_go(creator: Creator, here: Anybody, there: Anybody, video_id: str) -> None:
    path, body = f"/videos/{video_id}/captions/en", b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n"
    status, _ = await creator.request("PUT", path, data=body, headers={"Content-Type": "text/vtt"})
    assert status == 200
    [file] = await here.captions(video_id)
    await soon(partial(has_captions, there, video_id), "captions that were added")
    for anybody in (here, there):
        assert await anybody.status(file) == 200
    status, _ = await creator.request("DELETE", path)
    assert status == 204
    assert await here.captions(video_id) == []
    assert await here.status(file) == 404, "at once, where they were deleted"
    await soon(partial(gone, there, file), "captions that were deleted")


async def published(creator: Creator, clip: Path) -> str:
    status, body = await creator.upload(clip, uuid.uuid4().hex)
    assert status == 202, body
    assert (await creator.ended(body["data"]["id"]))["status"] == "published"
    return str(body["data"]["id"])


async def shown(anybody: Anybody, expected: set[str]) -> bool:
    return await anybody.listed() == expected


async def gone(anybody: Anybody, path: str) -> bool:
    return await anybody.status(path) == 404


async def has_captions(anybody: Anybody, video_id: str) -> bool:
    return len(await anybody.captions(video_id)) == 1
