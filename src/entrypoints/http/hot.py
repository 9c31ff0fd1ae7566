"""The shortest way for an answer that is asked for again and again: its head is bytes already."""

import time
from email.utils import formatdate
from functools import lru_cache

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import HttpVersion11
from multidict import CIMultiDict


def head_of(headers: CIMultiDict[str], body: bytes) -> bytes:
    """A status line and headers, without those that each request adds."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 200 OK\r\n{lines}Content-Length: {len(body)}\r\n".encode()


def suits(request: web.Request) -> bool:
    """Whether a `HotResponse` is what this request asks for."""
    return request.method == "GET" and request.version == HttpVersion11 and request.keep_alive


class HotResponse(web.StreamResponse):
    """``head`` and ``body``, with the headers that are added to it in between.

    aiohttp makes the head of a response from all its headers each time, which takes longer than everything else that a
    hot read needs; here it is made once. For requests that `suits` admits.
    """

    def __init__(self, head: bytes, body: bytes) -> None:
        super().__init__()
        self._head = head
        self.body = body
        self._closes = False

    @property
    def keep_alive(self) -> bool:
        return not self._closes

    def force_close(self) -> None:
        self._closes = True
        self.headers["Connection"] = "close"

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter:
        """Send all of it at once."""
        added = "".join([f"{name}: {value}\r\n" for name, value in self.headers.items()])
        if added.count("\n") != len(self.headers):
            raise ValueError("a header has a line break in it")
        transport, writer = request.transport, request.writer
        if transport is None or transport.is_closing():
            raise ConnectionResetError("The client is gone.")
        transport.write(b"".join((self._head, f"{added}Date: {_date(int(time.time()))}\r\n\r\n".encode(), self.body)))
        await writer.drain()
        return writer

    async def write_eof(self, data: bytes = b"") -> None:
        """It is sent already."""


@lru_cache(maxsize=2)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)
