"""Streams that are harmed are found and made anew, and older videos get what they lack, on real clips and commands."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from entrypoints.container.system import System, open_system
from streamcore.shared.ids import VideoId
from streamcore.videos.models.backfill import BackfillState
from streamcore.videos.models.media import media_prefix
from streamcore.videos.models.missing import MediaPart
from streamcore.videos.models.video import Video
from tests.integration.flows.conftest import make_clip
from tests.integration.flows.test_container import settings_of
from tests.integration.servers import Creator, Server, running
from tests.integration.stacks import ServedStack

Harm = Callable[[bytes], bytes] | None


@pytest.fixture(scope="session")
def small_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(tmp_path_factory.mktemp("small") / "small.mp4", "320x180", 5, rate=10)


@asynccontextmanager
async def inside(stack: ServedStack) -> AsyncIterator[System]:
    """The same data as the server's, seen from within."""
    async with open_system(settings_of(stack)) as system:
        yield system


async def video_of(system: System, video_id: str) -> Video:
    async with system.platform.ports.begin() as uow:
        return await uow.videos.get(VideoId(video_id))


async def published(creator: Creator, clip: Path, count: int) -> list[str]:
    ids = []
    for number in range(count):
        status, body = await creator.upload(clip, uuid.uuid4().hex, title=f"clip {number}")
        assert status == 202, body
        ids.append(body["data"]["id"])
    for video_id in ids:
        assert (await creator.ended(video_id, patience=400))["status"] == "published"
    return ids


async def changed(system: System, key: str, harm: Harm) -> bytes:
    """Harm an object; its body as it was."""
    store = system.platform.ports.store
    async with store.get(key) as chunks:
        body = b"".join([chunk async for chunk in chunks])
    if harm is None:
        await store.delete(key)
    else:
        await put(system, key, harm(body))
    return body


async def put(system: System, key: str, body: bytes) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield body

    await system.platform.ports.store.put(key, chunks(), content_type="application/octet-stream")


async def verified(server: Server, *options: str) -> tuple[int, list[dict[str, object]]]:
    """The exit status of `media verify --json` and its lines."""
    try:
        status, text = 0, await server.command("media", "verify", "--json", *options)
    except AssertionError as error:
        status, text = 1, str(error)
    return status, [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def flipped(body: bytes) -> bytes:
    at = body.index(b"mdat") + 4  # a decoder cannot miss harm to the size of a unit; within a picture it can
    return body[:at] + bytes(byte ^ 0xFF for byte in body[at : at + 64]) + body[at + 64 :]


HARMS: dict[str, tuple[str, Harm, set[str]]] = {
    "a segment is gone": ("180p/00000.m4s", None, {"SEGMENT_MISSING"}),
    "a segment is cut": ("180p/00000.m4s", lambda body: body[:-100], {"SEGMENT_BROKEN"}),
    "a playlist is cut": ("180p/index.m3u8", lambda body: body[: len(body) // 2], {"PLAYLIST_BROKEN"}),
    "the sound's playlist is gone": ("audio/index.m3u8", None, {"PLAYLIST_MISSING"}),
    "the master is empty": ("master.m3u8", lambda _: b"", {"MASTER_BROKEN"}),
    "the init is cut": ("180p/init.mp4", lambda body: body[:300], {"INIT_BROKEN"}),
}


@pytest.mark.timeout(900)
async def test_harm_is_found_and_made_good(stack: ServedStack, small_clip: Path) -> None:
    async with aiohttp.ClientSession() as http, running(stack.server) as server:
        creator = await Creator.register(http, server)
        video_id, other = await published(creator, small_clip, 2)
        status, lines = await verified(server, "--deep")
        assert (status, lines[-1]["checked"], lines[-1]["wrong"]) == (0, 2, 0), lines
        async with inside(stack) as system:
            verify = system.platform.videos.verify_media
            video = await video_of(system, video_id)
            assert video.media is not None
            assert video.generation is not None
            prefix = media_prefix(video.id, video.generation)
            for name, (file, harm, codes) in HARMS.items():
                whole = await changed(system, prefix + file, harm)
                report = await verify.one(video.id)
                assert report is not None
                assert codes <= {problem.code for problem in report.problems}, name
                await put(system, prefix + file, whole)
            segment = f"{video.media.renditions[0].name}/00000.m4s"
            await changed(system, prefix + segment, flipped)
            report = await verify.one(video.id, deep=True)
            assert report is not None
            assert [problem.code for problem in report.problems] == ["DECODE_FAILED"]
            await changed(system, prefix + video.media.poster, None)
            status, lines = await verified(server, "--repair")
            assert (status, lines[-1]["checked"], lines[-1]["repairing"]) == (1, 2, 1), lines
            assert lines[-1]["codes"] == {"IMAGE_MISSING": 1}
            async with asyncio.timeout(300):
                while (await video_of(system, video_id)).generation == video.generation:
                    await asyncio.sleep(0.2)
            status, lines = await verified(server, "--deep", "--video", video_id, "--video", other)
            assert (status, lines[-1]["wrong"]) == (0, 0), lines
            assert (await creator.ended(video_id))["status"] == "published"


@pytest.mark.timeout(900)
async def test_a_backfill_survives_its_worker(stack: ServedStack, small_clip: Path) -> None:
    """Killed in its midst, it goes on where it was; nothing is made twice and nothing is left out."""
    server = stack.server
    async with aiohttp.ClientSession() as http, running(server):
        creator = await Creator.register(http, server)
        ids = await published(creator, small_clip, 3)
        async with inside(stack) as system:
            for video_id in ids:
                await strip(system, video_id)
            shown = await server.command("media", "backfill", "--missing", "all", "--dry-run", "--json")
            told = json.loads(shown.splitlines()[-1])
            assert (told["videos"], told["anew"]) == (3, 0)
            parts = ("--missing", "thumbnails", "--missing", "fingerprints")
            started = json.loads(await server.command("media", "backfill", *parts, "--json"))
            backfills = system.platform.videos.backfills
            async with asyncio.timeout(300):
                while (await backfills())[0].made == 0:
                    await asyncio.sleep(0.05)
            await server.kill()
            assert (await backfills())[0].state is BackfillState.RUNNING
            await server.start()
            watched = await server.command("media", "watch", str(started["id"]))
            assert "done: 3 made, 0 failed" in watched
            for video_id in ids:
                video = await video_of(system, video_id)
                missing = await system.platform.videos.find_missing.of(video.id, set(MediaPart))
                assert missing.parts == frozenset()
        status, lines = await verified(server)
        assert (status, lines[-1]["checked"]) == (0, 3), lines


async def strip(system: System, video_id: str) -> None:
    """As an older release had made it."""
    video = await video_of(system, video_id)
    assert video.media is not None
    bare = replace(video.media, card=None, stills=(), preview=None, sprites=(), prints=())
    async with system.platform.ports.begin() as uow:
        await uow.videos.save(replace(video, media=bare))
