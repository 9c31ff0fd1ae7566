"""One long source, processed by worker processes of the embedded default that are pinned to a core each."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from entrypoints.embed import Embedded, build
from entrypoints.settings import Settings
from streamcore.channels.models import NewChannel
from streamcore.identity.models import Registration
from streamcore.shared.access import Actor
from streamcore.videos.models.details import VideoDetails
from streamcore.videos.use_cases.reserve_upload import AnnouncedFile

_SETTLING = 5.0  # seconds for the workers to start in
_LOOK_EVERY = 0.1


@asynccontextmanager
async def worker(core: int, environment: Mapping[str, str]) -> AsyncIterator[None]:
    """A worker that does one job at a time, and everything it starts, on one core."""
    streamcore = Path(sys.executable).with_name("streamcore")
    process = await asyncio.create_subprocess_exec(
        *("taskset", "--cpu-list", str(core), streamcore, "worker", "--jobs", "1"),
        env=dict(environment),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        await process.wait()


async def run(source: Path, data: Path, settings: Mapping[str, str], workers: int) -> float:
    """Seconds from the accepted upload to the last rendition, with the settings of the environment given."""
    environment = {**os.environ, **settings, "STREAMCORE_DATA": str(data)}
    cores = sorted(os.sched_getaffinity(0))[:workers]
    async with AsyncExitStack() as stack:
        app = await stack.enter_async_context(build(Settings(data=data)))
        actor = await _creator(app)
        for core in cores:
            await stack.enter_async_context(worker(core, environment))
        await asyncio.sleep(_SETTLING)
        return await _process(app, actor, source)


async def _creator(app: Embedded) -> Actor:
    registration = Registration(email="a@example.org", username="owner", password="long enough")
    user = (await app.identity.register(registration)).user
    await app.channels.create(user.actor(), NewChannel(handle="owner", name="Owner"))
    actor, _ = await app.identity.authenticate((await app.identity.log_in("owner", "long enough")).tokens.access_token)
    return actor


async def _process(app: Embedded, actor: Actor, source: Path) -> float:
    async def chunks() -> AsyncIterator[bytes]:
        with source.open("rb") as file:
            while chunk := file.read(2**20):
                yield chunk

    file = AnnouncedFile("clip.mp4", "video/mp4")
    video = await app.videos.reserve_upload(actor, file, None)
    stored = await app.videos.receive_upload(video.id, file, chunks())
    await app.videos.accept_source(actor, video.id, stored, VideoDetails(title="A clip"))
    began = time.perf_counter()
    while (status := await app.videos.status(actor, video.id)).progress < 100:
        if status.failure is not None:
            raise RuntimeError(status.failure.message)
        await asyncio.sleep(_LOOK_EVERY)
    return time.perf_counter() - began
