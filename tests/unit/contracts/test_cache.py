import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.memory.cache import MemoryCache
from adapters.memory.lru import TaggedLru
from adapters.testing.cache import CacheContract, Caches, Source
from adapters.testing.faulty_cache import FAULTY_CACHES
from streamcore.shared.cache import Cache, Peek


class Hand:
    """A monotonic clock that is moved by hand."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds

    async def forward(self, seconds: float) -> None:
        await asyncio.sleep(0.005)  # what was put off for a moment comes to pass
        self.seconds += seconds


def caches_of(cache_class: type[MemoryCache]) -> Caches:
    hand = Hand()
    cache, broken = cache_class(hand), cache_class(hand, max_bytes=0)
    broken.__dict__["storage"] = False  # only the faulty ones know storage that can be lost
    return Caches(cache, cache, broken, hand.forward, moment=0.002)


class TestMemoryCache(CacheContract):
    @pytest.fixture
    async def caches(self) -> AsyncIterator[Caches]:
        caches = caches_of(MemoryCache)
        yield caches
        await caches.cache.close()
        await caches.broken.close()


async def first_failure(cache_class: type[MemoryCache], patience: float = 0.5) -> str | None:
    """The name of a test of the contract that such a cache does not pass; None if it passes all."""
    contract = CacheContract()
    for name in [name for name in dir(contract) if name.startswith("test_")]:
        caches = caches_of(cache_class)
        try:
            async with asyncio.timeout(patience):
                await getattr(contract, name)(caches)
        except (Exception, pytest.fail.Exception, asyncio.CancelledError):
            return name
        finally:
            await caches.cache.close()
            await caches.broken.close()
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()
            await asyncio.sleep(0)
    return None


async def test_the_contract_passes_a_sound_cache_in_a_hurry() -> None:
    assert await first_failure(MemoryCache, patience=5) is None


@pytest.mark.parametrize("faulty", FAULTY_CACHES)
async def test_the_contract_fails_on(faulty: type[MemoryCache]) -> None:
    assert await first_failure(faulty) is not None


def ports_are_met(cache: MemoryCache) -> tuple[Cache, Peek]:
    return cache, cache


async def test_peek_gives_fresh_bytes_only() -> None:
    hand = Hand()
    cache = MemoryCache(hand)
    assert cache.peek("k") is None
    await cache.get_or_load("k", Source().load, ttl=10, stale_for=10, tags=("t",))
    assert cache.peek("k") == b"answer 1"
    hand.seconds += 10
    assert cache.peek("k") is None
    await cache.close()


def test_the_least_recently_used_bytes_go_first() -> None:
    lru = TaggedLru(max_bytes=4 * 1500)
    for key in "abcd":
        lru.put(key, b"x" * 1000, fresh_for=60)
    assert lru.peek("a") is not None
    lru.put("e", b"x" * 500, fresh_for=60)
    assert [key for key in "abcde" if lru.peek(key) is None] == ["b"]
    lru.put("f", b"x" * 6000, fresh_for=60)
    assert [key for key in "abcde" if lru.peek(key) is None] == ["b"]
    assert lru.peek("f") is None
    assert 0 < lru.bytes_held <= 4 * 1500


def test_what_is_dropped_leaves_nothing_behind() -> None:
    lru = TaggedLru(max_bytes=100_000)
    for number in range(10_000):
        lru.put(str(number % 300), b"x" * (number % 700), fresh_for=60, tags=(f"t{number}", "all"))
    assert lru.bytes_held <= 100_000
    lru.forget(("all",))
    assert lru.bytes_held == 0
    assert not lru._entries
    assert not lru._keys_of
