"""From the outbox and the job table to the queue."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import orjson

from streamcore.shared.clock import Clock
from streamcore.shared.jobs import JobClass, JobPointer, Jobs
from streamcore.shared.outbox import Outbox, OutboxRow
from streamcore.shared.queues import Message, Queue, QueueName

BATCH = 500
CLAIM = timedelta(seconds=15)
REANNOUNCE = timedelta(seconds=30)


@dataclass(slots=True)
class Relay:
    """Publishes committed events and announces due jobs; any number of relays may run beside each other.

    An event is claimed for a while, published with confirmation, then marked as sent; a relay that dies in between
    makes a duplicate, never a loss. A job is announced again after half a minute in which nobody has taken it.
    """

    outbox: Outbox
    jobs: Jobs
    queue: Queue
    clock: Clock
    idle_seconds: float = 0.25
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Until cancelled; raises what the engines raise."""
        while True:
            self.wake.clear()
            if await self.once() == 0:
                await self._sleep()

    async def once(self) -> int:
        """One batch of each; how many messages were published."""
        return await self._events() + await self._jobs()

    async def _events(self) -> int:
        now = self.clock.now()
        rows = await self.outbox.claim(limit=BATCH, now=now, until=now + CLAIM)
        if rows:
            await self.queue.publish(QueueName.EVENTS, [event_message(row) for row in rows])
            await self.outbox.mark_sent([row.id for row in rows], now=self.clock.now())
        return len(rows)

    async def _jobs(self) -> int:
        now = self.clock.now()
        pointers = await self.jobs.due(now=now, limit=BATCH, redispatch_before=now - REANNOUNCE)
        for job_class in JobClass:
            messages = [job_message(pointer) for pointer in pointers if pointer.job_class is job_class]
            if messages:
                await self.queue.publish(job_class.queue, messages)
        return len(pointers)

    async def _sleep(self) -> None:
        try:
            async with asyncio.timeout(self.idle_seconds):
                await self.wake.wait()
        except TimeoutError:
            pass


def event_message(row: OutboxRow) -> Message:
    return Message(row.id, orjson.dumps({"name": row.name, "data": row.data}))


def job_message(pointer: JobPointer) -> Message:
    return Message(pointer.job_id, orjson.dumps({"job_id": pointer.job_id}))
