"""The kernel's services on memory adapters: leases, retries, deaths, outages."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import structlog

from adapters.memory.queue import MemoryQueue
from adapters.memory.system import ManualClock
from entrypoints.container.memory import memory_ports
from entrypoints.embed import Embedded
from entrypoints.workers.consumer import EventConsumer
from entrypoints.workers.relay import Relay
from entrypoints.workers.runner import JobRunner
from streamcore.channels.models import NewChannel
from streamcore.identity.models import Registration
from streamcore.shared.access import Actor
from streamcore.shared.errors import LeaseLost, TransactionAborted, Unavailable
from streamcore.shared.events import Recorded
from streamcore.shared.ids import JobId, VideoId
from streamcore.shared.jobs import HANDLER_FAILURE_LIMIT, Job, JobClass, JobRun, JobState, Lease
from streamcore.shared.queues import QueueName
from streamcore.videos.models.details import VideoDetails
from streamcore.videos.models.status import VideoStatus
from streamcore.videos.use_cases.reserve_upload import AnnouncedFile

Handler = Callable[[JobRun], Awaitable[None]]
TTL = timedelta(seconds=30)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def app(clock: ManualClock) -> Embedded:
    return Embedded(memory_ports(clock=clock))


def runner(app: Embedded, handler: Handler, worker: str = "w1", **options: float) -> JobRunner:
    ports = app.ports
    return JobRunner(
        queue=ports.queue,
        jobs=ports.jobs,
        handlers={"test": handler},
        job_class=JobClass.INTERACTIVE,
        worker=worker,
        clock=ports.clock,
        random=ports.random,
        lease=TTL,
        **options,  # type: ignore[arg-type]  # numbers, all of them
    )


async def enqueue(app: Embedded) -> JobId:
    job_id = JobId(app.ports.ids.new())
    async with app.ports.begin() as uow:
        uow.enqueue(Job(job_id, "test", {}))
    return job_id


async def lease(app: Embedded, job_id: JobId) -> Lease:
    taken = await app.ports.jobs.lease(job_id, worker="w1", now=app.ports.clock.now(), ttl=TTL)
    assert taken is not None
    return taken


async def test_a_failure_is_tried_again_later_and_dies_at_the_limit(app: Embedded, clock: ManualClock) -> None:
    async def fails(run: JobRun) -> None:
        raise RuntimeError("out of luck")

    job_id = await enqueue(app)
    waits = []
    for _ in range(3):
        await runner(app, fails).work(await lease(app, job_id))
        row = await app.ports.jobs.get(job_id)
        waits.append((row.not_before - clock.now()).total_seconds())
        clock.advance(timedelta(seconds=31))
    assert 0.5 <= waits[0] <= 1
    assert 15 <= waits[1] <= 30
    assert row.state is JobState.DEAD
    assert row.reason == "RuntimeError: out of luck"


async def test_a_job_of_an_unknown_kind_waits_for_a_worker_that_knows_it(app: Embedded, clock: ManualClock) -> None:
    async def works(run: JobRun) -> None:
        async with app.ports.begin() as uow:
            await uow.complete(run.lease)

    job_id = await enqueue(app)
    old = replace(runner(app, works, "old"), handlers={})
    with structlog.testing.capture_logs() as logged:
        for _ in range(HANDLER_FAILURE_LIMIT + 1):
            await old.work(await lease(app, job_id))
            row = await app.ports.jobs.get(job_id)
            assert (row.state, row.attempts, row.crashes) == (JobState.QUEUED, 0, 0)
            assert row.not_before == clock.now() + timedelta(seconds=30)
            assert row.reason == "The worker old knows no jobs of the kind test."
            clock.advance(timedelta(seconds=30))
    warnings = [line for line in logged if line["log_level"] == "warning"]
    assert [(line["event"], line["kind"]) for line in warnings] == [("job_kind_unknown", "test")] * 4
    await runner(app, works, "new").work(await lease(app, job_id))
    assert (await app.ports.jobs.get(job_id)).state is JobState.DONE


async def test_work_under_a_lost_lease_is_stopped(app: Embedded, clock: ManualClock) -> None:
    stopped = asyncio.Event()

    async def works(run: JobRun) -> None:
        try:
            for percent in range(1000):
                await run.progress(percent / 10, "working")
                await asyncio.sleep(0.01)
        finally:
            stopped.set()

    job_id = await enqueue(app)
    mine = await lease(app, job_id)
    working = asyncio.create_task(runner(app, works, lease_beat=0.01).work(mine))
    await asyncio.sleep(0.02)
    clock.advance(TTL * 2)
    await app.ports.jobs.reap(now=clock.now())
    other = await lease(app, job_id)
    async with asyncio.timeout(5):
        await working
    assert stopped.is_set()
    row = await app.ports.jobs.get(job_id)
    assert (row.state, row.token, row.attempts, row.crashes) == (JobState.RUNNING, other.token, 0, 1)


async def test_silence_ends_the_work_and_counts(app: Embedded) -> None:
    async def silent(run: JobRun) -> None:
        await asyncio.sleep(60)

    job_id = await enqueue(app)
    async with asyncio.timeout(5):
        await runner(app, silent, silence_limit=0.03, lease_beat=0.01).work(await lease(app, job_id))
    row = await app.ports.jobs.get(job_id)
    assert (row.state, row.attempts) == (JobState.QUEUED, 1)
    assert row.reason is not None
    assert "no progress" in row.reason


async def test_a_shutdown_gives_jobs_back_uncounted(app: Embedded) -> None:
    began = asyncio.Event()

    async def works(run: JobRun) -> None:
        began.set()
        await asyncio.sleep(60)

    job_id = await enqueue(app)
    await Relay(app.ports.outbox, app.ports.jobs, app.ports.queue, app.ports.clock).once()
    running = asyncio.create_task(runner(app, works).run())
    await began.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    row = await app.ports.jobs.get(job_id)
    assert (row.state, row.attempts, row.crashes, row.worker) == (JobState.QUEUED, 0, 0, None)


async def test_progress_after_the_lease_is_lost_tells_the_handler(app: Embedded) -> None:
    from entrypoints.workers.runner import Run

    run = Run(await lease(app, await enqueue(app)))
    await run.progress(50, "half")
    await run.progress(20, "back")  # never backwards
    assert run.percent == 50
    run.lost = True
    with pytest.raises(LeaseLost):
        await run.progress(60, "more")


class Flaky:
    """An event handler that fails so many times."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.calls = 0

    async def __call__(self, recorded: Recorded) -> None:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)


