"""Bytes in this process, the least recently used of them dropped first, forgotten by tag at once."""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable

_OVERHEAD = 300  # bytes of Python objects per entry, measured roughly with tracemalloc


class _Entry:
    __slots__ = ("cost", "fresh_until", "stale_until", "tags", "value")

    def __init__(self, value: bytes, fresh_until: float, stale_until: float, tags: frozenset[str], cost: int) -> None:
        self.value = value
        self.fresh_until = fresh_until
        self.stale_until = stale_until
        self.tags = tags
        self.cost = cost


class TaggedLru:
    """At most ``max_bytes`` of values; ``monotonic`` gives seconds. Nothing here waits, so nothing here can race."""

    def __init__(self, max_bytes: int = 64 * 2**20, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._keys_of: dict[str, set[str]] = {}
        self._max_bytes = max_bytes
        self._bytes = 0
        self._monotonic = monotonic

    def peek(self, key: str) -> bytes | None:
        """The bytes under ``key`` while they are fresh. This is the hottest line of the platform: keep it small."""
        entry = self._entries.get(key)
        if entry is None or entry.fresh_until <= self._monotonic():
            return None
        self._entries.move_to_end(key)
        return entry.value

    def stale(self, key: str) -> bytes | None:
        """The bytes under ``key`` while they are fresh or may be given stale."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry.stale_until <= self._monotonic():
            self._drop(key)
            return None
        return entry.value

    def put(
        self, key: str, value: bytes, *, fresh_for: float, stale_for: float = 0.0, tags: Iterable[str] = ()
    ) -> None:
        """Keep ``value`` for so many seconds; one that is larger than the whole cache is not kept."""
        if key in self._entries:
            self._drop(key)
        labels = frozenset(tags)
        cost = len(value) + 2 * len(key) + _OVERHEAD + 100 * len(labels)
        if cost > self._max_bytes or fresh_for + stale_for <= 0:
            return
        fresh_until = self._monotonic() + fresh_for
        self._entries[key] = _Entry(value, fresh_until, fresh_until + stale_for, labels, cost)
        for tag in labels:
            self._keys_of.setdefault(tag, set()).add(key)
        self._bytes += cost
        while self._bytes > self._max_bytes:
            self._drop(next(iter(self._entries)))

    def forget(self, tags: Iterable[str]) -> None:
        """Drop everything under these tags."""
        for tag in tags:
            for key in tuple(self._keys_of.get(tag, ())):
                self._drop(key)

    def clear(self) -> None:
        self._entries.clear()
        self._keys_of.clear()
        self._bytes = 0

    @property
    def bytes_held(self) -> int:
        """What the entries are counted as, in bytes."""
        return self._bytes

    def _drop(self, key: str) -> None:
        entry = self._entries.pop(key)
        self._bytes -= entry.cost
        for tag in entry.tags:
            keys = self._keys_of[tag]
            keys.discard(key)
            if not keys:
                del self._keys_of[tag]
