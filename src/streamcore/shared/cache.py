"""The cache: bytes with a time to live and tags, loaded by one loader at a time, never a cause of errors."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol


class Cache(Protocol):
    async def get_or_load(
        self,
        key: str,
        load: Callable[[], Awaitable[bytes]],
        *,
        ttl: float,
        tags: Sequence[str] = (),
        stale_for: float = 0.0,
    ) -> bytes:
        """The bytes under ``key``, loaded if absent, older than ``ttl`` seconds, or of an invalidated tag.

        One loader per key runs at a time across processes; the others wait for its answer. For ``stale_for`` seconds
        past the ttl the old answer is given at once while one loader refreshes it; an invalidated answer is never
        given. A value whose load began before an invalidation of its tags is not kept. Any failure of the cache itself
        degrades to calling ``load``; an error of ``load`` goes to the caller and is not cached.

        A call is answered with the time to live of the call that stored the value, so one key has one ``ttl``,
        and one set of tags.
        """
        ...

    async def invalidate(self, *tags: str) -> None:
        """Forget everything under these tags; every process that shares the cache sees it within a second. Never
        raises."""
        ...

    async def ping(self) -> None:
        """Return if the cache answers; `Unavailable` otherwise."""
        ...

    async def close(self) -> None: ...


class Peek(Protocol):
    """What a cache may offer beside `Cache`: an answer without a coroutine, for the hottest reads."""

    def peek(self, key: str) -> bytes | None:
        """The fresh bytes under ``key`` where this process holds them; None tells nothing, so ask `get_or_load`."""
        ...
