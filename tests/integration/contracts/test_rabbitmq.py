import asyncio
import os
import signal
import sys
import time
import uuid
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import aiormq
import pytest
from aiormq.abc import AbstractChannel
from yarl import URL

from adapters.queues.rabbitmq import RabbitQueue
from adapters.testing.cache import eventually
from adapters.testing.queue import QueueContract
from adapters.testing.queue_observations import ids, messages
from streamcore.shared.errors import Conflict, DeadlineExceeded, Unavailable
from streamcore.shared.queues import Delivery, Queue
from tests.integration.proxy import Mode, Proxy

BROKER = os.environ.get("STREAMCORE_TEST_AMQP_URL", "amqp://guest:guest@127.0.0.1:5672/")


class TidyQueue(RabbitQueue):
    """Under a prefix of its own; deletes every queue that it has declared."""

    def __init__(self, url: str = BROKER, *, namespace: str | None = None, timeout: float = 10, **more: Any) -> None:
        self.prefix = namespace or f"test-{uuid.uuid4().hex}-"
        self._names: set[str] = set()
        super().__init__(url, namespace=self.prefix, timeout=timeout, **more)

    async def _declare(self, channel: AbstractChannel, queue: str) -> int:
        self._names |= {queue, f"{queue}.dead"}
        return await super()._declare(channel, queue)

    async def delete(self, *queues: str) -> None:
        """Delete queues behind the adapter's back."""
        async with aiormq.connect(BROKER) as connection:
            channel = await connection.channel()
            for queue in queues:
                await channel.queue_delete(self.prefix + queue)

    async def close_and_delete(self) -> None:
        await self.close()
        await self.delete(*self._names)


class TestRabbitQueue(QueueContract):
    @pytest.fixture
    async def queue(self) -> AsyncIterator[Queue]:
        queue = TidyQueue(delivery_limit=self.delivery_limit)
        yield queue
        await queue.close_and_delete()


@pytest.fixture
async def proxy() -> AsyncIterator[Proxy]:
    broker = URL(BROKER)
    async with Proxy(broker.host or "127.0.0.1", broker.port or 5672) as proxy:
        yield proxy


@pytest.fixture
async def queue(proxy: Proxy) -> AsyncIterator[TidyQueue]:
    """Behind the proxy, and in a hurry."""
    queue = TidyQueue(through(proxy), timeout=1.0, heartbeat=1, delivery_limit=5)
    yield queue
    proxy.mode = Mode.FORWARD
    await queue.close_and_delete()


@pytest.fixture
async def patient(proxy: Proxy) -> AsyncIterator[TidyQueue]:
    """Behind the proxy, with the adapter's own patience."""
    queue = TidyQueue(through(proxy))
    yield queue
    await queue.close_and_delete()


def through(proxy: Proxy) -> str:
    return str(URL(BROKER).with_host("127.0.0.1").with_port(proxy.port))


async def is_empty(queue: Queue) -> bool:
    return await queue.depth("q") == 0


async def next_of(deliveries: AsyncIterator[Delivery]) -> Delivery:
    return await asyncio.wait_for(anext(deliveries), 15)


async def assert_redelivered(queue: Queue, attempt: int) -> None:
    async with queue.consume("q", prefetch=1) as deliveries:
        again = await next_of(deliveries)
        assert (again.message.id, again.attempt) == ("m0", attempt)
        await again.ack()


async def test_a_lost_connection_ends_the_iterator_and_consuming_goes_on_anew(queue: TidyQueue, proxy: Proxy) -> None:
    await queue.publish("q", messages(1))
    async with queue.consume("q", prefetch=1) as deliveries:
        delivery = await next_of(deliveries)
        waiting = asyncio.ensure_future(next_of(deliveries))
        await asyncio.sleep(0.1)
        proxy.reset()
        with pytest.raises(Unavailable):
            await waiting
        with pytest.raises(Unavailable):
            await next_of(deliveries)
        await delivery.ack()  # harmless, and in vain
        await delivery.reject("too late")
    await assert_redelivered(queue, attempt=2)
    assert await queue.dead_letters("q", limit=1) == []


