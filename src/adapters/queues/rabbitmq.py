"""Queues in RabbitMQ (3.10 or later): quorum queues, which keep and count messages through the loss of a node."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiormq.abc import AbstractChannel, DeliveredMessage
from aiormq.exceptions import AMQPChannelError, PublishError
from pamqp.commands import Basic

from adapters.queues.rabbitmq_consumer import RabbitConsumer, to_the_end
from adapters.queues.rabbitmq_link import Link, Session
from adapters.queues.rabbitmq_messages import buried, dead_letter_of, message_of, properties_of
from streamcore.shared.queues import DEFAULT_DELIVERY_LIMIT, DeadLetter, Delivery, Message

Content = tuple[bytes, Basic.Properties]

_AT_ONCE = 200
"""How many messages are published, or read from the dead, before their confirms are waited for."""


class RabbitQueue:
    """Queue ``name`` is the quorum queue ``namespace + name``; its dead letters are in the one that ends in ``.dead``.

    The broker counts deliveries, and buries a message that was delivered ``delivery_limit`` times; rejected ones are
    published to the dead-letter queue with their reason before they are acknowledged, so a crash in between leaves
    both. The limit belongs to a queue from its first declaration: with another one every use is a `Conflict` until
    the queue was deleted.

    Publishing and consuming have a connection each, since the broker stops reading from publishers when it runs out
    of memory or disk. Both are opened on first use and again after a loss. ``timeout`` (seconds) bounds every
    operation, for a large batch each of its portions; ``heartbeat`` is in seconds.
    """

    def __init__(
        self,
        url: str,
        *,
        namespace: str = "",
        delivery_limit: int = DEFAULT_DELIVERY_LIMIT,
        timeout: float = 10.0,
        heartbeat: int = 10,
        name: str = "streamcore",
    ) -> None:
        self._namespace = namespace
        self._limit = delivery_limit
        self._publishing = Link(url, name=f"{name} (publishing)", timeout=timeout, heartbeat=heartbeat)
        self._consuming = Link(url, name=f"{name} (consuming)", timeout=timeout, heartbeat=heartbeat)
        self._dead_lock = asyncio.Lock()  # looking at dead letters hides them from the other operations for a moment

    def _living(self, queue: str) -> str:
        return self._namespace + queue

    def _dead(self, queue: str) -> str:
        return f"{self._namespace}{queue}.dead"

    async def publish(self, queue: str, messages: Sequence[Message]) -> None:
        for start in range(0, len(messages), _AT_ONCE):
            portion = messages[start : start + _AT_ONCE]
            contents = [(message.body, properties_of(message)) for message in portion]
            async with self._publishing.operation():
                session = await self._declared(self._publishing, queue)
                await self._confirm(session, self._living(queue), contents)

    async def _confirm(self, session: Session, routing_key: str, contents: Sequence[Content]) -> None:
        """Publish all at once and wait for every confirm; the first failure is raised when all have an answer."""
        publishing = [
            session.publisher.basic_publish(body, routing_key=routing_key, properties=properties, mandatory=True)
            for body, properties in contents
        ]
        answers = await asyncio.gather(*publishing, return_exceptions=True)
        failures = [answer for answer in answers if isinstance(answer, BaseException)]
        if any(isinstance(failure, PublishError) for failure in failures):
            session.declared.clear()  # it came back: somebody has deleted the queue
        for failure in failures:
            raise failure

    @asynccontextmanager
    async def consume(
        self, queue: str, *, prefetch: int, limit: int | None = None
    ) -> AsyncIterator[AsyncIterator[Delivery]]:
        async with self._consuming.operation():
            session = await self._declared(self._consuming, queue)
            channel = await session.connection.channel(publisher_confirms=False)

        async def bury(message: Message, reason: str, attempts: int) -> None:
            await self._bury(queue, message, reason, attempts)

        consumer = RabbitConsumer(self._consuming, channel, self._living(queue), bury, prefetch)
        try:
            async with self._consuming.operation():
                try:
                    await consumer.start(limit)
                except AMQPChannelError:
                    session.declared.clear()
                    raise
            yield consumer
        finally:
            await to_the_end(consumer.leave())

    async def _bury(self, queue: str, message: Message, reason: str, attempts: int) -> None:
        async with self._publishing.operation():
            session = await self._declared(self._publishing, queue)
            properties = buried(message, reason=reason, attempts=attempts)
            await self._confirm(session, self._dead(queue), [(message.body, properties)])

    async def depth(self, queue: str) -> int:
        async with self._publishing.operation(), self._publishing.channel() as channel:
            return await self._declare(channel, queue)

    async def dead_letters(self, queue: str, *, limit: int) -> Sequence[DeadLetter]:
        async with self._dead_lock, self._publishing.operation():
            await self._declared(self._publishing, queue)
            async with self._publishing.channel() as channel:  # closing it puts back what it has read
                delivered = await self._read_dead(channel, queue, limit)
        return [dead_letter_of(letter, queue, self._limit) for letter in delivered]

    async def replay_dead_letters(self, queue: str, *, limit: int) -> int:
        moved = 0
        async with self._dead_lock:
            while moved < limit:
                portion = await self._replay_some(queue, min(_AT_ONCE, limit - moved))
                if not portion:
                    break
                moved += portion
        return moved

    async def _replay_some(self, queue: str, limit: int) -> int:
        async with self._publishing.operation():
            session = await self._declared(self._publishing, queue)
            async with self._publishing.channel() as channel:
                letters = await self._read_dead(channel, queue, limit)
                contents = [(letter.body, properties_of(message_of(letter))) for letter in letters]
                await self._confirm(session, self._living(queue), contents)
                if letters:
                    await channel.basic_ack(letters[-1].delivery_tag or 0, multiple=True)
        return len(letters)

    async def _read_dead(self, channel: AbstractChannel, queue: str, limit: int) -> list[DeliveredMessage]:
        letters: list[DeliveredMessage] = []
        while len(letters) < limit:
            letter = await channel.basic_get(self._dead(queue))
            if isinstance(letter.delivery, Basic.GetEmpty):
                break
            letters.append(letter)
        return letters

    async def purge_dead_letters(self, queue: str) -> int:
        async with self._dead_lock, self._publishing.operation():
            await self._declared(self._publishing, queue)
            async with self._publishing.channel() as channel:
                return (await channel.queue_purge(self._dead(queue))).message_count or 0

    async def ping(self) -> None:
        async with self._publishing.operation(), self._publishing.channel():
            return  # opening and closing a channel took the broker two answers

    async def close(self) -> None:
        await to_the_end(asyncio.gather(self._publishing.close(), self._consuming.close()))

    async def _declared(self, link: Link, queue: str) -> Session:
        session = await link.session()
        async with session.declaring:
            if queue not in session.declared:
                async with link.channel() as channel:
                    await self._declare(channel, queue)
                session.declared.add(queue)
        return session

    async def _declare(self, channel: AbstractChannel, queue: str) -> int:
        """Make sure of a queue and its dead-letter queue; how many messages wait in it."""
        await channel.queue_declare(self._dead(queue), durable=True, arguments={"x-queue-type": "quorum"})
        arguments: dict[str, Any] = {
            "x-queue-type": "quorum",
            "x-delivery-limit": self._limit - 1,  # the broker counts the returns
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": self._dead(queue),
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",  # which that strategy demands
        }
        answer = await channel.queue_declare(self._living(queue), durable=True, arguments=arguments)
        return answer.message_count or 0
