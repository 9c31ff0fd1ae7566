"""How the queue's contract sends messages and looks at what comes of them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

from streamcore.shared.queues import Delivery, Message, Queue


def messages(count: int, start: int = 0) -> list[Message]:
    return [Message(f"m{number}", f'{{"number": {number}}}'.encode()) for number in range(start, start + count)]


def ids(deliveries: Sequence[Delivery]) -> list[str]:
    return sorted(delivery.message.id for delivery in deliveries)


def ids_of(count: int) -> list[str]:
    return sorted(message.id for message in messages(count))


class Observations:
    """How a suite looks at deliveries. ``patience`` and ``quiet`` are seconds and may be set for an engine.

    ``patience`` is how long something may take to come; ``quiet`` is how long nothing has to come to be believed.
    ``delivery_limit`` is the limit that the fixture must give to the queue.
    """

    patience: float = 10.0
    quiet: float = 0.3
    delivery_limit: int = 3

    async def take(self, deliveries: AsyncIterator[Delivery], count: int = 1) -> list[Delivery]:
        """The next ``count`` deliveries; AssertionError if they do not all come in time."""
        taken: list[Delivery] = []
        try:
            async with asyncio.timeout(self.patience):
                while len(taken) < count:
                    taken.append(await anext(deliveries))
        except TimeoutError:
            raise AssertionError(f"only {ids(taken)} came of {count}") from None
        return taken

    async def one(self, deliveries: AsyncIterator[Delivery]) -> Delivery:
        return (await self.take(deliveries))[0]

    async def assert_nothing(self, deliveries: AsyncIterator[Delivery]) -> None:
        try:
            async with asyncio.timeout(self.quiet):
                extra = await anext(deliveries)
        except TimeoutError:
            return
        raise AssertionError(f"{extra.message.id} came, attempt {extra.attempt}, where nothing was expected")

    async def assert_empty(self, queue: Queue, name: str) -> None:
        """Nothing waits and nothing is held by anybody."""
        async with queue.consume(name, prefetch=10) as deliveries:
            await self.assert_nothing(deliveries)

    async def assert_depth(self, queue: Queue, name: str, expected: int) -> None:
        await self.eventually(lambda: queue.depth(name), expected)

    async def eventually(self, look: Callable[[], Awaitable[object]], expected: object) -> None:
        """Look again and again until the answer is the expected one; AssertionError when patience ends."""
        time = asyncio.get_running_loop().time
        deadline = time() + self.patience
        found = await look()
        while found != expected and time() < deadline:
            await asyncio.sleep(0.02)
            found = await look()
        assert found == expected

    async def acknowledge(self, delivery: Delivery) -> str:
        await delivery.ack()
        return delivery.message.id

    async def cancel(self, *tasks: asyncio.Future[Any]) -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
