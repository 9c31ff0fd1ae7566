"""One consumer of a RabbitMQ queue: a channel, the deliveries on it, and what becomes of them."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Any

from aiormq.abc import AbstractChannel, DeliveredMessage

from adapters.queues.rabbitmq_link import Link
from adapters.queues.rabbitmq_messages import attempt_of, message_of
from streamcore.shared.errors import DeadlineExceeded, StreamcoreError, Unavailable
from streamcore.shared.queues import Delivery, Message

_BURST, _SETTLING = 16, 0.1
"""Endings and seconds. Past 32 unanswered endings the broker keeps further ones in the channel for some milliseconds
and forgets them if the channel closes (seen on 3.10: half of 200); so a consumer that leaves after a burst waits."""

Bury = Callable[[Message, str, int], Awaitable[None]]
"""Make a dead letter of a message, for a reason, after so many attempts; return when it is durable."""


class RabbitDelivery:
    """Ended at most once; ended in vain where the broker has taken it back, for then it delivers it again."""

    def __init__(self, consumer: "RabbitConsumer", delivered: DeliveredMessage) -> None:
        self.message = message_of(delivered)
        self.attempt = attempt_of(delivered)
        self._consumer = consumer
        self._tag = delivered.delivery_tag or 0
        self._ended = False

    async def ack(self) -> None:
        if self._end():
            await self._consumer.settle(self._tag, requeue=False)

    async def retry(self) -> None:
        if self._end():
            await self._consumer.settle(self._tag, requeue=True)

    async def reject(self, reason: str) -> None:
        if self._ended or self._consumer.has_lost_all:
            return
        await self._consumer.bury(self.message, reason, self.attempt)
        await self.ack()

    def _end(self) -> bool:
        if self._ended or self._consumer.has_lost_all:
            return False
        self._ended = True
        return True


class RabbitConsumer:
    """The iterator over the deliveries on one channel.

    Without a limit the broker pushes up to ``prefetch`` ahead. With one, every message is asked for by a
    subscription of its own with a window of one, cancelled before the message is handed on, so that the broker never
    sends a message too many.
    """

    def __init__(self, link: Link, channel: AbstractChannel, queue: str, bury: Bury, prefetch: int) -> None:
        self.bury = bury
        self._link = link
        self._channel = channel
        self._queue = queue
        self._prefetch = prefetch
        self._to_take: int | None = None
        self._held = 0
        self._arrived: deque[DeliveredMessage] = deque()
        self._news = asyncio.Event()
        self._fetching: asyncio.Task[None] | None = None
        self._endings: deque[float] = deque(maxlen=_BURST)
        self._left = False
        self._lost = False

    async def start(self, limit: int | None) -> None:
        self._channel.closing.add_done_callback(self._lose)
        self._channel.on_consumer_cancel_callbacks.add(self._lose)
        self._to_take = limit
        window = self._prefetch if limit is None else 1
        await self._channel.basic_qos(prefetch_count=window)
        if limit is None:
            await self._channel.basic_consume(self._queue, self._arrive)

    @property
    def has_lost_all(self) -> bool:
        return self._left or self._lost or self._channel.is_closed

    async def _arrive(self, delivered: DeliveredMessage) -> None:
        self._arrived.append(delivered)
        self._news.set()

    def _lose(self, _: object) -> None:
        self._lost = True
        self._news.set()

    def __aiter__(self) -> AsyncIterator[Delivery]:
        return self

    async def __anext__(self) -> Delivery:
        while not self._left and self._to_take != 0:
            if self.has_lost_all:
                raise Unavailable("The connection to the queue was lost.")
            if self._arrived and not (self._fetching and not self._fetching.done()):
                return self._hand_out()
            if self._to_take is not None and self._fetching is None and self._held < self._prefetch:
                self._fetching = asyncio.create_task(self._fetch_one())
            self._news.clear()
            await self._news.wait()
        raise StopAsyncIteration

    def _hand_out(self) -> Delivery:
        self._held += 1
        self._fetching = None
        if self._to_take is not None:
            self._to_take -= 1
        return RabbitDelivery(self, self._arrived.popleft())

    async def _fetch_one(self) -> None:
        """One message into ``_arrived``; a task of its own, so that whoever waits may give up and come back."""
        arrived = asyncio.Event()

        async def arrive(delivered: DeliveredMessage) -> None:
            self._arrived.append(delivered)
            arrived.set()

        try:
            async with self._link.operation():
                answer = await self._channel.basic_consume(self._queue, arrive)
            await arrived.wait()
            async with self._link.operation():
                await self._channel.basic_cancel(answer.consumer_tag or "")
        except StreamcoreError:
            self._lose(None)
        finally:
            asyncio.get_running_loop().call_soon(self._news.set)  # when this task counts as done

    async def settle(self, tag: int, *, requeue: bool) -> None:
        self._held -= 1
        self._endings.append(asyncio.get_running_loop().time())
        self._news.set()
        try:
            async with self._link.operation():
                if requeue:
                    await self._channel.basic_nack(tag, requeue=True)
                else:
                    await self._channel.basic_ack(tag)
        except DeadlineExceeded:
            raise
        except Unavailable:
            return  # the broker has taken it back

    async def leave(self) -> None:
        """Close the channel, upon which the broker takes back what was not ended; never raises for a lost one."""
        self._left = True
        self._news.set()
        if self._fetching is not None:
            self._fetching.cancel()
            await asyncio.wait({self._fetching})
        if len(self._endings) == _BURST and self._endings[0] > asyncio.get_running_loop().time() - _SETTLING:
            await asyncio.sleep(_SETTLING)
        try:
            async with self._link.operation():
                await self._channel.close()
        except Unavailable:
            return


async def to_the_end(work: Any) -> None:
    """Await it to its end whatever happens to the calling task; a cancellation is passed on afterwards."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait({task})
        if not task.cancelled():
            task.exception()  # it is the cancellation that the caller has to hear of
        raise
