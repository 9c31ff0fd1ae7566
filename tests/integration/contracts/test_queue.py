"""The queue in SQL, on both engines: the contract, and what only shows with several processes or failures."""

import asyncio
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import make_url, update

from adapters.sql.database import Database
from adapters.sql.queue import SqlQueue
from adapters.sql.queue_tables import queue_messages
from adapters.testing.queue import QueueContract
from adapters.testing.queue_observations import messages
from streamcore.shared.errors import DeadlineExceeded, Unavailable
from streamcore.shared.queues import DELIVERY_LIMIT_REACHED, Delivery, Queue
from tests.integration.proxy import Mode, Proxy


@asynccontextmanager
async def opened(url: str, *, lock_timeout: float = 5.0, **options: float) -> AsyncIterator[SqlQueue]:
    database = Database.connect(url, lock_timeout=lock_timeout)
    queue = SqlQueue(database, delivery_limit=QueueContract.delivery_limit, **options)
    try:
        yield queue
    finally:
        await queue.close()
        await database.close()


class TestSqliteQueue(QueueContract):
    @pytest.fixture
    async def queue(self, sqlite_url: str) -> AsyncIterator[Queue]:
        async with opened(sqlite_url) as queue:
            yield queue


class TestPostgresQueue(QueueContract):
    @pytest.fixture
    async def queue(self, postgres_url: str) -> AsyncIterator[Queue]:
        async with opened(postgres_url) as queue:
            yield queue


@pytest.fixture(params=["sqlite_url", "postgres_url"])
def url(request: pytest.FixtureRequest) -> str:
    found: str = request.getfixturevalue(request.param)
    return found


async def next_of(deliveries: AsyncIterator[Delivery]) -> Delivery:
    return await asyncio.wait_for(anext(deliveries), 15)


async def assert_silence(deliveries: AsyncIterator[Delivery], seconds: float) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(anext(deliveries), seconds)


async def test_another_process_hears_of_a_publication_by_looking(url: str) -> None:
    async with opened(url) as mine, opened(url) as other, other.consume("q", prefetch=1) as deliveries:
        await assert_silence(deliveries, 0.5)
        await mine.publish("q", messages(1))
        await (await next_of(deliveries)).ack()


async def test_processes_share_without_duplicates(url: str) -> None:
    handled: Counter[str] = Counter()

    async def work(queue: Queue) -> None:
        async with queue.consume("q", prefetch=4) as deliveries:
            async for delivery in deliveries:
                handled[delivery.message.id] += 1
                await delivery.ack()

    async with opened(url) as one, opened(url) as two:
        await one.publish("q", messages(200))
        workers = [asyncio.create_task(work(queue)) for queue in (one, one, two, two)]
        async with asyncio.timeout(30):
            while await one.depth("q") or len(handled) < 200:
                await asyncio.sleep(0.05)
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
    assert set(handled.values()) == {1}


async def test_a_held_delivery_outlives_its_visibility(url: str) -> None:
    async with opened(url, visibility=0.6) as queue:
        await queue.publish("q", messages(1))
        async with queue.consume("q", prefetch=1) as mine, queue.consume("q", prefetch=1) as others:
            first, second = asyncio.ensure_future(anext(mine)), asyncio.ensure_future(anext(others))
            done, waiting = await asyncio.wait({first, second}, return_when=asyncio.FIRST_COMPLETED)
            assert (await asyncio.wait(waiting, timeout=2))[0] == set()
            await done.pop().result().ack()
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
        assert await queue.depth("q") == 0


async def abandon(queue: SqlQueue, receipt: str) -> None:
    """Claim a message as a process does that is killed at once: nobody renews, nobody gives back."""
    assert len(await queue._rows.claim("q", 1, receipt)) == 1


async def test_what_a_vanished_process_held_comes_back_and_then_dies(url: str) -> None:
    async with opened(url, visibility=0.3) as queue:
        await queue.publish("q", messages(1))
        for number in range(2):
            await abandon(queue, f"gone {number}")
            await asyncio.sleep(0.4)
        async with queue.consume("q", prefetch=1) as deliveries:
            delivery = await next_of(deliveries)
            assert delivery.attempt == 3
            await delivery.ack()

        await queue.publish("q", messages(1, start=1))
        for number in range(3):
            await abandon(queue, f"gone {number}")
            await asyncio.sleep(0.4)
        async with queue.consume("q", prefetch=1) as deliveries:
            await assert_silence(deliveries, 0.5)
        [letter] = await queue.dead_letters("q", limit=5)
        assert (letter.message.id, letter.reason, letter.attempts) == ("m1", DELIVERY_LIMIT_REACHED, 3)


async def test_whoever_has_lost_a_delivery_cannot_end_it(url: str) -> None:
    async with opened(url, visibility=0.3) as slow, opened(url) as quick:
        await slow.publish("q", messages(1))
        async with slow.consume("q", prefetch=1) as mine:
            lost = await next_of(mine)
            await slow._rows.give_back([1], next(iter(slow._consumers["q"]))._receipt)  # as if the lease had run out
            async with quick.consume("q", prefetch=1) as theirs:
                held = await next_of(theirs)
                assert held.attempt == 2
                await lost.ack()
                await lost.retry()
                await lost.reject("too late")
                await assert_silence(theirs, 0.5)
                await held.retry()
                again = await next_of(theirs)
                assert again.attempt == 3
                await again.ack()
        assert await quick.dead_letters("q", limit=1) == []


