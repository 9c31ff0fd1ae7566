"""From the outbox and the job table to the queue."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import orjson

from streamcore.shared.clock import Clock
from streamcore.shared.jobs import JobClass, JobPointer, Jobs
from streamcore.shared.outbox import Outbox, OutboxRow
from streamcore.shared.queues import Message, Queue, QueueName

BATCH = 500
CLAIM = timedelta(seconds=15)
REANNOUNCE = timedelta(seconds=30)
REANNOUNCE_WHEN_BUSY = timedelta(hours=1)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Relay:
    """Publishes committed events and announces due jobs; any number of relays may run beside each other.

    An event is claimed for a while, published with confirmation, then marked as sent; a relay that dies in between
    makes a duplicate, never a loss. A job that nobody takes is announced again: after half a minute if nothing waits in
    the queues (so its message is lost), hourly otherwise (it may just wait its turn, and the queue must not grow).
    """

    outbox: Outbox
    jobs: Jobs
    queue: Queue
    clock: Clock
    idle_seconds: float = 0.25
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    _patience: timedelta = REANNOUNCE
    _look_at_depth_at: datetime = LONG_AGO

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
        if self._look_at_depth_at <= now:
            self._look_at_depth_at = now + REANNOUNCE / 3
            waiting = [await self.queue.depth(job_class.queue) for job_class in JobClass]
            self._patience = REANNOUNCE_WHEN_BUSY if any(waiting) else REANNOUNCE
        pointers = await self.jobs.due(now=now, limit=BATCH, redispatch_before=now - self._patience)
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