async def test_a_limited_consumer_hears_of_the_loss_too(queue: TidyQueue, proxy: Proxy) -> None:
    async with queue.consume("q", prefetch=1, limit=1) as deliveries:
        waiting = asyncio.ensure_future(next_of(deliveries))
        await asyncio.sleep(0.2)
        proxy.reset()
        with pytest.raises(Unavailable):
            await waiting


async def test_nothing_works_in_an_outage_and_everything_after_it(queue: TidyQueue, proxy: Proxy) -> None:
    await queue.publish("q", messages(1))
    proxy.mode = Mode.REFUSE
    proxy.reset()
    for attempt in (
        queue.publish("q", messages(1)),
        queue.depth("q"),
        queue.dead_letters("q", limit=1),
        queue.replay_dead_letters("q", limit=1),
        queue.purge_dead_letters("q"),
        queue.ping(),
        queue.consume("q", prefetch=1).__aenter__(),
    ):
        with pytest.raises(Unavailable):
            await attempt
    proxy.mode = Mode.FORWARD
    await queue.ping()
    await queue.publish("q", messages(1, start=1))
    async with queue.consume("q", prefetch=5) as deliveries:
        both = [await next_of(deliveries), await next_of(deliveries)]
        assert ids(both) == ["m0", "m1"]
        for delivery in both:
            await delivery.ack()


@pytest.mark.parametrize("mode", [Mode.BLACKHOLE, Mode.HALF_OPEN])
async def test_a_silent_broker_costs_no_more_than_the_timeout(queue: TidyQueue, proxy: Proxy, mode: Mode) -> None:
    await queue.publish("q", [])
    await queue.publish("q", messages(1))
    proxy.mode = mode
    started = time.monotonic()
    outcomes = await asyncio.gather(*[queue.publish("q", messages(20)) for _ in range(10)], return_exceptions=True)
    assert [type(outcome) for outcome in outcomes if not isinstance(outcome, Unavailable)] == []
    assert any(isinstance(outcome, DeadlineExceeded) for outcome in outcomes)
    with pytest.raises(Unavailable):
        await queue.ping()
    assert time.monotonic() - started < 4
    proxy.mode = Mode.FORWARD
    await queue.publish("q", messages(1, start=50))


async def test_a_large_batch_meets_a_silent_broker(queue: TidyQueue, proxy: Proxy) -> None:
    """More than the socket's buffers hold, so that the client cannot even write."""
    await queue.publish("q", messages(1))
    proxy.mode = Mode.BLACKHOLE
    large = [message.__class__(message.id, bytes(1_000_000)) for message in messages(40)]
    with pytest.raises(DeadlineExceeded):
        await asyncio.wait_for(queue.publish("q", large), 5)


async def test_a_waiting_consumer_notices_a_vanished_broker_by_its_heartbeat(queue: TidyQueue, proxy: Proxy) -> None:
    async with queue.consume("q", prefetch=1) as deliveries:
        proxy.mode = Mode.HALF_OPEN
        with pytest.raises(Unavailable):
            await next_of(deliveries)


async def test_leaving_and_closing_in_a_blackhole_end_in_time(queue: TidyQueue, proxy: Proxy) -> None:
    await queue.publish("q", messages(1))
    started = time.monotonic()
    async with queue.consume("q", prefetch=1) as deliveries:
        await next_of(deliveries)
        proxy.mode = Mode.BLACKHOLE
    await queue.close()
    assert time.monotonic() - started < 6


async def test_a_slow_line_is_no_failure(patient: TidyQueue, proxy: Proxy) -> None:
    proxy.latency = 0.01
    await patient.publish("q", messages(100))
    async with patient.consume("q", prefetch=100) as deliveries:
        for _ in range(100):
            await (await next_of(deliveries)).ack()


async def test_a_cancelled_publication_leaves_the_queue_usable(queue: TidyQueue, proxy: Proxy) -> None:
    proxy.latency = 0.01
    for number in range(20):
        publishing = asyncio.create_task(queue.publish("q", messages(50)))
        await asyncio.sleep(number * 0.01)
        publishing.cancel()
        await asyncio.gather(publishing, return_exceptions=True)
    proxy.latency = 0
    await queue.publish("last", messages(1))
    assert await queue.dead_letters("last", limit=1) == []


