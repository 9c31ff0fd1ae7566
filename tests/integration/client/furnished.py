"""A server with a creator's videos on it, for tests of what is there and not of how it came there."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp

from tests.e2e.visitor import visiting
from tests.integration.client.person import Person
from tests.integration.servers import Creator, Server, running

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium

ENGLISH = "WEBVTT\n\n00:00.000 --> 00:08.000\nNow it is red, or blue.\n"
GERMAN = "WEBVTT\n\n00:00.000 --> 00:08.000\nJetzt ist es rot, oder blau.\n"


@dataclass
class Furnished:
    """``videos`` are ids by what they are: a public one with captions, a tall one, a draft that nobody else may see,
    and one that failed. ``mira`` is the browser storage of their owner, logged in; ``ben`` that of somebody without a
    channel."""

    server: Server
    videos: Mapping[str, str]
    handle: str
    mira: Mapping[str, str]
    ben: Mapping[str, str]

    @property
    def url(self) -> str:
        return self.server.url

    def watch(self, video: str) -> str:
        return f"/watch/{self.videos[video]}"

    def edit(self, video: str) -> str:
        return f"/studio/{self.videos[video]}"


@asynccontextmanager
async def furnished(
    folder: Path, settings: Mapping[str, str], chromium: "Chromium", clips: Mapping[str, Path]
) -> AsyncIterator[Furnished]:
    half = folder / "half.mp4"
    half.write_bytes(clips["colours.mp4"].read_bytes()[:-2000])
    async with running(Server(folder / "data", settings)) as server, aiohttp.ClientSession() as http:
        creator = await Creator.register(http, server)
        _, me = await creator.request("GET", "/users/me")
        told = {"description": "Four seconds of red.\n" * 6 + "Then blue.", "tags": "red"}
        videos = {
            "public": await _sent(creator, clips["colours.mp4"], title="Colours", **told),
            "tall": await _sent(creator, clips["tall.mp4"], title="Tall", type="short"),
            "draft": await _sent(creator, clips["colours.mp4"], title="Not yet", publish="false"),
            "failed": await _sent(creator, half, title="Half of it"),
        }
        name = me["data"]["username"]
        storages = await asyncio.gather(_logged_in(chromium, server, name), _registered(chromium, server, "ben"))
        for video in videos.values():
            await creator.ended(video)
        for lang, captions in (("en", ENGLISH), ("de", GERMAN)):
            path, content_type = f"/videos/{videos['public']}/captions/{lang}", {"Content-Type": "text/vtt"}
            status, body = await creator.request("PUT", path, data=captions.encode(), headers=content_type)
            assert status == 200, body
        yield Furnished(server, videos, name, *storages)


async def _sent(creator: Creator, clip: Path, **fields: str) -> str:
    status, body = await creator.upload(clip, uuid.uuid4().hex, pause=0, **fields)
    assert status == 202, body
    video_id: str = body["data"]["id"]
    return video_id


async def _logged_in(chromium: "Chromium", server: Server, name: str) -> Mapping[str, str]:
    async with visiting(chromium, server.url) as visitor:
        await visitor.page.goto("/login")
        await Person(visitor, name).log_in()
        return await visitor.storage()


async def _registered(chromium: "Chromium", server: Server, name: str) -> Mapping[str, str]:
    async with visiting(chromium, server.url) as visitor:
        await visitor.page.goto("/register")
        await Person(visitor, name).register()
        return await visitor.storage()
