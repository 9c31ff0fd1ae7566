"""What the memory queue can do beyond the contract: go wrong on purpose."""

import asyncio
import random
from collections import Counter
from datetime import UTC, datetime

import pytest

from adapters.memory.queue import MemoryQueue
from adapters.testing.queue_observations import messages


class Seeded:
    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def uniform(self, low: float, high: float) -> float:
        return self._random.uniform(low, high)

    def token(self, size: int) -> str:
        return self._random.randbytes(size).hex()


class Stopped:
    def now(self) -> datetime:
        return datetime(2026, 1, 2, tzinfo=UTC)


async def order_of(queue: MemoryQueue) -> list[str]:
    """The ids of 100 published messages as they are delivered and acknowledged."""
    await queue.publish("q", messages(100))
    got = []
    async with queue.consume("q", prefetch=3) as deliveries:
        while await queue.depth("q"):
            delivery = await anext(deliveries)
            got.append(delivery.message.id)
            await delivery.ack()
    return got


async def test_without_chaos_messages_come_in_order() -> None:
    assert await order_of(MemoryQueue()) == [message.id for message in messages(100)]


async def test_chaos_reorders_and_duplicates_and_loses_nothing() -> None:
    got = await order_of(MemoryQueue(chaos=Seeded(1)))
    assert set(got) == {message.id for message in messages(100)}
    assert list(dict.fromkeys(got)) != [message.id for message in messages(100)]
    assert 0 < sum(count > 1 for count in Counter(got).values()) < 30


async def test_the_same_chaos_can_be_had_again() -> None:
    assert await order_of(MemoryQueue(chaos=Seeded(2))) == await order_of(MemoryQueue(chaos=Seeded(2)))
    assert await order_of(MemoryQueue(chaos=Seeded(2))) != await order_of(MemoryQueue(chaos=Seeded(3)))


async def test_death_is_dated_by_the_clock() -> None:
    queue = MemoryQueue(clock=Stopped(), delivery_limit=1)
    await queue.publish("q", messages(1))
    async with queue.consume("q", prefetch=1) as deliveries:
        await (await anext(deliveries)).retry()
    [letter] = await queue.dead_letters("q", limit=1)
    assert letter.died_at == Stopped().now()


async def test_a_simulation_may_stop_any_operation_before_its_effect() -> None:
    passed: list[str] = []
    crash_at = ""

    async def checkpoint(operation: str) -> None:
        passed.append(operation)
        await asyncio.sleep(0)
        if operation == crash_at:
            raise ConnectionError(operation)

    queue = MemoryQueue(checkpoint=checkpoint)
    crash_at = "queue.publish"
    with pytest.raises(ConnectionError):
        await queue.publish("q", messages(1))
    assert await queue.depth("q") == 0

    crash_at = "queue.ack"
    await queue.publish("r", messages(1))
    async with queue.consume("r", prefetch=1) as deliveries:
        with pytest.raises(ConnectionError):
            await (await anext(deliveries)).ack()
    crash_at = ""
    async with queue.consume("r", prefetch=1) as deliveries:
        again = await anext(deliveries)
        assert again.attempt == 2
        await again.retry()
        await (await anext(deliveries)).reject("no")
    await queue.dead_letters("r", limit=1)
    await queue.replay_dead_letters("r", limit=1)
    await queue.purge_dead_letters("r")
    await queue.ping()
    assert set(passed) == {
        f"queue.{name}"
        for name in (
            "publish", "consume", "ack", "retry", "reject", "depth", "dead_letters", "replay_dead_letters",
            "purge_dead_letters", "ping",
        )
    }  # fmt: skip