async def test_endings_just_before_leaving_are_kept(patient: TidyQueue) -> None:
    for _ in range(5):
        await patient.publish("q", messages(200))
        async with patient.consume("q", prefetch=200) as deliveries:
            taken = [await next_of(deliveries) for _ in range(200)]
            await asyncio.gather(*[delivery.ack() for delivery in taken])
        await eventually(partial(is_empty, patient))  # one that is lost stays: it comes back and nobody takes it


async def test_closing_tells_those_who_wait(queue: TidyQueue) -> None:
    async with queue.consume("q", prefetch=1) as deliveries:
        waiting = asyncio.ensure_future(next_of(deliveries))
        await asyncio.sleep(0.1)
        await queue.close()
        with pytest.raises(Unavailable):
            await waiting


async def test_a_deleted_queue_ends_its_consumer_and_is_declared_anew(queue: TidyQueue) -> None:
    await queue.publish("q", messages(1))
    async with queue.consume("q", prefetch=1) as deliveries:
        await (await next_of(deliveries)).ack()
        await queue.delete("q")
        with pytest.raises(Unavailable):
            await next_of(deliveries)
    with pytest.raises(Unavailable):
        await queue.publish("q", messages(1))  # it came back as unroutable
    await queue.publish("q", messages(1))
    async with queue.consume("q", prefetch=1):
        await queue.delete("q")
    with pytest.raises(Unavailable):
        await queue.consume("q", prefetch=1).__aenter__()
    async with queue.consume("q", prefetch=1):
        pass


async def test_another_delivery_limit_is_a_conflict(queue: TidyQueue) -> None:
    await queue.publish("q", messages(1))
    other = RabbitQueue(BROKER, namespace=queue.prefix, delivery_limit=6)
    with pytest.raises(Conflict):
        await other.publish("q", messages(1))
    await other.close()


async def test_two_processes_share_one_queue(queue: TidyQueue) -> None:
    other = RabbitQueue(BROKER, namespace=queue.prefix, delivery_limit=5)
    await queue.publish("q", messages(10))
    async with queue.consume("q", prefetch=5) as mine, other.consume("q", prefetch=5) as theirs:
        taken = [await next_of(mine) for _ in range(5)] + [await next_of(theirs) for _ in range(5)]
        assert ids(taken) == ids_of_ten()
        for delivery in taken:
            await delivery.ack()
    await other.close()


def ids_of_ten() -> list[str]:
    return [message.id for message in messages(10)]


async def test_nobody_is_there() -> None:
    queue = RabbitQueue("amqp://guest:guest@127.0.0.1:1/", timeout=1.0)
    with pytest.raises(Unavailable):
        await queue.publish("q", messages(1))
    with pytest.raises(Unavailable):
        await queue.ping()
    await queue.close()


async def test_a_refused_password_is_no_surprise() -> None:
    queue = RabbitQueue(str(URL(BROKER).with_password("wrong")), timeout=5.0)
    with pytest.raises(Unavailable):
        await queue.ping()
    await queue.close()


_HOLDER = """
import asyncio, sys
from adapters.queues.rabbitmq import RabbitQueue

async def main():
    queue = RabbitQueue(sys.argv[1], namespace=sys.argv[2], delivery_limit=5)
    async with queue.consume("q", prefetch=1) as deliveries:
        delivery = await anext(deliveries)
        sys.stdout.write(f"{delivery.attempt}\\n")
        sys.stdout.flush()
        await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_what_a_killed_process_held_is_delivered_again(queue: TidyQueue) -> None:
    await queue.publish("q", messages(1))
    holder = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _HOLDER, BROKER, queue.prefix, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert holder.stdout is not None
        while b"connected" in (line := await asyncio.wait_for(holder.stdout.readline(), 20)):
            pass
        assert line == b"1\n"
    finally:
        holder.send_signal(signal.SIGKILL)
        await holder.wait()
    await assert_redelivered(queue, attempt=2)
