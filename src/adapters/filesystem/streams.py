"""Bytes between the event loop and files, a piece at a time."""

import os
import stat
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from adapters.filesystem.durable import Incoming
from adapters.filesystem.entries import Entry
from adapters.filesystem.threads import FileThreads
from adapters.filesystem.tree import Tree
from streamcore.shared.errors import Invalid

CHUNK = 512 * 1024
_STEP = 64 * 1024**2  # bytes copied before a cancelled caller is heard


class Opened:
    """An object's content, from `open` to `close`."""

    def __init__(self, tree: Tree, key: str) -> None:
        self._tree = tree
        self._key = key
        self._entry: Entry | None = None
        self._descriptor: int | None = None

    @property
    def entry(self) -> Entry:
        if self._entry is None:
            raise RuntimeError("not open")
        return self._entry

    @property
    def descriptor(self) -> int:
        if self._descriptor is None:
            raise RuntimeError("not open")
        return self._descriptor

    def open(self) -> None:
        self._entry, self._descriptor = self._tree.open(self._key)

    def close(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    def read(self, start: int, end: int) -> bytes:
        return os.pread(self.descriptor, min(end - start, CHUNK), start)


class FileStreams:
    def __init__(self, tree: Tree, threads: FileThreads) -> None:
        self._tree = tree
        self._threads = threads

    @asynccontextmanager
    async def incoming(self, microseconds: int) -> AsyncIterator[Incoming]:
        """A temporary file that is gone afterwards, unless it was moved."""
        file = self._tree.incoming(microseconds)
        try:
            yield file
        finally:
            await self._threads.run(file.discard)

    @asynccontextmanager
    async def opened(self, key: str) -> AsyncIterator[Opened]:
        """The object's content, readable until the end whatever happens to the key; `NotFound` without one."""
        content = Opened(self._tree, key)
        try:
            await self._threads.run(content.open)
            yield content
        finally:
            await self._threads.run(content.close)

    async def chunks(self, content: Opened, start: int, end: int) -> AsyncGenerator[bytes, None]:
        while start < end and (chunk := await self._threads.run(content.read, start, end)):
            start += len(chunk)
            yield chunk

    async def write(
        self, file: Incoming, body: AsyncIterable[bytes], size: int | None, *, digest: bool = False
    ) -> None:
        """Append the body, `CHUNK` bytes at a time; `Invalid` if it has another size."""
        waiting: list[bytes] = []
        count = total = 0
        async for chunk in body:
            waiting.append(bytes(chunk))
            count += len(chunk)
            total += len(chunk)
            if size is not None and total > size:
                break
            if count >= CHUNK:
                await self._threads.run(file.write, b"".join(waiting), digest=digest)
                waiting.clear()
                count = 0
        if size is not None and total != size:
            raise Invalid.field("size", "The body has another size than announced.", "size_mismatch")
        await self._threads.run(file.write, b"".join(waiting), digest=digest)

    async def append(self, file: Incoming, path: Path) -> None:
        """Append another file."""
        offset = 0
        while copied := await self._threads.run(_append_step, file, path, offset):
            offset += copied

    async def append_content(self, file: Incoming, content: Opened) -> None:
        """Append an object's content."""
        offset = 0
        while copied := await self._threads.run(file.append, content.descriptor, offset, _STEP):
            offset += copied


def _append_step(file: Incoming, path: Path, offset: int) -> int:
    source = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        return file.append(source, offset, _STEP)
    finally:
        os.close(source)


def link_if_possible(file: Incoming, path: Path) -> bool:
    """Whether ``file`` now is the file at ``path``; it is not where links are impossible or the path is gone."""
    try:
        return file.link(path)
    except FileNotFoundError:
        return False


def require_file(path: Path) -> None:
    """`Invalid` unless it is a regular file, and no link to one."""
    try:
        regular = stat.S_ISREG(path.lstat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        regular = False
    if not regular:
        raise Invalid.field("path", "This is no regular file.", "no_file")
