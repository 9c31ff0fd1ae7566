"""Bodies on their way to S3: how many bytes to send at once, and how to hold them meanwhile."""

from collections.abc import AsyncIterable, AsyncIterator
from pathlib import Path
from tempfile import SpooledTemporaryFile

from adapters.s3.bucket import Bucket
from streamcore.shared.errors import Invalid

PART_SIZE = 8 * 1024**2
"""Bytes of a part. With S3's limit of 10 000 parts a stream of unknown length may have 78 GiB."""


def wrong_size(expected: int, seen: int) -> Invalid:
    return Invalid.field("size", f"The body has {seen} bytes instead of {expected}.", "size_mismatch")


async def blocks(body: AsyncIterable[bytes], size: int | None) -> AsyncIterator[bytes]:
    """The body in blocks of `PART_SIZE` (the last one shorter, perhaps empty); `Invalid` unless it has ``size``."""
    held = bytearray()
    seen = 0
    async for chunk in body:
        seen += len(chunk)
        if size is not None and seen > size:
            raise wrong_size(size, seen)
        held += chunk
        while len(held) > PART_SIZE:
            with memoryview(held) as view:
                block = bytes(view[:PART_SIZE])
            del held[:PART_SIZE]
            yield block
    if size is not None and seen != size:
        raise wrong_size(size, seen)
    yield bytes(held)


async def spooled(body: AsyncIterable[bytes], size: int) -> "SpooledTemporaryFile[bytes]":
    """The whole body in a temporary file (in memory while it is small): a signature needs to read it before sending."""
    file: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(max_size=PART_SIZE)  # noqa: SIM115  # the caller closes it
    try:
        seen = 0
        async for chunk in body:
            seen += len(chunk)
            if seen > size:
                raise wrong_size(size, seen)
            file.write(chunk)
        if seen != size:
            raise wrong_size(size, seen)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


async def file_blocks(bucket: Bucket, path: Path) -> AsyncIterator[bytes]:
    """A local file in such blocks; `Invalid` if it is no regular file."""
    run = bucket.threads.run
    if not await run(_is_regular, path):
        raise Invalid.field("path", "This is no regular file.", "not_a_file")
    start = 0
    while len(block := await run(_read, path, start)) == PART_SIZE:
        start += PART_SIZE
        yield block
    yield block


def _is_regular(path: Path) -> bool:
    """Whether it is a file itself: a link could lead to anything."""
    return path.is_file() and not path.is_symlink()


def _read(path: Path, start: int) -> bytes:
    with path.open("rb") as file:
        file.seek(start)
        return file.read(PART_SIZE)