@pytest.mark.parametrize(("error", "deliveries"), [(Unavailable(), 1), (TransactionAborted(), 2), (KeyError("x"), 2)])
async def test_an_outage_uses_up_no_delivery(app: Embedded, error: Exception, deliveries: int) -> None:
    from streamcore.identity.events import UserRegistered

    queue = MemoryQueue()
    await app.identity.register(Registration(email="a@example.org", username="ada", password="long enough"))
    await Relay(app.ports.outbox, app.ports.jobs, queue, app.ports.clock).once()
    handler, seen = Flaky(error), 0
    consumer = EventConsumer(queue, {UserRegistered: [handler]}, Soonest())
    while await queue.depth(QueueName.EVENTS):
        async with queue.consume(QueueName.EVENTS, prefetch=1, limit=1) as arriving:
            async for delivery in arriving:
                seen = delivery.attempt
                await consumer.handle(delivery)
    assert (handler.calls, seen) == (2, deliveries)


class Soonest:
    """Chance that always falls on the shortest wait."""

    def uniform(self, low: float, high: float) -> float:
        return low

    def token(self, size: int) -> str:
        return "t" * size


async def test_waiting_jobs_are_not_announced_over_and_over(app: Embedded, clock: ManualClock) -> None:
    for _ in range(5):
        await enqueue(app)
    relay = Relay(app.ports.outbox, app.ports.jobs, app.ports.queue, clock)
    for _ in range(60):
        await relay.once()
        clock.advance(timedelta(seconds=20))
    assert await app.ports.queue.depth(QueueName.JOBS_INTERACTIVE) == 5


async def test_a_lost_announcement_is_made_again(app: Embedded, clock: ManualClock) -> None:
    await enqueue(app)
    relay = Relay(app.ports.outbox, app.ports.jobs, MemoryQueue(), clock)  # a queue that is lost
    await relay.once()
    relay = Relay(app.ports.outbox, app.ports.jobs, app.ports.queue, clock)
    assert await relay.once() == 0
    clock.advance(timedelta(seconds=31))
    assert await relay.once() == 1


async def an_upload(app: Embedded) -> tuple[Actor, VideoId]:
    account = Registration(email="a@example.org", username="ada", password="long enough")
    user = (await app.identity.register(account)).user
    await app.channels.create(user.actor(), NewChannel(handle="ada", name="Ada"))
    actor = (await app.identity.get_user(user.actor(), user.id)).actor()
    file = AnnouncedFile("a.mp4", "video/mp4")
    video = await app.videos.reserve_upload(actor, file)
    source = await app.videos.receive_upload(video.id, file, chunks())
    await app.videos.accept_source(actor, video.id, source, VideoDetails(title="A title"))
    return actor, video.id


async def chunks() -> AsyncIterator[bytes]:
    yield b"a video"


class Broken:
    """A media processor that is out of order until it is mended."""

    def __init__(self, inner: object) -> None:
        self.inner = inner
        self.broken = True

    async def process(self, source: str, target: str, **wishes: object) -> object:
        if self.broken:
            raise RuntimeError("out of order")
        return await self.inner.process(source, target, **wishes)  # type: ignore[attr-defined]  # a processor

    async def close(self) -> None:
        """Nothing is open."""


async def test_a_dead_job_fails_its_video_and_either_way_back_works(clock: ManualClock) -> None:
    processor = Broken(memory_ports().processor)
    app = Embedded(memory_ports(clock=clock, processor=processor))
    processor.inner = type(processor.inner)(app.ports.store)  # type: ignore[call-arg]  # the memory processor
    actor, video_id = await an_upload(app)
    for _ in range(4):
        await app.settle()
        clock.advance(timedelta(seconds=31))
    status = await app.videos.status(actor, video_id)
    assert status.status is VideoStatus.FAILED
    assert status.failure is not None
    assert status.failure.code == "PROCESSING_FAILED"

    (dead,) = await app.ports.jobs.list(state=JobState.DEAD)
    await app.ports.jobs.replay(dead.id, now=clock.now())  # an operator ...
    await app.videos.retry(actor, video_id)  # ... and the owner at the same time
    processor.broken = False
    await app.settle()
    assert (await app.videos.status(actor, video_id)).status is VideoStatus.PUBLISHED
    assert {job.state for job in await app.ports.jobs.list()} == {JobState.DONE}
