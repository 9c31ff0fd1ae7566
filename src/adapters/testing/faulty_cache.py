"""Caches with one fault each, named for it; the contract must fail on every one of them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from adapters.memory.cache import MemoryCache
from streamcore.shared.errors import Unavailable

Loader = Callable[[], Awaitable[bytes]]


class _Faulty(MemoryCache):
    """A sound cache through which a fault is worked in: what is asked of it may be changed on the way."""

    def key(self, key: str) -> str:
        return key

    def tags(self, tags: Sequence[str]) -> Sequence[str]:
        return tags

    def life(self, ttl: float, stale_for: float) -> tuple[float, float]:
        return ttl, stale_for

    async def get_or_load(
        self, key: str, load: Loader, *, ttl: float, tags: Sequence[str] = (), stale_for: float = 0.0
    ) -> bytes:
        ttl, stale_for = self.life(ttl, stale_for)
        return await super().get_or_load(self.key(key), load, ttl=ttl, tags=self.tags(tags), stale_for=stale_for)


class ServesExpired(_Faulty):
    def life(self, ttl: float, stale_for: float) -> tuple[float, float]:
        return ttl * 10, stale_for


class ServesStaleForTooLong(_Faulty):
    def life(self, ttl: float, stale_for: float) -> tuple[float, float]:
        return ttl, stale_for * 10


class KeepsNothing(_Faulty):
    def life(self, ttl: float, stale_for: float) -> tuple[float, float]:
        return 0.0, 0.0


class NeverServesStale(_Faulty):
    def life(self, ttl: float, stale_for: float) -> tuple[float, float]:
        return ttl, 0.0


class ProlongsOnRead(_Faulty):
    async def get_or_load(
        self, key: str, load: Loader, *, ttl: float, tags: Sequence[str] = (), stale_for: float = 0.0
    ) -> bytes:
        value = await super().get_or_load(key, load, ttl=ttl, tags=tags, stale_for=stale_for)
        self._lru.put(key, value, fresh_for=ttl, stale_for=stale_for, tags=tags)
        return value


class IgnoresTags(_Faulty):
    async def invalidate(self, *tags: str) -> None:
        return


class KnowsOneTagPerKey(_Faulty):
    def tags(self, tags: Sequence[str]) -> Sequence[str]:
        return tags[-1:]


class ForgetsEverythingOnInvalidation(_Faulty):
    async def invalidate(self, *tags: str) -> None:
        await super().invalidate(*tags)
        self._lru.clear()


class KeepsLoadsBegunBeforeAnInvalidation(_Faulty):
    async def invalidate(self, *tags: str) -> None:
        self._lru.forget(tags)


class ServesInvalidatedAsStale(_Faulty):
    async def invalidate(self, *tags: str) -> None:
        self._flights.invalidate(tags)
        for entry in self._lru._entries.values():
            if not entry.tags.isdisjoint(tags):
                entry.fresh_until = float("-inf")


class InvalidatesTooLate(_Faulty):
    async def invalidate(self, *tags: str) -> None:
        later = super().invalidate
        asyncio.get_running_loop().call_later(0.002, lambda: asyncio.ensure_future(later(*tags)))


class LoadsSeveralTimesAtOnce(_Faulty):
    async def get_or_load(
        self, key: str, load: Loader, *, ttl: float, tags: Sequence[str] = (), stale_for: float = 0.0
    ) -> bytes:
        found = self._lru.peek(key)
        if found is None:
            found = await load()
            self._lru.put(key, found, fresh_for=ttl, stale_for=stale_for, tags=tags)
        return found


class RefreshesSeveralTimesAtOnce(_Faulty):
    async def get_or_load(
        self, key: str, load: Loader, *, ttl: float, tags: Sequence[str] = (), stale_for: float = 0.0
    ) -> bytes:
        if self._lru.peek(key) is None and self._lru.stale(key) is not None:
            self._flights._flying.pop(key, None)
        return await super().get_or_load(key, load, ttl=ttl, tags=tags, stale_for=stale_for)


class CachesErrors(_Faulty):
    async def get_or_load(
        self, key: str, load: Loader, *, ttl: float, tags: Sequence[str] = (), stale_for: float = 0.0
    ) -> bytes:
        errors: dict[str, Exception] = self.__dict__.setdefault("errors", {})
        if key in errors:
            raise errors[key]
        try:
            return await super().get_or_load(key, load, ttl=ttl, tags=tags, stale_for=stale_for)
        except Exception as error:
            errors[key] = error
            raise


class SwallowsErrors(_Faulty):
    async def get_or_load(
        self, key: str, load: Loader, *, ttl: float, tags: Sequence[str] = (), stale_for: float = 0.0
    ) -> bytes:
        try:
            return await super().get_or_load(key, load, ttl=ttl, tags=tags, stale_for=stale_for)
        except Exception:
            return b""


class RepeatsAFailedLoad(_Faulty):
    async def get_or_load(
        self, key: str, load: Loader, *, ttl: float, tags: Sequence[str] = (), stale_for: float = 0.0
    ) -> bytes:
        try:
            return await super().get_or_load(key, load, ttl=ttl, tags=tags, stale_for=stale_for)
        except Exception:
            return await load()


class RaisesWithoutStorage(_Faulty):
    """``storage`` is away where the contract asks for a broken cache."""

    storage = True

    async def get_or_load(
        self, key: str, load: Loader, *, ttl: float, tags: Sequence[str] = (), stale_for: float = 0.0
    ) -> bytes:
        if not self.storage:
            raise Unavailable
        return await super().get_or_load(key, load, ttl=ttl, tags=tags, stale_for=stale_for)


class RaisesWhenInvalidatedWithoutStorage(_Faulty):
    storage = True

    async def invalidate(self, *tags: str) -> None:
        if not self.storage:
            raise Unavailable
        await super().invalidate(*tags)


class DragsOthersIntoACancellation(_Faulty):
    async def get_or_load(
        self, key: str, load: Loader, *, ttl: float, tags: Sequence[str] = (), stale_for: float = 0.0
    ) -> bytes:
        running: dict[str, asyncio.Task[bytes]] = self.__dict__.setdefault("running", {})
        if key not in running:
            once = super().get_or_load(key, load, ttl=ttl, tags=tags, stale_for=stale_for)
            running[key] = asyncio.ensure_future(once)
            running[key].add_done_callback(lambda _: running.pop(key, None))
        return await running[key]


class LeavesALockWhenCancelled(_Faulty):
    async def get_or_load(
        self, key: str, load: Loader, *, ttl: float, tags: Sequence[str] = (), stale_for: float = 0.0
    ) -> bytes:
        locks: dict[str, asyncio.Lock] = self.__dict__.setdefault("locks", {})
        lock = locks.setdefault(key, asyncio.Lock())
        await lock.acquire()
        found = await super().get_or_load(key, load, ttl=ttl, tags=tags, stale_for=stale_for)
        lock.release()
        return found


class ConfusesKeys(_Faulty):
    def key(self, key: str) -> str:
        return key.strip().lower()


class CutsLongBodies(_Faulty):
    async def get_or_load(
        self, key: str, load: Loader, *, ttl: float, tags: Sequence[str] = (), stale_for: float = 0.0
    ) -> bytes:
        return (await super().get_or_load(key, load, ttl=ttl, tags=tags, stale_for=stale_for))[:1_000_000]


class LoadsOneKeyAfterTheOther(_Faulty):
    async def get_or_load(
        self, key: str, load: Loader, *, ttl: float, tags: Sequence[str] = (), stale_for: float = 0.0
    ) -> bytes:
        async with self.__dict__.setdefault("lock", asyncio.Lock()):
            return await super().get_or_load(key, load, ttl=ttl, tags=tags, stale_for=stale_for)


FAULTY_CACHES: tuple[type[MemoryCache], ...] = (
    ServesExpired,
    ServesStaleForTooLong,
    KeepsNothing,
    NeverServesStale,
    ProlongsOnRead,
    IgnoresTags,
    KnowsOneTagPerKey,
    ForgetsEverythingOnInvalidation,
    KeepsLoadsBegunBeforeAnInvalidation,
    ServesInvalidatedAsStale,
    InvalidatesTooLate,
    LoadsSeveralTimesAtOnce,
    RefreshesSeveralTimesAtOnce,
    CachesErrors,
    SwallowsErrors,
    RepeatsAFailedLoad,
    RaisesWithoutStorage,
    RaisesWhenInvalidatedWithoutStorage,
    DragsOthersIntoACancellation,
    LeavesALockWhenCancelled,
    ConfusesKeys,
    CutsLongBodies,
    LoadsOneKeyAfterTheOther,
)
