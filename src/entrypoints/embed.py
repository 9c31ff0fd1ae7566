"""Where an embedder starts: the platform inside one's own program, with no server.

``in_memory()`` builds it on the memory adapters, for domain tests in milliseconds. ``build(settings)`` builds it on the
engines that the settings name. Both take adapters of one's own by the name of their port.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from entrypoints.logs import use_standard_logging
from entrypoints.settings import Settings
from entrypoints.wiring.platform import Platform
from entrypoints.wiring.ports import Ports
from entrypoints.workers.consumer import EventConsumer
from entrypoints.workers.relay import Relay
from entrypoints.workers.runner import JobRunner
from entrypoints.workers.subscriptions import job_handlers, subscriptions
from streamcore.shared.jobs import JobClass
from streamcore.shared.queues import QueueName


class Embedded(Platform):
    """A platform in one's own program: its rooms, its ports, and `settle` instead of a worker."""

    def __init__(self, ports: Ports) -> None:
        use_standard_logging()
        super().__init__(ports)

    async def settle(self) -> None:
        """Do all work that is due, schedules, events and jobs, until nothing is left to do.

        What is planned for later stays (a retry, a scheduled video): move the clock and settle again.
        """
        ports = self.ports
        relay = Relay(ports.outbox, ports.jobs, ports.queue, ports.clock)
        consumer = EventConsumer(ports.queue, subscriptions(self), ports.random)
        runners = {job_class.queue: self._runner(job_class) for job_class in JobClass}
        while due := await ports.video_care.due_to_publish(ports.clock.now(), limit=100):
            for video_id in due:
                await self.videos.publish_due(video_id)
        busy = True
        while busy:
            busy = await relay.once() > 0
            for name in QueueName:
                while depth := await ports.queue.depth(name):
                    busy = True
                    async with ports.queue.consume(name, prefetch=1, limit=depth) as deliveries:
                        async for delivery in deliveries:
                            if name is QueueName.EVENTS:
                                await consumer.handle(delivery)
                            elif lease := await runners[name].take(delivery):
                                await runners[name].work(lease)

    def _runner(self, job_class: JobClass) -> JobRunner:
        ports = self.ports
        return JobRunner(
            queue=ports.queue,
            jobs=ports.jobs,
            handlers=job_handlers(self),
            job_class=job_class,
            worker="embedded",
            clock=ports.clock,
            random=ports.random,
            lease=timedelta(minutes=1),
        )


def in_memory(**adapters: Any) -> Embedded:
    """The platform on memory adapters; each keyword replaces the adapter of the port of that name (see `Ports`)."""
    from entrypoints.container.memory import memory_ports

    return Embedded(memory_ports(**adapters))


@asynccontextmanager
async def build(settings: Settings | None = None, **adapters: Any) -> AsyncIterator[Embedded]:
    """The platform on the engines that the settings name, open within the context."""
    from entrypoints.container.system import open_system

    async with open_system(settings or Settings(), **adapters) as system:
        yield Embedded(system.platform.ports)
