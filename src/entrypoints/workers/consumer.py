"""From the queue to the event handlers."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count

import orjson
import structlog

from entrypoints.workers.subscriptions import Handler
from streamcore.shared.clock import Random
from streamcore.shared.errors import Retryable, Unavailable
from streamcore.shared.events import Event, Recorded, decode
from streamcore.shared.ids import EventId
from streamcore.shared.queues import Delivery, Message, Queue, QueueName

log = structlog.get_logger()

FIRST_BACKOFF = 0.5
MAX_BACKOFF = 10.0
PATIENCE = 300.0


@dataclass(slots=True)
class EventConsumer:
    """Runs every handler of an event and acknowledges the message after their commits.

    A handler that fails makes the engine deliver the message again, and in the end a dead letter; the handlers that
    had succeeded know it by their claims.
    """

    queue: Queue
    subscriptions: Mapping[type[Event], Sequence[Handler]]
    random: Random
    concurrency: int = 16
    drain_seconds: float = 10.0

    async def run(self) -> None:
        """Until cancelled; the deliveries in hand may then still end within the drain time."""
        in_hand: set[asyncio.Task[None]] = set()
        async with self.queue.consume(QueueName.EVENTS, prefetch=self.concurrency) as deliveries:
            try:
                async for delivery in deliveries:
                    task = asyncio.create_task(self.handle(delivery))
                    in_hand.add(task)
                    task.add_done_callback(in_hand.discard)
            finally:
                await drain(in_hand, self.drain_seconds)

    async def handle(self, delivery: Delivery) -> None:
        """One delivery from decoding to its ending."""
        with suppress(Unavailable):  # the engine is away: it takes the delivery back by itself
            await self._handle(delivery)

    async def _handle(self, delivery: Delivery) -> None:
        recorded = read_event(delivery.message)
        if recorded is None:
            await self._again(delivery, "no version of this event is known here")
            return
        for handler in self.subscriptions.get(type(recorded.event), ()):
            try:
                await self._patiently(handler, recorded)
            except (Retryable, Unavailable) as error:
                await self._again(delivery, error.code)
                return
            except Exception as error:
                log.exception("event_handler_failed", event_name=recorded.event.name, event_id=recorded.id)
                await self._again(delivery, type(error).__name__)
                return
        await delivery.ack()

    async def _patiently(self, handler: Handler, recorded: Recorded) -> None:
        """Run a handler, waiting for an engine that is away: an outage must not use up the deliveries of a message."""
        give_up_at = time.monotonic() + PATIENCE
        for attempt in count():
            try:
                await handler(recorded)
                return
            except Unavailable:
                if time.monotonic() >= give_up_at:
                    raise
                await asyncio.sleep(self.random.uniform(0, min(MAX_BACKOFF, FIRST_BACKOFF * 2**attempt)))

    async def _again(self, delivery: Delivery, reason: str) -> None:
        log.warning("event_retried", message_id=delivery.message.id, attempt=delivery.attempt, reason=reason)
        ceiling = min(MAX_BACKOFF, FIRST_BACKOFF * 2 ** (delivery.attempt - 1))
        await asyncio.sleep(self.random.uniform(0, ceiling))
        await delivery.retry()


async def drain(tasks: set[asyncio.Task[None]], seconds: float) -> None:
    """Let the tasks end by themselves, then cancel those that have not."""
    if tasks:
        await asyncio.wait(tasks, timeout=seconds)
    for task in tuple(tasks):
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def read_event(message: Message) -> Recorded | None:
    """The event in a message, or None where this version cannot read it (a newer writer's)."""
    try:
        body = orjson.loads(message.body)
        event = decode(body["name"], body["data"])
    except (ValueError, KeyError, TypeError):
        log.exception("event_unreadable", message_id=message.id)
        return None
    return Recorded(EventId(message.id), event) if event else None
