"""The cache in Redis, shared by every process, with a near cache in front that Redis keeps honest."""

import asyncio
import contextlib
import secrets
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import structlog

from adapters.redis.cache_store import Attempt, CacheStore, Held
from adapters.redis.connections import Breath, connect
from adapters.redis.invalidations import Announcements, Subscription
from streamcore.shared.errors import Unavailable
from streamcore.shared.flights import Flight, Flights, end

log = structlog.get_logger()


class Near(Protocol):
    """What holds values within this process; it must not wait and must bound itself."""

    def peek(self, key: str) -> bytes | None: ...

    def put(self, key: str, value: bytes, *, fresh_for: float, tags: Iterable[str]) -> None: ...

    def forget(self, tags: Iterable[str]) -> None: ...

    def clear(self) -> None: ...


@dataclass(frozen=True, slots=True)
class _Wish:
    """One caller's question."""

    key: str
    load: Callable[[], Awaitable[bytes]]
    ttl: float
    tags: tuple[str, ...]
    stale_for: float


class RedisCache:
    """A `Cache` and a `Peek`. ``namespace`` parts installations that share a Redis.

    ``near`` answers while its subscription is sound. Seconds: ``timeout`` bounds each exchange with Redis, after a
    failure it is left alone for ``cool_down``; a dead loader's lock lasts ``lease``; ``patience`` is the longest wait
    for another process's loader, after which the caller loads by itself.
    """

    def __init__(
        self,
        url: str,
        namespace: str,
        near: Near | None = None,
        *,
        timeout: float = 0.5,
        cool_down: float = 0.5,
        lease: float = 3.0,
        patience: float = 10.0,
    ) -> None:
        self._client = connect(url, name=f"{namespace}-cache", timeout=timeout)
        self._listener = connect(url, name=f"{namespace}-cache-near", timeout=timeout, connections=1, retries=0)
        self._store = CacheStore(self._client, namespace, lease)
        self._breath = Breath(timeout, cool_down)
        self._lease = lease
        self._patience = patience
        self._near = near
        self._reads = Flights(on_lost=_log_lost)
        self._refreshes = Flights(on_lost=_log_lost)  # apart, so that nobody who may have the old answer joins them
        self._announcements = Announcements(
            lambda tags: self._breath.run(lambda: self._store.invalidate(tags), urgent=True)
        )
        self._subscription = Subscription(
            self._listener, self._store.channel, on_tags=self._forget, on_lost=self._forget_all
        )

    def peek(self, key: str) -> bytes | None:
        return self._near.peek(key) if self._near is not None and self._subscription.trusted else None

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
        if self._near is not None:
            self._subscription.start()
        wish = _Wish(key, load, ttl, tuple(dict.fromkeys(tags)), stale_for)
        return await self._reads.answer(key, tags, lambda: self.peek(key), lambda flight: self._answer(wish, flight))

    async def invalidate(self, *tags: str) -> None:
        if tags:
            self._forget(tags)
            await self._announcements.announce(tags)

    async def ping(self) -> None:
        await self._breath.run(self._client.ping, urgent=True)

    async def close(self) -> None:
        await self._refreshes.close()
        await self._reads.close()
        await self._subscription.close()
        await self._announcements.close()
        for client in (self._client, self._listener):
            await client.aclose()
            await client.connection_pool.disconnect()

    def _forget(self, tags: Sequence[str]) -> None:
        for flights in (self._reads, self._refreshes):
            flights.invalidate(tags)
        if self._near is not None:
            self._near.forget(tags)

    def _forget_all(self) -> None:
        for flights in (self._reads, self._refreshes):
            flights.invalidate_all()
        if self._near is not None:
            self._near.clear()

    async def _answer(self, wish: _Wish, flight: Flight) -> bytes:
        try:
            held = await self._read(wish, flight)
        except Unavailable:
            return await wish.load()
        if held is None:
            return await self._wait_or_load(wish, flight)
        if held.fresh_for <= 0:
            self._refreshes.refresh(wish.key, wish.tags, lambda later: self._refresh(wish, later, held.value))
        return held.value

    async def _read(self, wish: _Wish, flight: Flight) -> Held | None:
        if self._announcements.owed:
            raise Unavailable
        near_may_keep, asked = self._subscription.trusted, time.monotonic()
        held = await self._breath.run(lambda: self._store.read(wish.key, wish.tags))
        if held is not None and near_may_keep:
            self._keep_near(wish, flight, held.value, held.fresh_for - (time.monotonic() - asked))
        return held

    def _keep_near(self, wish: _Wish, flight: Flight, value: bytes, fresh_for: float) -> None:
        if self._near is not None and not flight.dirty and fresh_for > 0:
            self._near.put(wish.key, value, fresh_for=fresh_for, tags=wish.tags)

    async def _wait_or_load(self, wish: _Wish, flight: Flight) -> bytes:
        """The answer of whoever holds the lock, or our own; past all patience or without Redis, just ours."""
        attempt = await self._turn(wish)
        if attempt is None:
            return await wish.load()
        if attempt.held is None or attempt.locked:
            return await self._load(wish, flight, attempt)
        return attempt.held.value

    async def _turn(self, wish: _Wish) -> Attempt | None:
        """The lock, or what its holder stored meanwhile; None where neither can be had."""
        until, pause = time.monotonic() + self._patience, 0.01
        while time.monotonic() < until:
            try:
                attempt = await self._attempt(wish)
            except Unavailable:
                return None
            if attempt.locked or attempt.held is not None:
                return attempt
            await asyncio.sleep(pause)
            pause = min(pause * 2, 0.1)
        return None

    async def _attempt(self, wish: _Wish) -> Attempt:
        """Try for the lock; give it back at once where a fresh value came with it, or if cancelled on the way."""
        token = secrets.token_hex(8)
        try:
            attempt = await self._breath.run(lambda: self._store.read_or_lock(wish.key, wish.tags, token))
        except asyncio.CancelledError:
            await self._release(wish.key, token)
            raise
        if attempt.locked and attempt.held is not None and attempt.held.fresh_for > 0:
            await self._release(wish.key, token)
            return replace(attempt, locked=False)
        return attempt

    async def _refresh(self, wish: _Wish, flight: Flight, old: bytes) -> bytes:
        """Load anew unless another process does, or has."""
        try:
            attempt = await self._attempt(wish)
        except Unavailable:
            return old
        return await self._load(wish, flight, attempt) if attempt.locked else old

    async def _load(self, wish: _Wish, flight: Flight, attempt: Attempt) -> bytes:
        """Load under the lock, keep the answer unless it was invalidated on the way, release the lock."""
        near_may_keep = self._subscription.trusted
        renewal = asyncio.create_task(self._renew(wish.key, attempt.token))
        kept = False
        try:
            value = await wish.load()
            if wish.ttl + wish.stale_for > 0 and not flight.dirty:
                kept = await self._keep(wish, attempt, value)
        finally:
            await end(renewal)
            if not kept:
                await self._release(wish.key, attempt.token)
        if kept and near_may_keep:
            self._keep_near(wish, flight, value, wish.ttl)
        return value

    async def _keep(self, wish: _Wish, attempt: Attempt, value: bytes) -> bool:
        try:
            await self._breath.run(
                lambda: self._store.keep(wish.key, attempt, value, ttl=wish.ttl, stale_for=wish.stale_for)
            )
        except Unavailable:
            return False
        return True

    async def _release(self, key: str, token: str) -> None:
        with contextlib.suppress(Unavailable):
            await self._breath.run(lambda: self._store.release(key, token))

    async def _renew(self, key: str, token: str) -> None:
        while True:
            await asyncio.sleep(self._lease / 3)
            with contextlib.suppress(Unavailable):
                await self._breath.run(lambda: self._store.renew(key, token))


def _log_lost(error: Exception) -> None:
    log.warning("cache.refresh_failed", error=type(error).__name__)