@asynccontextmanager
async def held_up(url: str) -> AsyncIterator[None]:
    """Somebody else holds the rows (PostgreSQL) or the whole file (SQLite)."""
    database = Database.connect(url)
    try:
        async with database.transaction() as transaction:
            await transaction.write(update(queue_messages).values(headers=queue_messages.c.headers))
            yield
    finally:
        await database.close()


ENDINGS: dict[str, Callable[[Delivery], Awaitable[None]]] = {
    "ack": lambda delivery: delivery.ack(),
    "retry": lambda delivery: delivery.retry(),
    "reject": lambda delivery: delivery.reject("bad"),
}


@pytest.mark.parametrize("ending", ENDINGS)
async def test_what_could_not_be_ended_is_delivered_again(url: str, ending: str) -> None:
    """Neither renewed for ever nor in the way of others."""
    async with opened(url, lock_timeout=0.2, visibility=0.9) as queue:
        await queue.publish("q", messages(1))
        async with queue.consume("q", prefetch=1) as deliveries:
            delivery = await next_of(deliveries)
            async with held_up(url):
                with pytest.raises(DeadlineExceeded):
                    await ENDINGS[ending](delivery)
            again = await next_of(deliveries)
            assert (again.message, again.attempt) == (delivery.message, 2)
            await delivery.ack()  # of no effect any more
            await assert_silence(deliveries, 1.2)
            await again.ack()
        assert await queue.depth("q") == 0
        assert await queue.dead_letters("q", limit=1) == []


async def test_an_ending_that_is_cut_short_does_not_keep_the_slot(postgres_url: str) -> None:
    """On SQLite it cannot be cut short."""
    async with opened(postgres_url, visibility=0.9) as queue:
        await queue.publish("q", messages(1))
        async with queue.consume("q", prefetch=1) as deliveries:
            delivery = await next_of(deliveries)
            async with held_up(postgres_url):
                with pytest.raises(TimeoutError):
                    await asyncio.wait_for(delivery.ack(), 0.1)
            again = await next_of(deliveries)
            assert again.attempt == 2
            await again.ack()
        assert await queue.depth("q") == 0


async def test_what_was_claimed_ahead_and_never_seen_is_not_counted(url: str) -> None:
    async with opened(url) as queue:
        await queue.publish("q", messages(5))
        async with queue.consume("q", prefetch=5) as deliveries:
            await (await next_of(deliveries)).ack()
        async with queue.consume("q", prefetch=5) as deliveries:
            assert [(await next_of(deliveries)).attempt for _ in range(4)] == [1, 1, 1, 1]


async def test_a_lost_database_ends_the_iterator_and_consuming_goes_on_anew(postgres_url: str) -> None:
    server = make_url(postgres_url)
    async with Proxy(server.host or "127.0.0.1", server.port or 5432) as proxy:
        through = server.set(host="127.0.0.1", port=proxy.port).render_as_string(hide_password=False)
        async with opened(through, visibility=1.0) as queue:
            await queue.publish("q", messages(1))
            async with queue.consume("q", prefetch=2) as deliveries:
                delivery = await next_of(deliveries)
                proxy.mode = Mode.REFUSE
                proxy.reset()
                with pytest.raises(Unavailable):
                    await next_of(deliveries)
                with pytest.raises(Unavailable):
                    await delivery.ack()
                with pytest.raises(Unavailable):
                    await queue.publish("q", messages(1))
            proxy.mode = Mode.FORWARD
            async with queue.consume("q", prefetch=1) as deliveries:
                again = await next_of(deliveries)
                assert again.attempt == 2
                await again.ack()


_HOLDER = """
import asyncio, sys
from adapters.sql.database import Database
from adapters.sql.queue import SqlQueue

async def main():
    queue = SqlQueue(Database.connect(sys.argv[1]), visibility=1.0)
    async with queue.consume("q", prefetch=1) as deliveries:
        delivery = await anext(deliveries)
        sys.stdout.write(f"{delivery.attempt}\\n")
        sys.stdout.flush()
        await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_what_a_killed_process_held_is_delivered_again(url: str) -> None:
    async with opened(url) as queue:
        await queue.publish("q", messages(1))
        holder = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _HOLDER, url, stdout=asyncio.subprocess.PIPE
        )
        assert holder.stdout is not None
        assert await asyncio.wait_for(holder.stdout.readline(), 20) == b"1\n"
        async with queue.consume("q", prefetch=1) as deliveries:
            await assert_silence(deliveries, 1.5)  # it lives, so it keeps it
            holder.send_signal(signal.SIGKILL)
            await holder.wait()
            again = await next_of(deliveries)
            assert again.attempt == 2
            await again.ack()


async def test_waiting_costs_next_to_nothing(url: str) -> None:
    async with opened(url) as queue, queue.consume("q", prefetch=1) as deliveries:
        await assert_silence(deliveries, 0.2)
        spent = time.process_time()
        await assert_silence(deliveries, 2)
        assert time.process_time() - spent < 0.2  # seconds of CPU in 2 s; about a hundredth of it is usual


async def test_closing_tells_those_who_wait(url: str) -> None:
    async with opened(url) as queue, queue.consume("q", prefetch=1) as deliveries:
        waiting = asyncio.ensure_future(next_of(deliveries))
        await asyncio.sleep(0.1)
        await queue.close()
        with pytest.raises(Unavailable):
            await waiting
