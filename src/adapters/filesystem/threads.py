"""File operations block, so they run in a few threads of their own."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from adapters.filesystem.errors import translated
from streamcore.shared.errors import Unavailable

P = ParamSpec("P")
T = TypeVar("T")


class FileThreads:
    """A bounded pool of ``size`` threads."""

    def __init__(self, size: int) -> None:
        self._pool = ThreadPoolExecutor(size, thread_name_prefix="streamcore-files")

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """``work`` in a thread. A caller that is cancelled goes on only when the work has ended, so that whatever it
        then cleans up is in nobody's hands."""

        def job() -> T:
            with translated():
                return work(*args, **kwargs)

        try:
            future = asyncio.get_running_loop().run_in_executor(self._pool, job)
        except RuntimeError as error:
            raise Unavailable("The object store is closed.") from error
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            await _ended(future)
            raise

    async def close(self) -> None:
        await asyncio.to_thread(self._pool.shutdown)


async def _ended(future: asyncio.Future[T]) -> None:
    """Wait, however often the caller is cancelled meanwhile. The future itself is not cancelled: it would be done at
    once while its thread goes on, and what waits for a thread may be the cleaning up."""
    while not future.done():
        try:
            await asyncio.wait([future])
        except asyncio.CancelledError:
            continue
    if not future.cancelled():
        future.exception()  # somebody has looked at it
