"""Bodies that hardly move are given up: each holds a connection, and memory or a temporary file."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from typing import TypeVar

from streamcore.shared.errors import DeadlineExceeded

WINDOW_SECONDS = 60.0
LEAST_BYTES = 16 * 1024

T = TypeVar("T")


async def paced(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same bytes; `DeadlineExceeded` where fewer than `LEAST_BYTES` came in `WINDOW_SECONDS` of waiting for them.

    What the reader does between two chunks is not counted.
    """
    loop = asyncio.get_running_loop()
    left, came = WINDOW_SECONDS, 0
    while True:
        begun = loop.time()
        chunk = await in_time(anext(body, None), left)
        if chunk is None:
            return
        left, came = left - (loop.time() - begun), came + len(chunk)
        if came >= LEAST_BYTES:
            left, came = WINDOW_SECONDS, 0
        yield chunk


async def in_time(reading: Awaitable[T], seconds: float = WINDOW_SECONDS) -> T:
    """What ``reading`` a piece of a body gives; `DeadlineExceeded` where it does not come within ``seconds``."""
    try:
        async with asyncio.timeout(seconds):
            return await reading
    except TimeoutError:
        raise DeadlineExceeded("The body comes too slowly.") from None
