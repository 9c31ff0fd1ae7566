"""Object storage: streams in and out under string keys, never a whole object in memory.

A key is 1–900 bytes of ``[A-Za-z0-9._-]`` segments joined by ``/``; no segment is ``.`` or ``..``, none begins with a
dot. Anything else is `Invalid`. Methods raise `Unavailable` when the store is away, `DeadlineExceeded` when it does not
answer in time.
"""

import re
from collections.abc import AsyncIterable, AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from streamcore.shared.errors import Invalid

_SEGMENT = r"[A-Za-z0-9_-][A-Za-z0-9._-]*"
_KEY = re.compile(rf"{_SEGMENT}(/{_SEGMENT})*")


def check_key(key: str) -> str:
    """``key`` itself if it is one; `Invalid` otherwise."""
    if len(key) > 900 or not _KEY.fullmatch(key):
        raise Invalid.field("key", "This is no valid object key.", "object_key")
    return key


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """``etag`` changes whenever the content does (opaque, unquoted); ``size`` is in bytes."""

    key: str
    size: int
    etag: str
    content_type: str
    modified_at: datetime


@dataclass(frozen=True, slots=True)
class PresignedRequest:
    """A request that anybody may send until ``expires_at``, with exactly these headers."""

    method: str
    url: str
    expires_at: datetime
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """An uploaded part of a multipart upload; ``number`` counts from 1."""

    number: int
    etag: str


class ObjectStore(Protocol):
    async def put(
        self,
        key: str,
        body: AsyncIterable[bytes],
        *,
        content_type: str,
        size: int | None = None,
        if_absent: bool = False,
    ) -> ObjectInfo:
        """Store the stream; the object appears whole at the end or not at all, replacing an older one.

        With ``size`` a body of another length is `Invalid` and stores nothing. With ``if_absent`` an existing object
        is `PreconditionFailed`. If ``body`` raises, nothing is stored and the error goes to the caller.
        """
        ...

    def get(
        self, key: str, *, start: int = 0, end: int | None = None
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Bytes ``start`` to ``end`` (exclusive; None: to the last) in chunks; `NotFound` on entering."""
        ...

    async def head(self, key: str) -> ObjectInfo:
        """`NotFound` if there is none."""
        ...

    async def copy(self, source: str, target: str) -> ObjectInfo:
        """Copy within the store, replacing ``target`` whole; `NotFound` without a source."""
        ...

    def list(self, prefix: str) -> AsyncIterator[ObjectInfo]:
        """Every object whose key begins with the string ``prefix``, ordered by key."""
        ...

    async def delete(self, *keys: str) -> None:
        """Delete the objects; those that are not there are no error."""
        ...

    async def start_multipart(self, key: str, *, content_type: str) -> str:
        """Begin an upload in parts; its id. Nothing shows under ``key`` before it is completed."""
        ...

    async def put_part(self, key: str, upload_id: str, number: int, body: AsyncIterable[bytes], *, size: int) -> Part:
        """Store part ``number`` (1–10 000), replacing an older one; all but the last are at least 5 MiB."""
        ...

    async def complete_multipart(self, key: str, upload_id: str, parts: Sequence[Part]) -> ObjectInfo:
        """Join the parts in the order of their numbers; `NotFound` without such an upload, `Invalid` for unknown parts."""
        ...

    async def abort_multipart(self, key: str, upload_id: str) -> None:
        """Drop the parts; an unknown upload is no error."""
        ...

    async def sweep_unfinished(self, *, before: datetime) -> int:
        """Remove multipart uploads and temporary files begun before a time; how many."""
        ...

    async def presign_put(
        self, key: str, *, content_type: str, size: int, expires_in: timedelta, checksum_sha256: str | None = None
    ) -> PresignedRequest:
        """Let a client store exactly ``size`` bytes of ``content_type`` (hex SHA-256 as given) under ``key``."""
        ...

    async def presign_part(
        self, key: str, upload_id: str, number: int, *, size: int, expires_in: timedelta
    ) -> PresignedRequest:
        """Let a client store one part; it answers with the part's ETag header."""
        ...

    async def presign_get(self, key: str, *, expires_in: timedelta) -> PresignedRequest:
        """Let a client read the object."""
        ...

    async def ping(self) -> None:
        """Return if the store answers; `Unavailable` otherwise."""
        ...

    async def close(self) -> None: ...
