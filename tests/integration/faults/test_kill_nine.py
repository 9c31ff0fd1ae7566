"""`kill -9` of the whole process group at random moments of the main job: nothing acknowledged is lost, nothing is
doubled, no FFmpeg survives, and nothing of an unfinished generation remains after the sweep."""

import asyncio
import os
import random
import time
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import psutil
import pytest

from tests.integration.servers import Creator, Server
from tests.integration.stacks import ServedStack

KILLS = int(os.environ.get("STREAMCORE_TEST_KILLS", "20"))


async def one_life(server: Server, creator: Creator, clip: Path, kill_after: float | None) -> tuple[str, float]:
    """Upload with one key until acknowledged, through a kill and a restart; the video's id and the time it took."""
    key = uuid.uuid4().hex
    began = time.monotonic()
    killer = asyncio.create_task(kill_and_restart(server, kill_after)) if kill_after is not None else None
    video_id: str | None = None
    async with asyncio.timeout(180):
        while video_id is None:
            try:
                status, body = await creator.upload(clip, key, pause=0.02, description=key)
                assert status == 202, body
                video_id = body["data"]["id"]
            except aiohttp.ClientError:
                await asyncio.sleep(0.1)
        while True:
            try:
                ended = await creator.ended(video_id)
                break
            except aiohttp.ClientError:
                await asyncio.sleep(0.1)
    took = time.monotonic() - began
    if killer:
        await killer
    assert ended["status"] == "published", ended
    return video_id, took


async def kill_and_restart(server: Server, after: float) -> None:
    await asyncio.sleep(after)
    assert server.process is not None
    children = psutil.Process(server.process.pid).children(recursive=True)
    await server.kill()
    await asyncio.sleep(0.3)
    alive = [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]
    assert not alive, f"survived their worker: {alive}"
    await server.start()


async def check_nothing_doubled(creator: Creator, video_ids: list[str]) -> None:
    listed: list[str] = []
    cursor = ""
    while True:
        status, body = await creator.request("GET", f"/users/{creator.user_id}/videos?limit=100{cursor}")
        assert status == 200, body
        listed += [video["id"] for video in body["data"]]
        if not body["meta"]["next_cursor"]:
            break
        cursor = f"&cursor={body['meta']['next_cursor']}"
    assert sorted(listed) == sorted(video_ids)
    _, video = await creator.request("GET", f"/videos/{video_ids[0]}")
    _, body = await creator.request("GET", f"/channels/{video['data']['channel']['id']}")
    assert body["data"]["videos_count"] == len(video_ids)


async def check_nothing_left(server: Server, video_ids: list[str], stored: Callable[[], Awaitable[list[str]]]) -> None:
    """After the sweep: one source and one generation for each video, and no temporary or working file."""
    await server.command("sweep", "--delete", "--grace", "0")
    keys = await stored()
    sources = [key for key in keys if key.startswith("uploads/")]
    generations = {tuple(key.split("/")[1:3]) for key in keys if key.startswith("videos/")}
    assert sorted(key.split("/")[1] for key in sources) == sorted(video_ids)
    assert sorted(video_id for video_id, _ in generations) == sorted(video_ids)
    work = server.data / "work"
    assert not [path for path in work.rglob("*") if path.is_file() and path.suffix in (".m4s", ".mp4", ".m3u8", ".jpg")]


@pytest.mark.timeout(1800)
async def test_kill_nine_at_random_moments(stack: ServedStack, short_clip: Path) -> None:
    server = stack.server
    seed = int(os.environ.get("STREAMCORE_TEST_SEED", time.time_ns()))
    print(f"seed {seed}")  # pytest shows it with a failure
    chance = random.Random(seed)
    videos: list[str] = []
    async with aiohttp.ClientSession() as http:
        await server.start()
        try:
            creator = await Creator.register(http, server)
            video_id, took = await one_life(server, creator, short_clip, None)
            videos.append(video_id)
            for _ in range(KILLS):
                moment = chance.uniform(0.0, took)
                video_id, lived = await one_life(server, creator, short_clip, moment)
                print(f"killed after {moment:.2f} of about {took:.2f} s, published after {lived:.2f} s")
                videos.append(video_id)
            await check_nothing_doubled(creator, videos)
            await asyncio.sleep(0.5)
            await check_nothing_left(server, videos, stack.stored)
        finally:
            await server.kill()
