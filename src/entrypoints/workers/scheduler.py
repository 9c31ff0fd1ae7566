"""What has to happen again and again; every task is safe beside itself in another process."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from entrypoints.settings import Settings
from entrypoints.wiring.platform import Platform
from streamcore.shared.clock import Clock, Random
from streamcore.shared.errors import StreamcoreError
from streamcore.shared.idempotency import KEPT_FOR
from streamcore.shared.ids import VideoId
from streamcore.shared.jobs import JobState
from streamcore.videos.models.upload import ABANDONED_AFTER

log = structlog.get_logger()

BATCH = 100
SENT_KEPT_FOR = timedelta(days=7)
JOBS_KEPT_FOR = timedelta(days=30)
SESSIONS_KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Periodic:
    name: str
    every: float
    task: Callable[[], Awaitable[object]]


@dataclass(slots=True)
class Scheduler:
    """Runs periodic tasks, each in its own rhythm (seconds, ± 10 %), whatever happens to the others."""

    tasks: Sequence[Periodic]
    random: Random

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            for task in self.tasks:
                group.create_task(self._repeat(task))

    async def _repeat(self, periodic: Periodic) -> None:
        while True:
            try:
                await periodic.task()
            except StreamcoreError as error:
                log.warning("periodic_task_failed", task=periodic.name, code=error.code, reason=error.message)
            except Exception:
                log.exception("periodic_task_failed", task=periodic.name)
            await asyncio.sleep(periodic.every * self.random.uniform(0.9, 1.1))


def periodic_tasks(platform: Platform, settings: Settings) -> Sequence[Periodic]:
    """All of them."""
    ports, videos, clock = platform.ports, platform.videos, platform.ports.clock

    async def purge() -> None:
        await ports.outbox.purge_sent(before=clock.now() - SENT_KEPT_FOR)
        await ports.idempotency_answers.purge(before=clock.now() - KEPT_FOR)
        await ports.jobs.purge(state=JobState.DONE, before=clock.now() - JOBS_KEPT_FOR)
        await ports.session_care.purge(before=clock.now() - SESSIONS_KEPT_FOR)

    async def reap() -> None:
        for row in await ports.jobs.reap(now=clock.now()):
            log.warning("job_lease_expired", job_id=row.id, kind=row.kind, crashes=row.crashes, state=row.state)

    async def publish_due() -> None:
        await _each(videos.publish_due, await ports.video_care.due_to_publish(clock.now(), limit=BATCH))

    async def abandon() -> None:
        expired = await ports.video_care.abandoned(clock.now() - ABANDONED_AFTER, limit=BATCH)
        await _each(videos.abandon_upload, expired)

    async def sweep() -> None:
        swept = await videos.sweep_storage(grace=timedelta(seconds=settings.sweep_grace_seconds))
        log.info("storage_swept", objects=swept.objects, bytes=swept.bytes, unfinished=swept.unfinished)

    lease, sweep_every = settings.job_lease_seconds, settings.sweep_interval_seconds
    return [
        Periodic("reap_leases", min(5.0, lease / 3), reap),
        Periodic("publish_due", 1.0, publish_due),
        Periodic("fold_counters", 2.0, lambda: ports.counter_totals.fold(limit=5000)),
        Periodic("abandon_uploads", 300.0, abandon),
        Periodic("purge_old_rows", 900.0, purge),
        Periodic("sweep_storage", sweep_every, _later(sweep_every, sweep, clock)),
    ]


async def _each(use_case: Callable[[VideoId], Awaitable[None]], video_ids: Sequence[VideoId]) -> None:
    for video_id in video_ids:
        try:
            await use_case(video_id)
        except Exception:  # one video that cannot be handled must not hold up the others
            log.exception("video_not_handled", video_id=video_id)


def _later(seconds: float, task: Callable[[], Awaitable[None]], clock: Clock) -> Callable[[], Awaitable[None]]:
    """``task``, but not within the first ``seconds``: a start must not be burdened with a sweep."""
    first: list[datetime] = []

    async def run() -> None:
        if not first:
            first.append(clock.now() + timedelta(seconds=seconds * 0.8))
        if clock.now() >= first[0]:
            await task()

    return run
