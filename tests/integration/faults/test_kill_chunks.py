"""A long source whose workers are killed in every phase: it is published, then complete, and nothing is left over. And
one that two workers share."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import psutil
import pytest

from tests.integration.faults.test_kill_nine import check_nothing_left
from tests.integration.flows.conftest import make_clip
from tests.integration.flows.judge import decode_errors, segments, variants
from tests.integration.servers import BIN, Creator, Server
from tests.integration.stacks import ServedStack

SECONDS = 11
CHUNKS = 3  # of one segment of four seconds each
SETTINGS = {"STREAMCORE_FFMPEG_CHUNK_SECONDS": "4", "STREAMCORE_FFMPEG_PRESET": "ultrafast", "COLUMNS": "200"}
PATIENCE = 400.0


@pytest.fixture(scope="session")
def long_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(tmp_path_factory.mktemp("clips") / "long.mp4", "640x480", SECONDS, rate=10)


def at_work(server: Server) -> list[str]:
    """The command lines of all FFmpeg processes of a server."""
    assert server.process is not None
    lines = []
    for child in psutil.Process(server.process.pid).children(recursive=True):
        try:
            lines.append(" ".join(child.cmdline()))
        except psutil.Error:
            continue
    return lines


def encodes(rung: str) -> Callable[[Server, dict[str, Any]], bool]:
    return lambda server, _status: any(f"/{rung}/index.m3u8" in line for line in at_work(server))


def probes(server: Server, _status: dict[str, Any]) -> bool:
    return any("framecrc" in line for line in at_work(server))


def joins(_server: Server, status: dict[str, Any]) -> bool:
    return bool(status["stage"] == "joining")


PHASES = {"probing": probes, "first quality": encodes("360p"), "chunks": encodes("480p"), "joining": joins}


async def reached(creator: Creator, video_id: str, phase: Callable[[Server, dict[str, Any]], bool]) -> bool:
    """Wait until the work is in that phase; False where it is complete already."""
    while True:
        status = await status_of(creator, video_id)
        if status["status"] == "published" and status["progress"] == 100.0:
            return False
        if phase(creator.server, status):
            return True
        await asyncio.sleep(0.01)


async def status_of(creator: Creator, video_id: str) -> dict[str, Any]:
    status, body = await creator.request("GET", f"/videos/{video_id}/status")
    assert status == 200, body
    told: dict[str, Any] = body["data"]
    assert told["status"] in ("processing", "published"), told
    return told


async def kill_and_restart(server: Server) -> None:
    assert server.process is not None
    children = psutil.Process(server.process.pid).children(recursive=True)
    await server.kill()
    _, alive = await asyncio.to_thread(psutil.wait_procs, children, timeout=10)
    assert not alive, f"survived their worker: {alive}"
    await server.start()


async def completed(creator: Creator, video_id: str) -> None:
    """Wait until everything is made; progress never goes back on the way."""
    seen = [0.0]
    while (told := await status_of(creator, video_id))["progress"] < 100.0 or told["status"] != "published":
        seen.append(told["progress"])
        await asyncio.sleep(0.1)
    assert seen == sorted(seen)


async def check_stream(creator: Creator, video_id: str) -> None:
    _, body = await creator.request("GET", f"/videos/{video_id}/stream-url")
    master = body["data"]["stream_url"]
    rungs = variants(master)
    assert len(rungs) == 2
    for rung in rungs:
        _, found = segments(rung.uri)
        assert len(found) == CHUNKS
        assert sum(seconds for _, seconds in found) == pytest.approx(SECONDS, abs=0.1)
    assert decode_errors(master) == ""


async def check_done_once(stack: ServedStack, video_id: str) -> None:
    await asyncio.sleep(0.5)
    await check_nothing_left(stack.server, [video_id], stack.stored)
    jobs = await stack.server.command("jobs", "list")
    assert jobs.count("videos.process_chunk") == CHUNKS, jobs
    assert jobs.count("videos.join_chunks") == 1, jobs


@asynccontextmanager
async def served(stack: ServedStack, *arguments: str) -> AsyncIterator[Creator]:
    server = stack.server
    server.settings = {**server.settings, **SETTINGS}
    async with aiohttp.ClientSession() as http, asyncio.timeout(PATIENCE):
        await server.start(*arguments)
        try:
            yield await Creator.register(http, server)
        finally:
            await server.kill()


async def upload(creator: Creator, clip: Path) -> str:
    status, body = await creator.upload(clip, "the-only-one")
    assert status == 202, body
    video_id: str = body["data"]["id"]
    return video_id


@pytest.mark.timeout(480)
async def test_a_long_source_survives_the_death_of_its_workers(stack: ServedStack, long_clip: Path) -> None:
    killed = []
    async with served(stack) as creator:
        video_id = await upload(creator, long_clip)
        for name, phase in PHASES.items():
            if await reached(creator, video_id, phase):
                killed.append(name)
                await kill_and_restart(stack.server)
        await completed(creator, video_id)
        assert killed[:3] == list(PHASES)[:3]  # joining takes a moment that may not be seen
        await check_stream(creator, video_id)
        await check_done_once(stack, video_id)


@asynccontextmanager
async def workers(server: Server, count: int) -> AsyncIterator[list[Path]]:
    """Processes that work and serve nothing; their logs, once all have begun."""
    server.data.mkdir(parents=True, exist_ok=True)
    logs = [server.data / f"worker-{number}.log" for number in range(count)]
    processes = []
    for path in logs:
        with path.open("wb") as log:
            processes.append(
                await asyncio.create_subprocess_exec(
                    BIN / "streamcore",
                    "worker",
                    env=server.environment,
                    stdout=log,
                    stderr=log,
                    stdin=asyncio.subprocess.DEVNULL,
                )
            )
    try:
        while not all("worker_started" in path.read_text() for path in logs):
            await asyncio.sleep(0.05)
        yield logs
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
            assert await process.wait() == 0


def finished(log: Path, kind: str) -> int:
    return sum("job_done" in line and f'"{kind}"' in line for line in log.read_text().splitlines())


@pytest.mark.timeout(480)
async def test_workers_share_one_source(stack: ServedStack, long_clip: Path) -> None:
    async with served(stack, "--no-worker") as creator, workers(stack.server, 2) as logs:
        video_id = await upload(creator, long_clip)
        await completed(creator, video_id)
        chunks = [finished(log, "videos.process_chunk") for log in logs]
        assert sum(chunks) == CHUNKS
        assert all(chunks), "one of them has made nothing"
        await check_stream(creator, video_id)
        await check_done_once(stack, video_id)
