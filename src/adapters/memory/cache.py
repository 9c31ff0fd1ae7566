"""The cache within one process."""

import math
import time
from collections.abc import Awaitable, Callable, Sequence

import structlog

from adapters.memory.lru import TaggedLru
from streamcore.shared.flights import Flight, Flights

log = structlog.get_logger()


class MemoryCache:
    """A `Cache` and a `Peek` of at most ``max_bytes``; ``monotonic`` gives seconds and never goes back.

    Beside other processes, of whose invalidations it hears nothing, give it the ``longest`` that anything may be kept.
    Tags need no versions here: an invalidation drops what it names at once and marks the loads that are under way.
    """

    def __init__(
        self,
        monotonic: Callable[[], float] = time.monotonic,
        max_bytes: int = 64 * 2**20,
        longest: float = math.inf,
    ) -> None:
        self._longest = longest
        self._lru = TaggedLru(max_bytes, monotonic=monotonic)
        self._flights = Flights(on_lost=lambda error: log.warning("cache.refresh_failed", error=type(error).__name__))
        self.peek = self._lru.peek  # bound once: a hit costs one call

    async def get_or_load(
        self,
        key: str,
        load: Callable[[], Awaitable[bytes]],
        *,
        ttl: float,
        tags: Sequence[str] = (),
        stale_for: float = 0.0,
    ) -> bytes:
        found = self.peek(key)
        if found is not None:
            return found
        fresh_for = min(ttl, self._longest)

        async def fly(flight: Flight) -> bytes:
            value = await load()
            if not flight.dirty:
                stale = min(stale_for, self._longest - fresh_for)
                self._lru.put(key, value, fresh_for=fresh_for, stale_for=stale, tags=tags)
            return value

        found = self._lru.stale(key)
        if found is not None:
            self._flights.refresh(key, tags, fly)
            return found
        return await self._flights.answer(key, tags, lambda: self.peek(key), fly)

    async def invalidate(self, *tags: str) -> None:
        self._lru.forget(tags)
        self._flights.invalidate(tags)

    async def ping(self) -> None:
        return

    async def close(self) -> None:
        await self._flights.close()
        self._lru.clear()
