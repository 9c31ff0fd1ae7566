from collections.abc import AsyncIterator

import pytest

from adapters.memory.cache import MemoryCache
from adapters.memory.lru import TaggedLru
from adapters.testing.cache import CacheContract, Caches, Source
from streamcore.shared.cache import Cache, Peek
from tests.unit.contracts.on_memory import Hand, caches_of

pytestmark = pytest.mark.virtual_time


class TestMemoryCache(CacheContract):
    @pytest.fixture
    async def caches(self) -> AsyncIterator[Caches]:
        caches = caches_of(MemoryCache)
        yield caches
        await caches.cache.close()
        await caches.broken.close()


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


async def test_nothing_is_kept_longer_than_the_longest() -> None:
    hand = Hand()
    cache, source = MemoryCache(hand, longest=5), Source()
    for number, age in ((1, 0.0), (1, 4.9), (2, 0.1), (2, 4.9)):
        hand.seconds += age
        assert await cache.get_or_load("k", source.load, ttl=300, stale_for=30) == b"answer %d" % number
    await cache.get_or_load("short", Source().load, ttl=1, stale_for=30)
    hand.seconds += 4.9
    assert await cache.get_or_load("short", Source("fresh").load, ttl=1, stale_for=30) == b"answer 1", "stale"
    await cache.close()
    await cache.get_or_load("short", Source().load, ttl=1, stale_for=30)
    hand.seconds += 5
    assert await cache.get_or_load("short", Source("fresh").load, ttl=1, stale_for=30) == b"fresh 1"
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
