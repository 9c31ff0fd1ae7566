"""Finished files on their way into the object store."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path, PurePosixPath

from adapters.ffmpeg.usage import counted
from streamcore.shared.objects import ObjectStore

_TYPES = {
    ".m4s": "video/iso.segment",
    ".mp4": "video/mp4",
    ".m3u8": "application/vnd.apple.mpegurl",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
    ".vtt": "text/vtt; charset=utf-8",
    ".m4a": "audio/mp4",
    ".bin": "application/octet-stream",
    ".txt": "text/plain; charset=utf-8",
}
_LOOK_EVERY = 0.5  # seconds


class Outputs:
    """The files of one run below ``folder``, stored under the same names below ``prefix``; local copies then go.

    ``finish`` is given each segment before it is stored, in a thread; ``moved`` is awaited with each file. ``taken``
    counts the bytes of the local copies that have gone.
    """

    def __init__(
        self,
        store: ObjectStore,
        folder: Path,
        prefix: str,
        *,
        parallel: int,
        finish: Callable[[Path], None] | None = None,
        moved: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self.sizes: dict[str, int] = {}
        self.taken = 0
        self._store = store
        self._folder = folder
        self._prefix = prefix
        self._finish = finish
        self._moved = moved
        self._places = asyncio.Semaphore(parallel)

    async def follow(self, done: asyncio.Event, stored: Callable[[], Awaitable[None]] | None = None) -> None:
        """Store segments while they are made (they appear under their names when they are whole) until ``done``.

        ``stored`` is called after each look.
        """
        while not done.is_set():
            await self.store_segments()
            if stored is not None:
                await stored()
            try:
                async with asyncio.timeout(_LOOK_EVERY):
                    await done.wait()
            except TimeoutError:
                continue

    async def store_segments(self) -> None:
        await self.store(await asyncio.to_thread(self._segments))

    async def store(self, names: Iterable[str]) -> None:
        """Store these files, a few at a time."""
        async with asyncio.TaskGroup() as group:
            for name in names:
                group.create_task(self._store_one(name))

    @asynccontextmanager
    async def read(self, name: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """What is stored under a name."""
        await self._tell()
        async with self._store.get(f"{self._prefix}{name}") as chunks:
            yield chunks

    async def put(self, name: str, body: bytes) -> None:
        """Store a few bytes that are in no file."""

        async def chunks() -> AsyncIterator[bytes]:
            yield body

        content_type = _TYPES[PurePosixPath(name).suffix]
        await self._store.put(f"{self._prefix}{name}", chunks(), content_type=content_type, size=len(body))

    def _segments(self) -> list[str]:
        return sorted(str(path.relative_to(self._folder)) for path in self._folder.glob("*/*.m4s"))

    async def _store_one(self, name: str) -> None:
        path = self._folder / name
        async with self._places:
            if self._finish is not None and path.suffix == ".m4s":
                await asyncio.to_thread(self._finish, path)
            info = await self._store.put_file(f"{self._prefix}{name}", path, content_type=_TYPES[path.suffix])
            self.sizes[name] = info.size
            await asyncio.to_thread(path.unlink)
            self.taken += counted(info.size)
        await self._tell()

    async def _tell(self) -> None:
        if self._moved is not None:
            await self._moved()
