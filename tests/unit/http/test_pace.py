"""Bodies that hardly move, in virtual time."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import HttpVersion11, StreamReader, web
from aiohttp.base_protocol import BaseProtocol
from aiohttp.http_parser import RawRequestMessage
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from entrypoints.http.form_parts import FormParts
from entrypoints.http.pace import LEAST_BYTES, WINDOW_SECONDS, paced
from entrypoints.http.parsing import read_json, read_limited
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


def request(content_type: str, came: bytes) -> web.Request:
    """One whose body has begun and does not go on."""
    loop = asyncio.get_running_loop()
    headers = CIMultiDictProxy(CIMultiDict({"Content-Type": content_type}))
    message = RawRequestMessage(
        "POST", "/", HttpVersion11, headers, (), False, None, False, True, URL("http://server/")
    )  # fmt: skip
    connection = BaseProtocol(loop)
    connection.connection_made(asyncio.Transport())
    body = StreamReader(connection, 2**16, loop=loop)
    body.feed_data(came)
    task = asyncio.current_task()
    assert task is not None

    async def nothing(_: web.BaseRequest) -> web.StreamResponse:
        raise AssertionError

    protocol = web.Server(nothing)()
    return web.Request(message, body, protocol, None, task, loop, client_max_size=0)  # type: ignore[arg-type]


async def fields(silent: web.Request) -> None:
    parts = await FormParts.of(silent)
    async for part in parts:
        await parts.text(part)


HEAD = b"--b\r\nContent-Disposition: form-data; name="
SILENT: dict[str, tuple[str, bytes, Callable[[web.Request], Awaitable[object]]]] = {
    "a form before its first part": ("multipart/form-data; boundary=b", b"", fields),
    "a form in the head of a part": ("multipart/form-data; boundary=b", HEAD, fields),
    "a form in a part": ("multipart/form-data; boundary=b", HEAD + b'"title"\r\n\r\nInk', fields),
    "a form between parts": ("multipart/form-data; boundary=b", HEAD + b'"title"\r\n\r\nInk\r\n' + HEAD, fields),
    "JSON": ("application/json", b"{", read_json),
    "captions": ("text/vtt", b"WEBVTT", lambda silent: read_limited(silent, 1000)),
}


@pytest.mark.parametrize("name", SILENT)
async def test_a_body_that_falls_silent_is_given_up(name: str) -> None:
    content_type, came, reading = SILENT[name]
    began = asyncio.get_running_loop().time()
    with pytest.raises(DeadlineExceeded):
        async with asyncio.timeout(10 * WINDOW_SECONDS):
            await reading(request(content_type, came))
    assert asyncio.get_running_loop().time() - began == pytest.approx(WINDOW_SECONDS, abs=1)
