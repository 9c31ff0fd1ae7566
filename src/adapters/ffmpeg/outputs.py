"""Finished files on their way into the object store."""

import asyncio
from collections.abc import Iterable
from pathlib import Path

from streamcore.shared.objects import ObjectStore

_TYPES = {
    ".m4s": "video/iso.segment",
    ".mp4": "video/mp4",
    ".m3u8": "application/vnd.apple.mpegurl",
    ".jpg": "image/jpeg",
}
_LOOK_EVERY = 0.5  # seconds


class Outputs:
    """The files of one run below ``folder``, stored under the same names below ``prefix``; local copies then go."""

    def __init__(self, store: ObjectStore, folder: Path, prefix: str, *, parallel: int) -> None:
        self.sizes: dict[str, int] = {}
        self._store = store
        self._folder = folder
        self._prefix = prefix
        self._places = asyncio.Semaphore(parallel)

    async def follow(self, done: asyncio.Event) -> None:
        """Store segments while they are made (they appear under their names when they are whole) until ``done``."""
        while not done.is_set():
            await self.store_segments()
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

    def _segments(self) -> list[str]:
        return sorted(str(path.relative_to(self._folder)) for path in self._folder.glob("*/*.m4s"))

    async def _store_one(self, name: str) -> None:
        path = self._folder / name
        async with self._places:
            info = await self._store.put_file(f"{self._prefix}{name}", path, content_type=_TYPES[path.suffix])
            self.sizes[name] = info.size
            await asyncio.to_thread(path.unlink)
