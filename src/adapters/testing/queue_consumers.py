"""The part of the queue's contract about consumers: what they may hold, and what happens when they go."""

import asyncio

from adapters.testing.queue_observations import Observations, ids, ids_of, messages
from streamcore.shared.queues import Queue


class ConsumerContract(Observations):
    """No more than was asked for, and everything given back."""

    async def test_no_more_than_prefetch_are_out_at_once(self, queue: Queue) -> None:
        await queue.publish("window", messages(6))
        async with queue.consume("window", prefetch=2) as deliveries:
            first, second = await self.take(deliveries, 2)
            await self.assert_nothing(deliveries)
            await self.assert_depth(queue, "window", 4)
            await first.ack()
            third = await self.one(deliveries)
            await self.assert_nothing(deliveries)
            await second.reject("no")
            fourth = await self.one(deliveries)
            await third.retry()
            fifth = await self.one(deliveries)
            await self.assert_nothing(deliveries)
            for delivery in (fourth, fifth):
                await delivery.ack()

    async def test_a_limit_takes_that_many_and_ends(self, queue: Queue) -> None:
        await queue.publish("limited", messages(5))
        async with queue.consume("limited", prefetch=5, limit=2) as deliveries:
            two = await self.take(deliveries, 2)
            assert await asyncio.wait_for(anext(deliveries, None), self.patience) is None
            async with queue.consume("limited", prefetch=5) as others:
                three = await self.take(others, 3)
                assert ids([*two, *three]) == ids_of(5)
                assert {delivery.attempt for delivery in [*two, *three]} == {1}
                for delivery in [*two, *three]:
                    await delivery.ack()
                await self.assert_nothing(others)

    async def test_a_worker_that_asks_for_one_leaves_the_rest(self, queue: Queue) -> None:
        await queue.publish("single", messages(3))
        got = []
        for _ in range(3):
            async with queue.consume("single", prefetch=1, limit=1) as deliveries:
                delivery = await self.one(deliveries)
                assert delivery.attempt == 1
                got.append(await self.acknowledge(delivery))
                assert await asyncio.wait_for(anext(deliveries, None), self.patience) is None
        assert sorted(got) == ids_of(3)
        await self.assert_empty(queue, "single")

    async def test_a_limit_above_prefetch_waits_for_endings(self, queue: Queue) -> None:
        await queue.publish("both", messages(5))
        async with queue.consume("both", prefetch=1, limit=3) as deliveries:
            first = await self.one(deliveries)
            await self.assert_nothing(deliveries)
            await first.ack()
            await self.acknowledge(await self.one(deliveries))
            await self.acknowledge(await self.one(deliveries))
            assert await asyncio.wait_for(anext(deliveries, None), self.patience) is None
            await self.assert_depth(queue, "both", 2)

    async def test_leaving_gives_back_what_was_not_ended(self, queue: Queue) -> None:
        await queue.publish("left", messages(3))
        async with queue.consume("left", prefetch=3) as deliveries:
            taken = await self.take(deliveries, 3)
            await taken[0].ack()
        async with queue.consume("left", prefetch=3) as deliveries:
            again = await self.take(deliveries, 2)
            assert ids(again) == ids(taken[1:])
            assert [delivery.attempt for delivery in again] == [2, 2]
            for delivery in again:
                await delivery.ack()
        await self.assert_empty(queue, "left")

    async def test_an_error_of_the_consumer_passes_and_gives_back(self, queue: Queue) -> None:
        await queue.publish("broken", messages(1))
        try:
            async with queue.consume("broken", prefetch=1) as deliveries:
                await self.one(deliveries)
                raise KeyError("handler")
        except KeyError:
            pass
        else:
            raise AssertionError("the consumer's error was swallowed")
        async with queue.consume("broken", prefetch=1) as deliveries:
            again = await self.one(deliveries)
            assert again.attempt == 2
            await again.ack()

    async def test_ending_a_delivery_that_was_taken_back_is_harmless(self, queue: Queue) -> None:
        await queue.publish("late", messages(1))
        async with queue.consume("late", prefetch=1) as deliveries:
            delivery = await self.one(deliveries)
        await delivery.ack()
        async with queue.consume("late", prefetch=1) as deliveries:
            again = await self.one(deliveries)
            await delivery.ack()
            await self.assert_nothing(deliveries)
            await again.ack()
        await self.assert_empty(queue, "late")

    async def test_the_iterator_ends_with_its_context(self, queue: Queue) -> None:
        async with queue.consume("ending", prefetch=1) as deliveries:
            waiting = asyncio.ensure_future(anext(deliveries, None))
            await asyncio.sleep(0.05)
        assert await asyncio.wait_for(waiting, self.patience) is None
        assert await asyncio.wait_for(anext(deliveries, None), self.patience) is None

    async def test_giving_up_waiting_loses_nothing(self, queue: Queue) -> None:
        got: list[str] = []
        async with queue.consume("impatient", prefetch=5) as deliveries:
            for number in range(30):
                publishing = asyncio.create_task(queue.publish("impatient", messages(1, start=number)))
                delivery = None
                try:
                    async with asyncio.timeout(0.0005 * (number % 10)):
                        delivery = await anext(deliveries)
                except TimeoutError:
                    pass
                await publishing
                if delivery is not None:
                    got.append(await self.acknowledge(delivery))
            got += [await self.acknowledge(await self.one(deliveries)) for _ in range(30 - len(set(got)))]
            assert sorted(got) == ids_of(30)
        await self.assert_empty(queue, "impatient")

    async def test_a_consumer_cancelled_while_waiting_holds_nothing(self, queue: Queue) -> None:
        async def wait() -> None:
            async with queue.consume("cancelled", prefetch=5) as deliveries:
                await anext(deliveries)

        task = asyncio.create_task(wait())
        await asyncio.sleep(self.quiet)
        await self.cancel(task)
        assert task.cancelled()
        await queue.publish("cancelled", messages(1))
        async with queue.consume("cancelled", prefetch=1) as deliveries:
            delivery = await self.one(deliveries)
            assert delivery.attempt == 1
            await delivery.ack()

    async def test_a_consumer_cancelled_while_holding_gives_back(self, queue: Queue) -> None:
        await queue.publish("dropped", messages(1))
        holding = asyncio.Event()

        async def hold() -> None:
            async with queue.consume("dropped", prefetch=1) as deliveries:
                await anext(deliveries)
                holding.set()
                await asyncio.Event().wait()

        task = asyncio.create_task(hold())
        await asyncio.wait_for(holding.wait(), self.patience)
        await self.cancel(task)
        assert task.cancelled()
        async with queue.consume("dropped", prefetch=1) as deliveries:
            again = await self.one(deliveries)
            assert again.attempt == 2
            await again.ack()
