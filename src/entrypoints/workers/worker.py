"""A worker: all loops of one process, kept running through the engines' bad times, and drained on shutdown."""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable

import structlog

from entrypoints.settings import Settings
from entrypoints.wiring.platform import Platform
from entrypoints.workers.consumer import EventConsumer
from entrypoints.workers.relay import Relay
from entrypoints.workers.runner import JobRunner
from entrypoints.workers.scheduler import Scheduler, periodic_tasks
from entrypoints.workers.subscriptions import job_handlers, subscriptions
from streamcore.shared.errors import Unavailable
from streamcore.shared.jobs import JobClass

log = structlog.get_logger()

MAX_BACKOFF = 5.0

Loop = Callable[[], Awaitable[None]]


def make_relay(platform: Platform, wake: asyncio.Event) -> Relay:
    ports = platform.ports
    return Relay(ports.outbox, ports.jobs, ports.queue, ports.clock, wake=wake)


class Worker:
    """Consumes events and runs jobs until told to stop.

    ``loops`` may be run apart or inside the API process; `stop` lets event handlers finish within the drain time and
    gives running jobs back at once, so that another worker goes on with them.
    """

    def __init__(self, platform: Platform, settings: Settings) -> None:
        ports = platform.ports
        self.name = f"{socket.gethostname()}:{os.getpid()}:{ports.random.token(4)}"
        self._drain_seconds = settings.drain_seconds
        events = EventConsumer(
            ports.queue,
            subscriptions(platform),
            ports.random,
            concurrency=settings.worker_events,
            drain_seconds=settings.drain_seconds,
        )
        handlers = job_handlers(platform)
        self._loops: list[tuple[str, Loop]] = [
            ("events", events.run),
            ("scheduler", Scheduler(periodic_tasks(platform, settings), ports.random).run),
        ]
        self._runners: list[JobRunner] = []
        for job_class in JobClass if settings.worker_jobs else ():
            runner = JobRunner(
                queue=ports.queue,
                jobs=ports.jobs,
                handlers=handlers,
                job_class=job_class,
                worker=self.name,
                clock=ports.clock,
                random=ports.random,
                lease=settings.job_lease,
                concurrency=settings.worker_jobs,
            )
            self._runners.append(runner)
            self._loops.append((f"jobs-{job_class}", runner.run))
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        log.info("worker_started", worker=self.name)
        self._tasks = [asyncio.create_task(keep_running(name, loop), name=name) for name, loop in self._loops]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self._drain_seconds + 5)
        for runner in self._runners:
            await runner.give_back()  # its loop may have been between two tries, with jobs in hand
        log.info("worker_stopped", worker=self.name)


async def keep_running(name: str, loop: Loop) -> None:
    """Run a loop until cancelled; where an engine is away or a bug ends it, begin again after a growing pause."""
    pause = 0.1
    while True:
        began = asyncio.get_running_loop().time()
        try:
            await loop()
        except* Unavailable as group:
            log.warning("loop_interrupted", loop=name, reason=str(group.exceptions[0]))
        except* Exception:
            log.exception("loop_broke", loop=name)
        if asyncio.get_running_loop().time() - began > MAX_BACKOFF:
            pause = 0.1
        await asyncio.sleep(pause)
        pause = min(MAX_BACKOFF, pause * 2)
