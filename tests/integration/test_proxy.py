"""The proxy does to a connection what it says; nothing that is tested through it could be believed otherwise."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator

import pytest

from tests.integration.proxy import Mode, Proxy


@pytest.fixture
async def proxy() -> AsyncIterator[Proxy]:
    """In front of a server that echoes."""
    open_writers: set[StreamWriter] = set()

    async def echo(reader: StreamReader, writer: StreamWriter) -> None:
        open_writers.add(writer)
        try:
            while data := await reader.read(1024):
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with server, Proxy("127.0.0.1", server.sockets[0].getsockname()[1]) as proxy:
        yield proxy
    for writer in open_writers:
        writer.transport.abort()


@pytest.fixture
async def client(proxy: Proxy) -> AsyncIterator[tuple[StreamReader, StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    writer.write(b"hello")
    assert await reader.readexactly(5) == b"hello"
    yield reader, writer
    writer.transport.abort()
    await asyncio.sleep(0)


Client = tuple[StreamReader, StreamWriter]


async def silence(reader: StreamReader) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.read(10), 0.1)


async def test_latency_delays_both_ways(proxy: Proxy, client: Client) -> None:
    reader, writer = client
    proxy.latency = 0.1
    started = asyncio.get_running_loop().time()
    writer.write(b"late")
    assert await reader.readexactly(4) == b"late"
    assert asyncio.get_running_loop().time() - started >= 0.2


async def test_a_blackhole_is_silent_and_can_end(proxy: Proxy, client: Client) -> None:
    reader, writer = client
    proxy.mode = Mode.BLACKHOLE
    writer.write(b"held")
    await silence(reader)
    proxy.mode = Mode.FORWARD
    assert await reader.readexactly(4) == b"held"


async def test_half_open_swallows_and_tells_nobody(proxy: Proxy, client: Client) -> None:
    reader, writer = client
    proxy.mode = Mode.HALF_OPEN
    writer.write(b"lost")
    await writer.drain()
    await silence(reader)


async def test_a_reset_is_a_reset(proxy: Proxy, client: Client) -> None:
    reader, _ = client
    proxy.reset()
    with pytest.raises(ConnectionResetError):
        await reader.read(10)
    assert proxy.connections == 0


async def test_refused_connections_are_reset(proxy: Proxy) -> None:
    proxy.mode = Mode.REFUSE
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    with pytest.raises(ConnectionResetError):
        await reader.readexactly(1)
    writer.transport.abort()
