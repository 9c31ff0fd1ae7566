"""Work that a cancellation must not cut in two."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


async def finish(work: Coroutine[Any, Any, T]) -> T:
    """The outcome of ``work``, which runs to its end even if the calling task is cancelled; that is passed on then.

    SQLite's driver works in a thread that cannot be stopped, and loses connections when it is left alone.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait({task})
        if not task.cancelled():
            task.exception()  # it is the cancellation that the caller has to hear of
        raise
