"""What every cache does: subclass :class:`CacheContract` and give it a fixture ``caches``."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from streamcore.shared.cache import Cache
from streamcore.shared.errors import Conflict, Unavailable


@dataclass(frozen=True, slots=True)
class Caches:
    """``other`` shares the storage of ``cache`` as another process would (one without storage gives itself twice);
    ``broken`` has lost its storage; ``pass_time`` lets so many seconds go by, ``moment`` seconds
    are enough for whatever runs now to come to where it waits."""

    cache: Cache
    other: Cache
    broken: Cache
    pass_time: Callable[[float], Awaitable[None]]
    moment: float = 0.05

    async def settle(self) -> None:
        """Let everything that can run now reach the point where it waits."""
        for _ in range(10):
            await asyncio.sleep(self.moment / 10)


@dataclass(slots=True)
class Source:
    """Loads ``b"<name> <number>"``, counted; with ``gate`` each load waits for it, after it has begun."""

    name: str = "answer"
    gate: asyncio.Event | None = None
    error: Exception | None = None
    begun: int = 0
    at_once: int = 0
    most_at_once: int = 0
    started: asyncio.Event = field(default_factory=asyncio.Event)

    async def load(self) -> bytes:
        self.begun += 1
        number = self.begun
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.started.set()
        try:
            await (self.gate.wait() if self.gate else asyncio.sleep(0))
        finally:
            self.at_once -= 1
        if self.error:
            raise self.error
        return f"{self.name} {number}".encode()


async def eventually(true: Callable[[], Awaitable[bool]], within: float = 5.0) -> None:
    """Fail unless ``true`` comes true within so many seconds."""
    time = asyncio.get_running_loop().time
    until = time() + within
    while not await true():
        assert time() < until, "it has not come true"
        await asyncio.sleep(0.01)


ODD_KEYS = ["", " ", "a", "A", "a ", "a:b", "a{b}c", "{}", "a\nb", "a\0b", "ключ", "k" * 5000, "*", "a%62"]
ODD_BODIES = [b"", b"\0", b"\n\n", b"null", bytes(range(256)), os.urandom(3_000_000)]


class CacheKeepingContract:
    """What is kept, how long, and until when."""

    async def test_loads_once_and_keeps(self, caches: Caches) -> None:
        source = Source()
        for cache in (caches.cache, caches.cache, caches.other):
            assert await cache.get_or_load("k", source.load, ttl=60) == b"answer 1"
        assert source.begun == 1

    async def test_tells_odd_keys_apart(self, caches: Caches) -> None:
        for key in ODD_KEYS:
            source = Source(repr(key)[:100])
            expected = await source.load()
            source.begun = 0
            assert await caches.cache.get_or_load(key, source.load, ttl=60) == expected
        for key in ODD_KEYS:
            found = await caches.cache.get_or_load(key, Source("reloaded").load, ttl=60)
            assert found == f"{repr(key)[:100]} 1".encode()

    async def test_gives_back_the_very_bytes(self, caches: Caches) -> None:
        async def load() -> bytes:
            return body

        for number, body in enumerate(ODD_BODIES):
            for cache in (caches.cache, caches.cache, caches.other):
                assert await cache.get_or_load(f"k{number}", load, ttl=60, tags=("t",)) == body

    async def test_keeps_an_empty_answer_too(self, caches: Caches) -> None:
        loads = []

        async def load() -> bytes:
            loads.append(1)
            return b""

        for _ in range(2):
            assert await caches.cache.get_or_load("k", load, ttl=60) == b""
        assert len(loads) == 1

    async def test_does_not_give_what_is_older_than_its_ttl(self, caches: Caches) -> None:
        source = Source()
        await caches.cache.get_or_load("k", source.load, ttl=0.3)
        await caches.pass_time(0.4)
        assert await caches.cache.get_or_load("k", source.load, ttl=0.3) == b"answer 2"
        await caches.other.get_or_load("k", source.load, ttl=0.3)
        await caches.pass_time(0.4)
        assert await caches.other.get_or_load("k", source.load, ttl=0.3) == b"answer 3"

    async def test_the_age_counts_from_the_load_not_from_the_last_read(self, caches: Caches) -> None:
        source = Source()
        await caches.cache.get_or_load("k", source.load, ttl=0.6)
        await caches.pass_time(0.4)
        await caches.other.get_or_load("k", source.load, ttl=0.6)
        await caches.cache.get_or_load("k", source.load, ttl=0.6)
        await caches.pass_time(0.4)
        for cache in (caches.cache, caches.other):
            assert await cache.get_or_load("k", source.load, ttl=0.6) != b"answer 1"

    async def test_a_ttl_of_zero_keeps_nothing(self, caches: Caches) -> None:
        source = Source()
        assert await caches.cache.get_or_load("k", source.load, ttl=0) == b"answer 1"
        assert await caches.cache.get_or_load("k", source.load, ttl=0) == b"answer 2"

    async def test_many_keys_load_side_by_side(self, caches: Caches) -> None:
        source = Source(gate=asyncio.Event())
        calls = [asyncio.create_task(caches.cache.get_or_load(f"k{n}", source.load, ttl=60)) for n in range(10)]

        async def all_began() -> bool:
            return source.begun == 10

        await eventually(all_began)
        assert source.gate is not None
        source.gate.set()
        assert len(set(await asyncio.gather(*calls))) == 10

    async def test_answers_a_ping_and_closes_twice(self, caches: Caches) -> None:
        await caches.cache.ping()
        await caches.cache.close()
        await caches.cache.close()


class CacheTagsContract:
    """Invalidation."""

    async def test_invalidation_forgets_the_tag_and_nothing_else(self, caches: Caches) -> None:
        one, two, three = Source("one"), Source("two"), Source("three")

        async def read() -> list[bytes]:
            cache = caches.cache
            return [
                await cache.get_or_load("one", one.load, ttl=60, tags=("a", "b")),
                await cache.get_or_load("two", two.load, ttl=60, tags=("b",)),
                await cache.get_or_load("three", three.load, ttl=60, tags=("B", "a b")),
            ]

        await read()
        await caches.cache.invalidate("a")
        assert await read() == [b"one 2", b"two 1", b"three 1"]
        await caches.cache.invalidate("b")
        assert await read() == [b"one 3", b"two 2", b"three 1"]
        await caches.cache.invalidate("x", "a b")
        assert await read() == [b"one 3", b"two 2", b"three 2"]
        await caches.cache.invalidate()
        await caches.cache.invalidate("never used", "", "\n{}*")
        assert await read() == [b"one 3", b"two 2", b"three 2"]

    async def test_every_process_sees_an_invalidation_within_a_second(self, caches: Caches) -> None:
        source = Source()
        for cache in (caches.cache, caches.other):
            await cache.get_or_load("k", source.load, ttl=60, tags=("t",))
        await caches.cache.invalidate("t")
        await caches.pass_time(1.0)
        assert await caches.other.get_or_load("k", source.load, ttl=60, tags=("t",)) == b"answer 2"

    async def test_whoever_invalidates_sees_it_at_once(self, caches: Caches) -> None:
        source = Source()
        for number in range(1, 20):
            found = await caches.cache.get_or_load("k", source.load, ttl=60, tags=("t",))
            assert found == f"answer {number}".encode()
            await caches.cache.invalidate("t")

    async def test_does_not_keep_a_value_whose_load_began_before_an_invalidation(self, caches: Caches) -> None:
        for number, invalidator in enumerate((caches.cache, caches.other)):
            gate = asyncio.Event()
            old, new = Source("old", gate), Source("new")
            key, tags = f"k{number}", ("t", "u")
            call = asyncio.create_task(caches.cache.get_or_load(key, old.load, ttl=60, tags=tags))
            await old.started.wait()
            await invalidator.invalidate("u")
            gate.set()
            await call
            await caches.pass_time(1.0)
            for cache in (caches.cache, caches.other):
                assert await cache.get_or_load(key, new.load, ttl=60, tags=tags) == b"new 1"

    async def test_whoever_comes_after_an_invalidation_does_not_get_an_older_load(self, caches: Caches) -> None:
        gate = asyncio.Event()
        old, new = Source("old", gate), Source("new")
        before = asyncio.create_task(caches.cache.get_or_load("k", old.load, ttl=60, tags=("t",)))
        await old.started.wait()
        await caches.cache.invalidate("t")
        after = asyncio.create_task(caches.cache.get_or_load("k", new.load, ttl=60, tags=("t",)))
        await caches.settle()
        gate.set()
        assert await after == b"new 1"
        await before

    async def test_invalidations_and_reads_at_once_end_with_the_newest(self, caches: Caches) -> None:
        truth = 0

        async def load() -> bytes:
            seen = truth
            await asyncio.sleep(0.002)
            return str(seen).encode()

        async def read(cache: Cache) -> None:
            for _ in range(30):
                await cache.get_or_load("k", load, ttl=60, tags=("t",))

        async def write() -> None:
            nonlocal truth
            for _ in range(30):
                truth += 1
                await caches.other.invalidate("t")

        await asyncio.gather(read(caches.cache), read(caches.other), read(caches.cache), write())
        await caches.pass_time(1.0)
        for cache in (caches.cache, caches.other):
            assert await cache.get_or_load("k", load, ttl=60, tags=("t",)) == str(truth).encode()


class CacheStaleContract:
    """Old answers while one loader refreshes."""

    async def test_gives_the_old_answer_at_once_while_one_loader_refreshes(self, caches: Caches) -> None:
        await caches.cache.get_or_load("k", Source("old").load, ttl=0.3, stale_for=60)
        await caches.pass_time(0.4)
        new = Source("new", asyncio.Event())
        async with asyncio.timeout(5):
            for cache in (caches.cache, caches.other, caches.cache):
                found = await asyncio.gather(
                    *(cache.get_or_load("k", new.load, ttl=0.3, stale_for=60) for _ in range(20))
                )
                assert set(found) == {b"old 1"}
        await asyncio.wait_for(new.started.wait(), 5)
        await caches.settle()
        assert new.begun == 1
        assert new.gate is not None
        new.gate.set()

        async def refreshed() -> bool:
            return await caches.cache.get_or_load("k", new.load, ttl=0.3, stale_for=60) != b"old 1"

        await eventually(refreshed)

    async def test_does_not_give_an_answer_that_is_older_than_stale(self, caches: Caches) -> None:
        await caches.cache.get_or_load("k", Source("old").load, ttl=0.2, stale_for=0.3)
        await caches.pass_time(0.7)
        for cache in (caches.cache, caches.other):
            assert await cache.get_or_load("k", Source("new").load, ttl=60, stale_for=60) == b"new 1"

    async def test_does_not_give_an_invalidated_answer_as_stale(self, caches: Caches) -> None:
        await caches.cache.get_or_load("k", Source("old").load, ttl=0.2, stale_for=60, tags=("t",))
        await caches.pass_time(0.3)
        await caches.cache.invalidate("t")
        assert await caches.cache.get_or_load("k", Source("new").load, ttl=60, tags=("t",), stale_for=60) == b"new 1"

    async def test_a_refresh_that_began_before_an_invalidation_is_not_kept(self, caches: Caches) -> None:
        await caches.cache.get_or_load("k", Source("old").load, ttl=0.2, stale_for=60, tags=("t",))
        await caches.pass_time(0.3)
        refresh = Source("refresh", asyncio.Event())
        await caches.cache.get_or_load("k", refresh.load, ttl=60, stale_for=60, tags=("t",))
        await asyncio.wait_for(refresh.started.wait(), 5)
        await caches.cache.invalidate("t")
        assert refresh.gate is not None
        refresh.gate.set()
        assert await caches.cache.get_or_load("k", Source("new").load, ttl=60, stale_for=60, tags=("t",)) == b"new 1"
        await caches.settle()
        assert await caches.cache.get_or_load("k", Source("newer").load, ttl=60, stale_for=60, tags=("t",)) == b"new 1"

    async def test_a_failing_refresh_is_no_callers_error(self, caches: Caches) -> None:
        await caches.cache.get_or_load("k", Source("old").load, ttl=0.2, stale_for=60)
        await caches.pass_time(0.3)
        broken = Source(error=Conflict())
        for _ in range(3):
            assert await caches.cache.get_or_load("k", broken.load, ttl=60, stale_for=60) == b"old 1"
            await caches.settle()
        assert broken.begun


class CacheLoaderContract:
    """One loader, its errors and its end."""

    async def test_many_callers_share_one_load(self, caches: Caches) -> None:
        source = Source(gate=asyncio.Event())
        calls = [
            asyncio.create_task(cache.get_or_load("k", source.load, ttl=60, tags=("t",)))
            for cache in (caches.cache, caches.other) * 50
        ]
        await asyncio.wait_for(source.started.wait(), 5)
        await caches.settle()
        assert source.gate is not None
        source.gate.set()
        assert set(await asyncio.gather(*calls)) == {b"answer 1"}
        assert source.begun == 1

    async def test_never_two_loaders_of_a_key_at_once(self, caches: Caches) -> None:
        source = Source()

        async def use(cache: Cache) -> None:
            for _ in range(20):
                await cache.get_or_load("k", source.load, ttl=60, tags=("t",))
                await cache.invalidate("t")

        source.gate = asyncio.Event()
        source.gate.set()
        await asyncio.gather(*(use(caches.cache) for _ in range(5)))
        assert source.most_at_once == 1

    async def test_an_error_of_the_load_is_the_callers_and_is_not_kept(self, caches: Caches) -> None:
        for error in (Conflict(), Unavailable(), ValueError(), OSError(), TimeoutError()):
            broken, key = Source(error=error), repr(error)
            with pytest.raises(type(error)):
                await caches.cache.get_or_load(key, broken.load, ttl=60)
            assert broken.begun == 1
            assert await caches.cache.get_or_load(key, Source("sound").load, ttl=60) == b"sound 1"

    async def test_an_error_releases_everybody_who_waits(self, caches: Caches) -> None:
        broken = Source(error=Conflict(), gate=asyncio.Event())
        calls = [
            asyncio.create_task(cache.get_or_load("k", broken.load, ttl=60))
            for cache in (caches.cache, caches.cache, caches.other)
        ]
        await asyncio.wait_for(broken.started.wait(), 5)
        await caches.settle()
        assert broken.gate is not None
        broken.gate.set()
        async with asyncio.timeout(5):
            outcomes = await asyncio.gather(*calls, return_exceptions=True)
        assert all(isinstance(outcome, Conflict) for outcome in outcomes)

    async def test_the_first_callers_cancellation_is_its_own(self, caches: Caches) -> None:
        source = Source(gate=asyncio.Event())
        first = asyncio.create_task(caches.cache.get_or_load("k", source.load, ttl=60))
        await source.started.wait()
        others = [
            asyncio.create_task(cache.get_or_load("k", source.load, ttl=60))
            for cache in (caches.cache, caches.cache, caches.other)
        ]
        await caches.settle()
        first.cancel()
        assert source.gate is not None
        source.gate.set()
        async with asyncio.timeout(5):
            answers = await asyncio.gather(*others)
        assert len(set(answers)) == 1
        await asyncio.wait([first])

    async def test_a_cancelled_load_leaves_no_lock(self, caches: Caches) -> None:
        source = Source(gate=asyncio.Event())
        calls = [asyncio.create_task(caches.cache.get_or_load("k", source.load, ttl=60)) for _ in range(3)]
        await source.started.wait()
        for call in calls:
            call.cancel()
        await asyncio.wait(calls)
        async with asyncio.timeout(2):
            assert await caches.other.get_or_load("k", Source("next").load, ttl=60) == b"next 1"

    async def test_without_storage_it_loads_and_invalidates_quietly(self, caches: Caches) -> None:
        source = Source()
        for _ in range(3):
            found = await caches.broken.get_or_load("k", source.load, ttl=60, tags=("t",), stale_for=60)
            assert found == f"answer {source.begun}".encode()
            await caches.broken.invalidate("t")
        assert source.begun == 3

    async def test_without_storage_an_error_of_the_load_still_is_the_callers(self, caches: Caches) -> None:
        source = Source(error=Conflict())
        with pytest.raises(Conflict):
            await caches.broken.get_or_load("k", source.load, ttl=60)
        assert source.begun == 1


class CacheContract(CacheKeepingContract, CacheTagsContract, CacheStaleContract, CacheLoaderContract):
    """All of it."""
