"""An answer that goes the short way is, byte for byte, what HTTP/1.1 asks for, and says no less than the first one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from entrypoints.http.app import make_app
from entrypoints.http.outer import TRAFFIC
from entrypoints.http.server import listen
from entrypoints.settings import Settings
from tests.integration.http.site import Site, open_site

PATH = "/api/v1/videos?limit=3"
OF_EACH_REQUEST = {"x-request-id", "date", "ratelimit-remaining", "ratelimit-reset"}


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    settings = Settings(cors_origins=["https://app.example"])
    async with open_site(settings) as site:
        await site.published(await site.creator(), title="One film")
        yield site


class Wire:
    """One connection, without a client that would smooth anything over."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    @asynccontextmanager
    async def to(cls, address: str) -> AsyncIterator["Wire"]:
        host, port = address.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        try:
            yield cls(reader, writer)
        finally:
            writer.close()
            await writer.wait_closed()

    def send(self, *headers: str, method: str = "GET", version: str = "1.1") -> None:
        lines = [f"{method} {PATH} HTTP/{version}", "Host: here", *headers, "", ""]
        self.writer.write("\r\n".join(lines).encode())

    async def answer(self, *, body: bool = True) -> tuple[str, dict[str, str], bytes]:
        head = (await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), 10)).decode()
        status, *lines = head.rstrip("\r\n").split("\r\n")
        pairs = [(name.lower(), value) for name, value in (line.split(": ", 1) for line in lines)]
        headers = dict(pairs)
        names = [name for name, _ in pairs if name != "vary"]  # which may
        assert len(names) == len(set(names)), "no header comes twice"
        size = int(headers.get("content-length", 0)) if body else 0
        return status, headers, await self.reader.readexactly(size)

    async def ended(self) -> bool:
        return await asyncio.wait_for(self.reader.read(), 10) == b""


async def test_it_says_what_the_first_answer_said(site: Site) -> None:
    async with Wire.to(site.address) as wire:
        answers = []
        for _ in range(3):
            wire.send()
            answers.append(await wire.answer())
        (first_status, first, first_body), *others = answers
        for status, headers, body in others:
            assert (status, body) == (first_status, first_body) == ("HTTP/1.1 200 OK", first_body)
            assert headers.keys() == first.keys() >= OF_EACH_REQUEST
            assert {name: headers[name] for name in first.keys() - OF_EACH_REQUEST} == {
                name: first[name] for name in first.keys() - OF_EACH_REQUEST
            }
        remaining = [int(headers["ratelimit-remaining"]) for _, headers, _ in answers]
        assert remaining == sorted(remaining, reverse=True)
        assert len({headers["x-request-id"] for _, headers, _ in answers}) == 3


async def test_requests_sent_together_are_answered_in_order(site: Site) -> None:
    async with Wire.to(site.address) as wire:
        wire.send()
        await wire.answer()
        for number in range(20):
            wire.send(f"X-Request-ID: request-{number:04}")
        for number in range(20):
            _, headers, body = await wire.answer()
            assert headers["x-request-id"] == f"request-{number:04}"
            assert b"One film" in body


async def test_what_is_not_the_ordinary_request_gets_what_it_asks_for(site: Site) -> None:
    async with Wire.to(site.address) as wire:
        wire.send()
        _, first, body = await wire.answer()
        wire.send(f"If-None-Match: {first['etag']}")
        status, headers, _ = await wire.answer()
        assert (status, headers["etag"]) == ("HTTP/1.1 304 Not Modified", first["etag"])
        wire.send(method="HEAD")
        status, headers, _ = await wire.answer(body=False)
        assert (status, headers["content-length"]) == ("HTTP/1.1 200 OK", str(len(body)))
        wire.send("Origin: https://app.example")
        _, headers, _ = await wire.answer()
        assert headers["access-control-allow-origin"] == "https://app.example"
        wire.send("Connection: close")
        status, headers, again = await wire.answer()
        assert (status, headers["connection"], again) == ("HTTP/1.1 200 OK", "close", body)
        assert await wire.ended()
        async with Wire.to(site.address) as old:
            old.send(version="1.0")
            status, _, again = await old.answer()
            assert (status, again) == ("HTTP/1.0 200 OK", body)
            assert await old.ended()


async def test_a_server_that_is_closing_says_so(site: Site) -> None:
    app = make_app(site.platform, Settings(access_log=False), checks={})
    async with listen(app, "127.0.0.1", 0) as address, Wire.to(address) as wire:
        for draining, said in ((False, None), (False, None), (True, "close")):
            if draining:
                await app[TRAFFIC].drain(0)
            wire.send()
            status, headers, _ = await wire.answer()
            assert (status, headers.get("connection")) == ("HTTP/1.1 200 OK", said)
        assert await wire.ended()


async def test_a_reader_that_stands_still_holds_up_nobody() -> None:
    async with open_site() as site, Wire.to(site.address) as slow:
        for _ in range(3000):
            slow.send()
        async with Wire.to(site.address) as wire:
            for _ in range(50):
                wire.send()
                status, _, _ = await wire.answer()
                assert status == "HTTP/1.1 200 OK"
            for _ in range(3000):
                status, _, _ = await slow.answer()
                assert status == "HTTP/1.1 200 OK"


async def test_it_is_counted_by_the_rate_limit() -> None:
    async with open_site(Settings()) as site, Wire.to(site.address) as wire:
        refused = 0
        for number in range(1500):
            wire.send()
            status, headers, _ = await wire.answer()
            refused += status == "HTTP/1.1 429 Too Many Requests"
            assert refused == 0 or number >= 1000
            assert int(headers["ratelimit-remaining"]) < 1000
        assert refused > 0
