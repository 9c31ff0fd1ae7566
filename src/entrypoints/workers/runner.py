"""From the queue to the jobs' handlers, under leases."""

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

import orjson
import structlog

from entrypoints.workers.subscriptions import JobHandler
from streamcore.shared.clock import Clock, Random
from streamcore.shared.errors import LeaseLost, Retryable, Unavailable
from streamcore.shared.ids import JobId
from streamcore.shared.jobs import HANDLER_FAILURE_LIMIT, JobClass, Jobs, Lease
from streamcore.shared.queues import Delivery, Queue

log = structlog.get_logger()

FIRST_BACKOFF = 1.0
MAX_BACKOFF = 30.0
BACKOFF_FACTOR = 30.0
"""From 1 to 30 s within the few attempts that there are: an engine that restarts must not use them up."""
UNKNOWN_KIND_DELAY = timedelta(seconds=30)
"""How long a job rests that its worker does not know: while releases roll out, a newer worker may be the next."""


class _UnknownKind(Exception):
    """This worker has no handler for the job."""


@dataclass(slots=True)
class Run:
    """A job in hand: what its handler tells of it, and when it last spoke (monotonic seconds)."""

    lease: Lease
    percent: float = 0.0
    stage: str = "started"
    spoke_at: float = field(default_factory=time.monotonic)
    lost: bool = False

    async def progress(self, percent: float, stage: str) -> None:
        if self.lost:
            raise LeaseLost
        self.percent = min(100.0, max(self.percent, percent))
        self.stage = stage
        self.spoke_at = time.monotonic()


@dataclass(slots=True)
class JobRunner:
    """Takes jobs of one class, runs their handlers, and keeps their leases alive meanwhile.

    The message is acknowledged as soon as the lease is taken: from then on the row carries the work. A worker that dies
    lets its lease expire; the reaper queues the job again.
    """

    queue: Queue
    jobs: Jobs
    handlers: Mapping[str, JobHandler]
    job_class: JobClass
    worker: str
    clock: Clock
    random: Random
    lease: timedelta
    concurrency: int = 1
    silence_limit: float = 300.0
    lease_beat: float = 1.0
    """Seconds between two looks at a running job; its lease is renewed where there is news or a third of it is over."""

    _in_hand: set[asyncio.Task[None]] = field(default_factory=set)
    _room: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Until cancelled: jobs in hand are then given back. An outage of the queue does not touch them."""
        try:
            while True:
                await self._wait_for_room()
                # Ask for one message at a time: one that waited here behind a long job would keep others idle.
                async with self.queue.consume(self.job_class.queue, prefetch=1, limit=1) as deliveries:
                    async for delivery in deliveries:
                        lease = await self.take(delivery)
                        if lease is not None:
                            self._start(lease)
        except asyncio.CancelledError:
            await self.give_back()
            raise

    async def _wait_for_room(self) -> None:
        while len(self._in_hand) >= self.concurrency:
            self._room.clear()
            await self._room.wait()

    def _start(self, lease: Lease) -> None:
        task = asyncio.create_task(self.work(lease), name=f"job-{lease.job_id}")
        self._in_hand.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._in_hand.discard(task)
        self._room.set()

    async def give_back(self) -> None:
        """End the jobs in hand uncounted, for another worker to go on with."""
        tasks = tuple(self._in_hand)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def take(self, delivery: Delivery) -> Lease | None:
        """The lease that a message points to, or None if it is not to be had; the message is ended either way."""
        try:
            job_id = JobId(orjson.loads(delivery.message.body)["job_id"])
        except (ValueError, KeyError, TypeError):
            await delivery.reject("this is no pointer to a job")
            return None
        lease = await self.jobs.lease(job_id, worker=self.worker, now=self.clock.now(), ttl=self.lease)
        with suppress(Unavailable):  # the row carries the work now: a message that comes again finds it taken
            await delivery.ack()
        return lease

    async def work(self, lease: Lease) -> None:
        """Run the handler to its end; whatever that is, the job's row tells it."""
        run = Run(lease)
        logger = log.bind(job_id=lease.job_id, kind=lease.job.kind, token=lease.token)
        logger.info("job_started", attempts=lease.job.attempts, crashes=lease.job.crashes)
        started = time.monotonic()
        try:
            await self._handle(run)
        except asyncio.CancelledError:
            with suppress(LeaseLost, Retryable, Unavailable):
                await asyncio.shield(self.jobs.release(lease, now=self.clock.now()))
            logger.info("job_released")
            raise
        except LeaseLost:
            logger.warning("job_lease_lost")
        except _UnknownKind:
            logger.warning("job_kind_unknown")
            await self._pass_on(lease)
        except Exception as error:
            logger.warning("job_failed", exc_info=True)
            await self._failed(lease, error)
        else:
            logger.info("job_done", seconds=round(time.monotonic() - started, 3))

    async def _handle(self, run: Run) -> None:
        handler = self.handlers.get(run.lease.job.kind)
        if handler is None:
            raise _UnknownKind
        working = asyncio.ensure_future(handler(run))
        beating = asyncio.ensure_future(self._beat(run))
        try:
            await asyncio.wait({working, beating}, return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                working.cancel()
                await asyncio.wait({working})
                await beating  # says why the work had to end
            await working
        finally:
            for task in (working, beating):
                task.cancel()
            await asyncio.gather(working, beating, return_exceptions=True)

    async def _beat(self, run: Run) -> None:
        """Renew the lease and write progress; ends by `LeaseLost`, or `TimeoutError` when the handler falls silent."""
        ttl = self.lease.total_seconds()
        renewed = time.monotonic()
        told: tuple[float, str] = (run.percent, run.stage)
        while True:
            await asyncio.sleep(min(self.lease_beat, ttl / 10))
            now = time.monotonic()
            if now - run.spoke_at > self.silence_limit:
                raise TimeoutError(f"no progress for {self.silence_limit:.0f} s at {run.stage}")
            news = (run.percent, run.stage)
            if news == told and now - renewed < ttl / 3:
                continue
            try:
                await self.jobs.heartbeat(
                    run.lease, now=self.clock.now(), ttl=self.lease, progress=run.percent, stage=run.stage
                )
                renewed, told = now, news
            except LeaseLost:
                run.lost = True
                raise
            except (Retryable, Unavailable):
                if now - renewed > ttl:  # somebody else may hold it by now
                    run.lost = True
                    raise LeaseLost from None

    async def _pass_on(self, lease: Lease) -> None:
        """Leave the job, uncounted, to a worker that knows its kind; until one comes, its row says what is missing."""
        now = self.clock.now()
        reason = f"The worker {self.worker} knows no jobs of the kind {lease.job.kind}."
        with suppress(LeaseLost, Retryable, Unavailable):
            await self.jobs.release(lease, now=now, not_before=now + UNKNOWN_KIND_DELAY, reason=reason)

    async def _failed(self, lease: Lease, error: Exception) -> None:
        failures = lease.job.attempts + 1
        now = self.clock.now()
        ceiling = min(MAX_BACKOFF, FIRST_BACKOFF * BACKOFF_FACTOR ** (failures - 1))
        delay = self.random.uniform(ceiling / 2, ceiling)
        retry_at = now + timedelta(seconds=delay) if failures < HANDLER_FAILURE_LIMIT else None
        with suppress(LeaseLost, Retryable, Unavailable):  # where it cannot be told, the lease runs out
            await self.jobs.fail(lease, now=now, reason=f"{type(error).__name__}: {error}"[:500], retry_at=retry_at)
