"""Answers that everybody gets who is not logged in: from the cache, ready to be sent."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from aiohttp import web

from entrypoints.http.call import AnyCall
from entrypoints.http.rendering import Kept, tagged
from streamcore.shared.cache import Cache

T = TypeVar("T")

STALE_FOR = 30.0
"""Seconds for which an answer past its time is still given while a new one is made."""
MOST_KEPT = 256
MOST_ADDRESSES = 1024


class PublicAnswers:
    """The cache alone knows what is fresh; beside it lie the same answers taken apart, and known addresses."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._peek: Callable[[str], bytes | None] = getattr(cache, "peek", lambda key: None)
        self._kept: dict[str, Kept] = {}
        self._keys: dict[str, str] = {}

    async def answer(
        self,
        call: AnyCall,
        key: str,
        load: Callable[[], Awaitable[bytes]],
        *,
        ttl: float,
        tags: tuple[str, ...],
        cache_control: str,
        of_address: bool = False,
    ) -> web.Response:
        """The answer under ``key``; ``load`` makes its bytes where the cache has none.

        ``of_address`` says that this address has this key for ever, so that `recall` may find it.
        """
        source = self._peek(key)
        if source is None:

            async def load_tagged() -> bytes:
                return tagged(await load())

            source = await self._cache.get_or_load(key, load_tagged, ttl=ttl, tags=tags, stale_for=STALE_FOR)
        kept = self._kept.get(key)
        if kept is None or kept.source is not source:
            kept = Kept(source, cache_control)
            _put(self._kept, key, kept, MOST_KEPT)
        if of_address:
            _put(self._keys, call.request.raw_path, key, MOST_ADDRESSES)
        return kept.response(call.request, call.scope)

    def recall(self, raw_path: str) -> Kept | None:
        """The fresh answer for an address that was asked for before: the short way for the hottest reads."""
        key = self._keys.get(raw_path)
        if key is None:
            return None
        kept = self._kept.get(key)
        return kept if kept is not None and self._peek(key) is kept.source else None


def _put(table: dict[str, T], key: str, value: T, most: int) -> None:
    if len(table) >= most and key not in table:
        table.clear()
    table[key] = value
