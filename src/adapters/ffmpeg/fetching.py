"""Stored objects as a file that FFmpeg can read."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from streamcore.shared.objects import HasLocalFiles, ObjectStore


async def fetch(store: ObjectStore, keys: Sequence[str], copy: Path, at: Callable[[int], Awaitable[None]]) -> Path:
    """The objects, one behind the other, as one file: the store's own if that is all, else ``copy``.

    ``at`` is told how many bytes are there.
    """
    if len(keys) == 1 and isinstance(store, HasLocalFiles):
        return await store.local_path(keys[0])
    there = 0
    with copy.open("wb", buffering=0) as file:
        for key in keys:
            async with store.get(key) as chunks:
                async for chunk in chunks:
                    await asyncio.to_thread(file.write, chunk)
                    there += len(chunk)
                    await at(there)
    return copy
