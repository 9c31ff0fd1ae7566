"""Object storage: streams in and out under string keys, never a whole object in memory.

A key is 1–900 bytes of ``[A-Za-z0-9._-]`` segments joined by ``/``, each of 1–200 bytes (so that it can be the name of
a file); none begins with a dot. Anything else is `Invalid`. Keys are plain strings: ``a`` and ``a/b`` may both exist.
Methods raise `Unavailable` when the store is away, `DeadlineExceeded` when it does not answer in time. A call that is
cancelled has stored its object whole or not at all, and leaves no parts and no temporary files behind.
"""

import re
from collections.abc import AsyncIterable, AsyncIterator, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol, runtime_checkable

from streamcore.shared.errors import Invalid

_SEGMENT = r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}"
_KEY = re.compile(rf"{_SEGMENT}(/{_SEGMENT})*")
_CONTENT_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,100}/[A-Za-z0-9!#$&^_.+-]{1,100}(;[ -~]{1,50})?")

MIN_PART_SIZE = 5 * 1024**2
"""Bytes that every part of a multipart upload but the last has to have."""
MAX_PARTS = 10_000
MAX_WHOLE = 5 * 1024**3
"""Bytes that a store takes in one request; more goes in parts (S3's limit on PutObject)."""


def check_key(key: str) -> str:
    """``key`` itself if it is one; `Invalid` otherwise."""
    if len(key) > 900 or not _KEY.fullmatch(key):
        raise Invalid.field("key", "This is no valid object key.", "object_key")
    return key


def check_content_type(content_type: str) -> str:
    """``content_type`` itself if it is one (RFC 9110, section 8.3, at most one parameter); `Invalid` otherwise."""
    if not _CONTENT_TYPE.fullmatch(content_type):
        raise Invalid.field("content_type", "This is no valid media type.", "content_type")
    return content_type


def check_range(start: int, end: int | None) -> None:
    """`Invalid` unless 0 ≤ ``start`` ≤ ``end``."""
    if start < 0 or (end is not None and end < start):
        raise Invalid.field("range", "This is no valid range of bytes.", "range")


def check_part_number(number: int) -> int:
    """``number`` itself if it is one of 1–10 000; `Invalid` otherwise."""
    if not 1 <= number <= MAX_PARTS:
        raise Invalid.field("number", f"Parts are numbered from 1 to {MAX_PARTS}.", "part_number")
    return number


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """``etag`` changes whenever the content does (opaque, unquoted); ``size`` is in bytes.

    ``content_type`` is empty in what `ObjectStore.list` yields: stores do not tell it there.
    """

    key: str
    size: int
    etag: str
    content_type: str
    modified_at: datetime


@dataclass(frozen=True, slots=True)
class PresignedRequest:
    """A request that anybody may send until ``expires_at``, with exactly these headers.

    ``headers`` leaves out ``Host`` and ``Content-Length``, which every client sends by itself.
    """

    method: str
    url: str
    expires_at: datetime
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """An uploaded part of a multipart upload; ``number`` counts from 1."""

    number: int
    etag: str


@dataclass(frozen=True, slots=True)
class StoredPart(Part):
    """A part as the store has it; ``size`` in bytes."""

    size: int


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

    async def put_file(self, key: str, path: Path, *, content_type: str) -> ObjectInfo:
        """Store a finished local file like `put`, without copying where possible; `Invalid` if it is no regular file.

        ``path`` stays there for the caller to delete. Nobody may write to it again: it may be the stored object itself.
        """
        ...

    def get(
        self, key: str, *, start: int = 0, end: int | None = None, if_match: str | None = None
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Bytes ``start`` to ``end`` (exclusive; None: to the last) in chunks; `NotFound` on entering.

        With ``if_match``, entering is `PreconditionFailed` where the object has another entity tag. Bounds past the end
        mean the end, as in a slice. What was entered is read to its end, whatever happens to the key meanwhile: an old
        object or a new one, never a mixture.
        """
        ...

    async def head(self, key: str) -> ObjectInfo:
        """`NotFound` if there is none."""
        ...

    async def copy(self, source: str, target: str) -> ObjectInfo:
        """Copy within the store, replacing ``target`` whole; `NotFound` without a source."""
        ...

    def list(self, prefix: str) -> AsyncIterator[ObjectInfo]:
        """Every object whose key begins with the string ``prefix`` (perhaps empty), ordered by key.

        Objects stored or deleted meanwhile may be missing or not; all others come exactly once.
        """
        ...

    async def delete(self, *keys: str) -> None:
        """Delete the objects (any number of them); those that are not there are no error."""
        ...

    async def start_multipart(self, key: str, *, content_type: str) -> str:
        """Begin an upload in parts; its id. Nothing shows under ``key`` before it is completed."""
        ...

    async def put_part(self, key: str, upload_id: str, number: int, body: AsyncIterable[bytes], *, size: int) -> Part:
        """Store part ``number`` (1–10 000), replacing an older one; `NotFound` without the upload.

        All but the last have at least `MIN_PART_SIZE` bytes, which is checked when they are joined.
        """
        ...

    async def list_parts(self, key: str, upload_id: str) -> Sequence[StoredPart]:
        """What has arrived so far, ordered by number, each part as it was stored last; `NotFound` without the upload.

        A part shows once it is stored whole.
        """
        ...

    async def complete_multipart(self, key: str, upload_id: str, parts: Sequence[Part]) -> ObjectInfo:
        """Join the parts in the order of their numbers; `NotFound` without the upload, `Invalid` for wrong parts.

        Wrong are: none, a number twice, one that was never stored or has been replaced, one too small. The upload then
        goes on. Parts that are not named are dropped.
        """
        ...

    async def abort_multipart(self, key: str, upload_id: str) -> None:
        """Drop the parts; an unknown upload is no error."""
        ...

    async def sweep_unfinished(self, *, before: datetime, kept: Collection[str] = (), dry_run: bool = False) -> int:
        """Remove multipart uploads and temporary files begun before a time; how many. Uploads whose ids are in
        ``kept`` stay. With ``dry_run`` they are only counted."""
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


@runtime_checkable
class HasLocalFiles(Protocol):
    """Offered by stores whose objects are files on this machine, for those who can use a file better than a stream."""

    async def local_path(self, key: str) -> Path:
        """The file that holds exactly the object's bytes, to be read only; `NotFound` without the object.

        It may be gone as soon as the object is replaced or deleted; a process that has opened it can read on.
        """
        ...
