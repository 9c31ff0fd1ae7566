"""Fragments of a stored segment, by ranges."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from streamcore.shared.errors import NotFound
from streamcore.videos.models.boxes import MOST_HEADER, Box, Fragment, Track, read_fragment, read_head

_MOST_FRAGMENT = 4 * 1024**2
_FIRST_LOOK = 8 * 1024  # bytes: the head with the times of some hundred samples
_MOST_BOXES = 10_000


@dataclass(slots=True)
class Fragments:
    """Reads as much of a segment as tells when it plays; ``size`` in bytes, ``read`` takes key, start and end.

    ``_known`` is what was read last.
    """

    read: Callable[[str, int, int], Awaitable[bytes | None]]
    key: str
    size: int
    _known: bytes = b""
    _from: int = 0

    async def of(self, track: Track) -> AsyncIterator[Fragment]:
        """In order; ``track`` is what the initialisation segment says. ValueError if its boxes do not fill the segment
        exactly, or there is no fragment; `NotFound` if it is gone."""
        at, count, found = 0, 0, False
        while at < self.size:
            box = await self._head(at)
            end = self.size if box.size is None else at + box.size
            count += 1
            if end > self.size or count > _MOST_BOXES:
                raise ValueError(f"it has {self.size} bytes and should have {end}")
            if box.kind == b"moof":
                if end - at > _MOST_FRAGMENT:
                    raise ValueError("a fragment's head is too large")
                found = True
                yield read_fragment(await self._at(at + box.head, end), track)
            at = end
        if not found:
            raise ValueError("it has no fragment")

    async def _head(self, at: int) -> Box:
        return read_head(await self._at(at, min(at + MOST_HEADER, self.size)))

    async def _at(self, start: int, end: int) -> bytes:
        if start < self._from or end > self._from + len(self._known):
            known = await self.read(self.key, start, max(end, min(self.size, start + _FIRST_LOOK)))
            if known is None:
                raise NotFound
            self._known, self._from = known, start
        data = self._known[start - self._from : end - self._from]
        if len(data) < end - start:
            raise ValueError(f"it ends before its {self.size} bytes")
        return data
