"""Bodies for the object store's suite: of any size, at fault, or watched."""

import asyncio
import random
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from functools import lru_cache
from hashlib import sha256

from streamcore.shared.errors import NotFound
from streamcore.shared.objects import ObjectInfo, ObjectStore

MIB = 1024**2
TYPE = "video/mp4"


class BodyBroke(Exception):
    """Raised on purpose by a body."""


@lru_cache(maxsize=64)
def content(size: int, seed: int = 0) -> bytes:
    """``size`` bytes that look random and are the same for the same seed."""
    return random.Random(seed).randbytes(size)  # noqa: S311 - repeatable on purpose


async def body(data: bytes, chunk: int = 60_000) -> AsyncIterator[bytes]:
    """``data`` in chunks that fit no store's own size."""
    for start in range(0, len(data), chunk):
        yield data[start : start + chunk]


async def breaking(data: bytes) -> AsyncIterator[bytes]:
    """A body that raises `BodyBroke` where it should go on."""
    async for chunk in body(data):
        yield chunk
    raise BodyBroke


async def stalling(data: bytes, stalled: asyncio.Event) -> AsyncIterator[bytes]:
    """A body that never goes on after ``data``; ``stalled`` tells that it is there."""
    async for chunk in body(data):
        yield chunk
    stalled.set()
    await asyncio.Event().wait()


async def endless_block(size: int) -> AsyncIterator[bytes]:
    """``size`` zero bytes that take no memory."""
    block = bytes(65_536)
    for start in range(0, size, len(block)):
        yield block[: size - start]


def digest_of_zeros(size: int) -> str:
    digest = sha256()
    for start in range(0, size, MIB):
        digest.update(bytes(min(MIB, size - start)))
    return digest.hexdigest()


async def read(store: ObjectStore, key: str, start: int = 0, end: int | None = None) -> bytes:
    async with store.get(key, start=start, end=end) as chunks:
        return b"".join([chunk async for chunk in chunks])


async def stored(store: ObjectStore, key: str) -> bytes | None:
    """The object's bytes; None if there is none."""
    try:
        return await read(store, key)
    except NotFound:
        return None


async def listed(store: ObjectStore, prefix: str = "") -> list[str]:
    return [info.key async for info in store.list(prefix)]


def same_object(one: ObjectInfo, other: ObjectInfo) -> bool:
    """Whether both tell of the same content under the same key; servers round the time."""
    return (one.key, one.size, one.etag, one.content_type) == (other.key, other.size, other.etag, other.content_type)


@contextmanager
def peak_memory() -> Iterator[list[int]]:
    """A list that holds, after the block, how many bytes Python allocated at most meanwhile, beyond those before."""
    peak: list[int] = []
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        yield peak
        peak.append(tracemalloc.get_traced_memory()[1] - before)
    finally:
        tracemalloc.stop()


def same(got: bytes, expected: bytes) -> bool:
    """Whether they are equal. A plain comparison would make a failing test report on megabytes, byte by byte."""
    return got == expected
