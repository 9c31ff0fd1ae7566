"""What a cache hit costs in processor time: it is on the way of every hot read, and may cost 2 µs."""

import asyncio
import os
import time
from collections.abc import Callable

from adapters.memory.cache import MemoryCache
from adapters.memory.lru import TaggedLru
from adapters.redis.cache import RedisCache
from benchmarks.harness import finish, median
from streamcore.shared.cache import Cache

TIMES = 100_000


async def _load() -> bytes:
    return b"x" * 10_000


async def _hits(cache: Cache) -> float:
    """Microseconds of processor time of one `get_or_load` that finds its answer in this process."""
    for number in range(1000):
        await cache.get_or_load(f"k{number}", _load, ttl=600, tags=("a", "b"))
    began = time.process_time()
    for _ in range(TIMES):
        await cache.get_or_load("k5", _load, ttl=600, tags=("a", "b"))
    return (time.process_time() - began) / TIMES * 1e6


def _peeks(peek: Callable[[str], bytes | None]) -> float:
    """Microseconds of processor time of one `peek`."""
    began = time.process_time()
    for _ in range(TIMES):
        peek("k5")
    return (time.process_time() - began) / TIMES * 1e6


async def _near_hits(url: str) -> float:
    cache = RedisCache(url, f"bench-{os.getpid()}", TaggedLru())
    while cache.peek("k5") is None:
        await cache.get_or_load("k5", _load, ttl=600, tags=("a", "b"))
        await asyncio.sleep(0.05)
    try:
        return await _hits(cache)
    finally:
        await cache.invalidate("a")
        await cache.close()


def main() -> None:
    memory = MemoryCache()
    figures = {
        "memory_hit_microseconds": median("memory hit", lambda: asyncio.run(_hits(memory))),
        "memory_peek_microseconds": median("memory peek", lambda: _peeks(memory.peek)),
    }
    bars: dict[str, tuple[str, float]] = {"memory_hit_microseconds": ("<", 2), "memory_peek_microseconds": ("<", 1)}
    if url := os.environ.get("STREAMCORE_TEST_REDIS_URL"):
        figures["redis_near_hit_microseconds"] = median("near hit", lambda: asyncio.run(_near_hits(url)), count=3)
        bars["redis_near_hit_microseconds"] = ("<", 2)
    finish("cache_hits", figures, bars)


if __name__ == "__main__":
    main()
