"""Bodies that hardly move, in virtual time."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from entrypoints.http.pace import LEAST_BYTES, WINDOW_SECONDS, paced
from streamcore.shared.errors import DeadlineExceeded

pytestmark = pytest.mark.virtual_time


async def sent(count: int, size: int, pause: float) -> AsyncIterator[bytes]:
    for _ in range(count):
        await asyncio.sleep(pause)
        yield b"x" * size


async def test_a_slow_body_comes_whole() -> None:
    pause = WINDOW_SECONDS / 4 - 1
    assert sum([len(chunk) async for chunk in paced(sent(20, LEAST_BYTES // 4, pause))]) == 5 * LEAST_BYTES


@pytest.mark.parametrize(("size", "pause"), [(1, 1.0), (LEAST_BYTES // 4, WINDOW_SECONDS / 4 + 1), (1, 1e6)])
async def test_one_that_hardly_moves_is_given_up(size: int, pause: float) -> None:
    began = asyncio.get_running_loop().time()
    with pytest.raises(DeadlineExceeded):
        async for _ in paced(sent(100_000, size, pause)):
            pass
    assert asyncio.get_running_loop().time() - began == pytest.approx(WINDOW_SECONDS, abs=1)


async def test_the_time_of_the_reader_is_not_the_senders() -> None:
    count = 0
    async for chunk in paced(sent(3, 1, 1.0)):
        await asyncio.sleep(10 * WINDOW_SECONDS)
        count += len(chunk)
    assert count == 3
