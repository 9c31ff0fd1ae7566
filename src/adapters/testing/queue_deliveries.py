"""The part of the queue's contract about messages: they arrive, once each, whole, and until they are ended."""

import asyncio
from collections import Counter

from adapters.testing.queue_observations import Observations, ids, ids_of, messages
from streamcore.shared.errors import Unavailable
from streamcore.shared.queues import Message, Queue


class DeliveryContract(Observations):
    """At least once, not twice when healthy, counted by the engine."""

    async def test_every_published_message_is_delivered_once(self, queue: Queue) -> None:
        sent = messages(1000)
        await queue.publish("numbers", sent[:700])
        got: list[Message] = []
        async with queue.consume("numbers", prefetch=50) as deliveries:
            await queue.publish("numbers", sent[700:])
            for _ in sent:
                delivery = await self.one(deliveries)
                assert delivery.attempt == 1
                got.append(delivery.message)
                await delivery.ack()
            await self.assert_nothing(deliveries)
        assert sorted(got, key=lambda message: message.id) == sorted(sent, key=lambda message: message.id)
        await self.assert_depth(queue, "numbers", 0)

    async def test_concurrent_publishers_lose_nothing(self, queue: Queue) -> None:
        batches = [messages(10, start=10 * number) for number in range(20)]
        await asyncio.gather(*[queue.publish("crowd", batch) for batch in batches])
        async with queue.consume("crowd", prefetch=200) as deliveries:
            taken = await self.take(deliveries, 200)
            assert ids(taken) == sorted(message.id for batch in batches for message in batch)
            await asyncio.gather(*[delivery.ack() for delivery in taken])
        await self.assert_empty(queue, "crowd")

    async def test_what_arrives_is_what_was_sent(self, queue: Queue) -> None:
        sent = [
            Message("empty", b""),
            Message("large", bytes(range(256)) * 800),
            Message("binary", b"\x00\xff\xfe\r\n\x00"),
            Message("größe/№ 1 #?&%", b"{}", {"stadt": "Zürich", "名前": "日本語", "": "", "quote": "\"'\\"}),
            Message("odd headers", b"{}", {"x-death": "a", "x-delivery-count": "7", "reason": "b", "id": "c"}),
            Message("long header", b"{}", {"trace": "t" * 5000}),
        ]
        await queue.publish("shapes", sent)
        async with queue.consume("shapes", prefetch=10) as deliveries:
            taken = await self.take(deliveries, len(sent))
            got = {delivery.message.id: delivery.message for delivery in taken}
            assert got == {message.id: message for message in sent}
            for delivery in taken:
                await delivery.ack()

    async def test_publishing_nothing_does_nothing(self, queue: Queue) -> None:
        await queue.publish("none", [])
        assert await queue.depth("none") == 0
        await self.assert_empty(queue, "none")

    async def test_a_message_published_later_wakes_the_waiting_consumer(self, queue: Queue) -> None:
        async with queue.consume("later", prefetch=1) as deliveries:
            waiting = asyncio.create_task(self.one(deliveries))
            await asyncio.sleep(self.quiet)
            assert not waiting.done()
            await queue.publish("later", messages(1))
            await (await waiting).ack()

    async def test_two_queues_are_separate(self, queue: Queue) -> None:
        await queue.publish("jobs", [Message("a", b"1")])
        await queue.publish("jobs-bulk", [Message("b", b"2")])
        async with queue.consume("jobs", prefetch=5) as jobs, queue.consume("jobs-bulk", prefetch=5) as bulk:
            first, second = await self.one(jobs), await self.one(bulk)
            assert (first.message.id, second.message.id) == ("a", "b")
            await first.ack()
            await second.reject("no")
            await self.assert_nothing(jobs)
        assert await queue.dead_letters("jobs", limit=5) == []

    async def test_a_held_message_goes_to_nobody_else(self, queue: Queue) -> None:
        await queue.publish("held", messages(1))
        async with queue.consume("held", prefetch=5) as mine, queue.consume("held", prefetch=5) as other:
            both = [asyncio.ensure_future(anext(mine)), asyncio.ensure_future(anext(other))]
            done, waiting = await asyncio.wait(both, timeout=self.patience, return_when=asyncio.FIRST_COMPLETED)
            assert len(done) == 1
            await asyncio.sleep(self.quiet)
            assert not next(iter(waiting)).done()
            await self.cancel(*waiting)
            await done.pop().result().ack()
        await self.assert_empty(queue, "held")

    async def test_competing_consumers_share_without_duplicates(self, queue: Queue) -> None:
        await queue.publish("shared", messages(10))
        async with queue.consume("shared", prefetch=5) as mine, queue.consume("shared", prefetch=5) as other:
            halves = await asyncio.gather(self.take(mine, 5), self.take(other, 5))
            taken = halves[0] + halves[1]
            assert ids(taken) == ids_of(10)
            for delivery in taken:
                await delivery.ack()
            await self.assert_nothing(mine)
            await self.assert_nothing(other)

    async def test_busy_consumers_handle_everything_once(self, queue: Queue) -> None:
        await queue.publish("busy", messages(200))
        handled: Counter[str] = Counter()

        async def count() -> int:
            return len(handled)

        async def work() -> None:
            async with queue.consume("busy", prefetch=3) as deliveries:
                async for delivery in deliveries:
                    handled[delivery.message.id] += 1
                    await asyncio.sleep(0)
                    await delivery.ack()

        workers = [asyncio.create_task(work()) for _ in range(4)]
        try:
            await self.eventually(count, 200)
            await asyncio.sleep(self.quiet)
        finally:
            await self.cancel(*workers)
        assert set(handled.values()) == {1}

    async def test_an_acknowledged_message_never_comes_again(self, queue: Queue) -> None:
        await queue.publish("done", messages(3))
        async with queue.consume("done", prefetch=3) as deliveries:
            for delivery in await self.take(deliveries, 3):
                await delivery.ack()
        await self.assert_empty(queue, "done")
        assert await queue.dead_letters("done", limit=5) == []

    async def test_retry_delivers_again_and_counts(self, queue: Queue) -> None:
        sent = Message("again", b"body", {"k": "ü"})
        await queue.publish("again", [sent])
        async with queue.consume("again", prefetch=1) as deliveries:
            for attempt in range(1, self.delivery_limit):
                delivery = await self.one(deliveries)
                assert (delivery.message, delivery.attempt) == (sent, attempt)
                await delivery.retry()
            last = await self.one(deliveries)
            assert (last.message, last.attempt) == (sent, self.delivery_limit)
            await last.ack()
            await self.assert_nothing(deliveries)
        assert await queue.dead_letters("again", limit=5) == []

    async def test_a_message_that_is_retried_does_not_stop_the_others(self, queue: Queue) -> None:
        await queue.publish("mixed", [Message("poison", b""), *messages(5)])
        good: set[str] = set()
        async with queue.consume("mixed", prefetch=1) as deliveries:
            while len(good) < 5:
                delivery = await self.one(deliveries)
                if delivery.message.id == "poison":
                    await delivery.retry()
                else:
                    good.add(delivery.message.id)
                    await delivery.ack()

    async def test_depth_counts_what_waits(self, queue: Queue) -> None:
        await queue.publish("deep", messages(5))
        await self.assert_depth(queue, "deep", 5)
        async with queue.consume("deep", prefetch=2) as deliveries:
            taken = await self.take(deliveries, 2)
            await self.assert_depth(queue, "deep", 3)
            await taken[0].ack()
        await self.assert_depth(queue, "deep", 4)

    async def test_the_engine_answers_a_ping(self, queue: Queue) -> None:
        await queue.ping()

    async def test_closing_twice_is_harmless_and_final(self, queue: Queue) -> None:
        await queue.publish("closing", messages(1))
        await queue.close()
        await queue.close()
        try:
            await queue.publish("closing", messages(1))
        except Unavailable:
            return
        raise AssertionError("a closed queue has taken a message")
