"""A crash test in miniature: the way from upload to published, crashed at every await, with messages duplicated and
reordered. Whatever happens, an upload that was acknowledged ends published once, and nothing is left over."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from adapters.memory.cache import MemoryCache
from adapters.memory.media import MemoryMediaProcessor
from adapters.memory.objects import MemoryObjectStore
from adapters.memory.queue import MemoryQueue
from adapters.memory.system import ManualClock, SeededRandom, SequentialIds
from entrypoints.container.memory import database_ports, memory_ports
from entrypoints.embed import Embedded
from streamcore.channels.models import NewChannel
from streamcore.identity.models import Registration
from streamcore.shared.access import Actor
from streamcore.shared.idempotency import IdempotencyKey
from streamcore.shared.jobs import JobState
from streamcore.shared.pages import Page
from streamcore.shared.queues import QueueName
from streamcore.videos.models.details import VideoDetails
from streamcore.videos.models.status import VideoStatus
from streamcore.videos.policies import CHUNK_JOB, JOIN_JOB, PROCESS_JOB, video_tag
from streamcore.videos.use_cases.reserve_upload import AnnouncedFile
from streamcore.videos.views import VideoView

FILE = AnnouncedFile("clip.mp4", "video/mp4")
DETAILS = VideoDetails(title="A clip", tags=["one"])
KEY = IdempotencyKey("owner", "upload-1")
PATIENCE = 40
SHORT, LONG = b"first half ", b"long half "  # the latter is what the memory processor cuts into chunks
DONE = [(VideoStatus.PUBLISHED, True)]


class Crash(BaseException):
    """The process is gone: no handler of errors sees it."""


@dataclass
class Fate:
    """Counts every await and crashes at the chosen ones."""

    crash_at: frozenset[int]
    awaits: int = 0
    calm: bool = True
    names: list[str] = field(default_factory=list)

    async def checkpoint(self, name: str) -> None:
        if self.calm:
            return
        self.awaits += 1
        self.names.append(name)
        if self.awaits in self.crash_at:
            raise Crash(name)


class RememberingCache(MemoryCache):
    """Remembers what was ever invalidated: the sign that events arrive."""

    def __init__(self, checkpoint: Callable[[str], Awaitable[None]]) -> None:
        super().__init__()
        self.invalidated: Counter[str] = Counter()
        self._checkpoint = checkpoint

    async def invalidate(self, *tags: str) -> None:
        await self._checkpoint("cache.invalidate")
        self.invalidated.update(tags)
        await super().invalidate(*tags)


class World:
    """Storage, queue and objects that outlive the process, and the process on top of them."""

    def __init__(self, crash_at: frozenset[int], chaos: int | None) -> None:
        self.fate = Fate(crash_at)
        self.clock = ManualClock()
        checkpoint = self.fate.checkpoint
        store = MemoryObjectStore(clock=self.clock, checkpoint=checkpoint)
        random = SeededRandom(chaos) if chaos is not None else None
        self.cache = RememberingCache(checkpoint)
        self.ports = replace(
            memory_ports(clock=self.clock, ids=SequentialIds(), random=SeededRandom()),
            **database_ports(self.clock, SequentialIds(7), checkpoint),
            queue=MemoryQueue(checkpoint=checkpoint, chaos=random),
            store=store,
            cache=self.cache,
            processor=MemoryMediaProcessor(store, checkpoint=checkpoint),
        )
        self.app = Embedded(self.ports)

    def restart(self) -> None:
        """A new process; the leases of the old one run out."""
        self.clock.advance(timedelta(minutes=2))
        self.app = Embedded(self.ports)


async def upload(world: World, actor: Actor, first: bytes) -> str:
    """What a client does, with one idempotency key, until it is told that the upload is accepted."""

    async def body() -> AsyncIterator[bytes]:
        yield first
        await world.fate.checkpoint("client sends")
        yield b"second half"

    for _ in range(PATIENCE):
        videos = world.app.videos
        try:
            video = await videos.reserve_upload(actor, FILE, KEY)
            source = await videos.receive_upload(video.id, FILE, body())
            return (await videos.accept_source(actor, video.id, source, DETAILS)).id
        except Crash:
            world.restart()
    raise AssertionError("the upload was never accepted")


async def work_until_published(world: World, actor: Actor, video_id: str) -> None:
    for _ in range(PATIENCE):
        try:
            await world.ports.jobs.reap(now=world.clock.now())
            await world.app.settle()
        except Crash:
            world.restart()
            continue
        page = await own_videos(world, actor)
        if [(video.status, video.media is not None and video.media.complete) for video in page.items] == DONE:
            return
        world.clock.advance(timedelta(minutes=2))
    raise AssertionError(f"never published: {await own_videos(world, actor)}")


async def own_videos(world: World, actor: Actor) -> Page[VideoView]:
    calm, world.fate.calm = world.fate.calm, True
    try:
        return await world.app.videos.list_own(actor, after=None, limit=10)
    finally:
        world.fate.calm = calm


async def live(crash_at: frozenset[int] = frozenset(), chaos: int | None = None, source: bytes = SHORT) -> World:
    """One life of the world, from registration to the invariants."""
    world = World(crash_at, chaos)
    app = world.app
    registration = Registration(email="a@example.org", username="owner", password="long enough")
    user = (await app.identity.register(registration)).user
    channel = await app.channels.create(user.actor(), NewChannel(handle="owner", name="Owner"))
    actor, _ = await app.identity.authenticate((await app.identity.log_in("owner", "long enough")).tokens.access_token)
    await app.settle()
    world.fate.calm = False
    video_id = await upload(world, actor, source)
    await work_until_published(world, actor, video_id)
    world.fate.calm = True
    await check_invariants(world, actor, video_id, channel.handle, source)
    return world


async def check_invariants(world: World, actor: Actor, video_id: str, handle: str, source: bytes) -> None:
    app, ports = world.app, world.ports
    world.clock.advance(timedelta(minutes=5))
    await app.settle()
    await app.videos.sweep_storage(grace=timedelta(0))
    (video,) = (await own_videos(world, actor)).items
    assert (video.id, video.status) == (video_id, VideoStatus.PUBLISHED)
    assert world.cache.invalidated[video_tag(video.id)] >= 2  # processed, published
    view = await app.channels.get(actor, handle)
    assert (view.videos_count, view.shorts_count) == (1, 0)
    keys = [info.key async for info in ports.store.list("")]
    assert {key.split("/")[2] for key in keys if key.startswith("videos/")} == {video.generation}
    assert len([key for key in keys if key.startswith("uploads/")]) == 1
    jobs = await ports.jobs.list()
    assert {job.state for job in jobs} == {JobState.DONE}
    assert len([job for job in jobs if job.kind == JOIN_JOB]) == (source == LONG)
    assert len([job for job in jobs if job.kind == CHUNK_JOB]) == 2 * (source == LONG)
    async with ports.begin() as uow:
        assert await uow.chunked_runs.find(next(job.id for job in jobs if job.kind == PROCESS_JOB)) is None
    assert await ports.outbox.backlog() == 0
    for name in QueueName:
        assert await ports.queue.depth(name) == 0
        assert await ports.queue.dead_letters(name, limit=10) == []


@pytest.mark.parametrize("source", [SHORT, LONG])
async def test_without_a_crash(source: bytes) -> None:
    world = await live(source=source)
    assert world.fate.awaits > 30


@pytest.mark.parametrize("source", [SHORT, LONG])
async def test_a_crash_at_every_await(source: bytes) -> None:
    calm = (await live(source=source)).fate
    same_way = 0 if source == SHORT else calm.names.index("jobs.lease")  # which is the same for both
    for moment in range(same_way + 1, calm.awaits + 1):
        try:
            world = await live(frozenset({moment}), source=source)
        except (Crash, AssertionError) as error:
            raise AssertionError(f"crash at await {moment}") from error
        assert world.fate.awaits > moment


@pytest.mark.parametrize("chaos", range(6))
async def test_crashes_with_duplicated_and_reordered_messages(chaos: int) -> None:
    source = (SHORT, LONG)[chaos % 2]
    awaits = (await live(chaos=chaos, source=source)).fate.awaits
    for moment in range(1 + chaos, awaits + 1, 6):
        again = moment + 1 + (moment * 7 + chaos) % awaits  # and once more after the restart
        try:
            await live(frozenset({moment, again}), chaos=chaos, source=source)
        except (Crash, AssertionError) as error:
            raise AssertionError(f"crashes at awaits {moment} and {again}, chaos {chaos}") from error
