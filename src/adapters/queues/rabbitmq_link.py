"""One connection to RabbitMQ that is opened when it is needed, and cut when it does not answer in time."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import structlog
from aiormq import Connection, TransportFactory
from aiormq.abc import AbstractChannel
from aiormq.connection import TCPTransportFactory, TLSTransportFactory
from yarl import URL

from adapters.queues.errors import translate
from streamcore.shared.errors import DeadlineExceeded, Unavailable

_log = structlog.get_logger()


class _Transport(TransportFactory):
    """Keeps hold of the socket, so that it can be cut at once; the client itself only closes politely."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._writer: StreamWriter | None = None

    async def create(self, url: URL, **kwargs: Any) -> tuple[StreamReader, StreamWriter]:
        factory = TLSTransportFactory() if url.scheme == "amqps" else TCPTransportFactory()
        async with asyncio.timeout(self._timeout):
            reader, self._writer = await factory.create(url, **kwargs)
        return reader, self._writer

    def cut(self) -> None:
        if self._writer is not None:
            self._writer.transport.abort()


@dataclass(slots=True, eq=False)
class Session:
    """A connection, its channel for publishing with confirms, and the queues that were declared over it."""

    connection: Connection
    publisher: AbstractChannel
    declared: set[str] = field(default_factory=set)
    declaring: asyncio.Lock = field(default_factory=asyncio.Lock)
    """A queue that several declare for the first time at once may refuse messages, or take those it has refused."""

    @property
    def is_open(self) -> bool:
        return self.connection.is_opened and not self.publisher.is_closed


class Link:
    """``timeout`` (seconds) bounds every operation; ``heartbeat`` (seconds) is how often a silent peer is asked.

    A peer that has vanished is noticed by the next operation after ``timeout``, and without any after a little more
    than three heartbeats.
    """

    def __init__(self, url: str, *, name: str, timeout: float, heartbeat: int) -> None:
        self._url = URL(url).update_query(heartbeat=str(heartbeat))
        self._name = name
        self._timeout = timeout
        self._session: Session | None = None
        self._opening: asyncio.Task[Session] | None = None
        self._transport: _Transport | None = None
        self._closed = False

    @asynccontextmanager
    async def operation(self) -> AsyncIterator[None]:
        """What is done within raises core errors only, and ends in time.

        Past the deadline the connection is cut, which fails all that waits on it: cancelling the client's calls is
        no way out, since they first try to say something to the peer.
        """
        task = asyncio.current_task()
        cancels = task.cancelling() if task else 0
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._timeout
        timer = loop.call_at(deadline, self.cut)
        try:
            yield
        except BaseException as error:
            # The client reports losses by cancellations, too; those do not count here.
            if task and task.cancelling() > cancels:
                if isinstance(error, asyncio.CancelledError):
                    raise
                raise asyncio.CancelledError from error
            if not isinstance(error, Exception | asyncio.CancelledError):
                raise
            if loop.time() >= deadline:
                raise DeadlineExceeded from error
            raise translate(error) from error
        finally:
            timer.cancel()

    async def session(self) -> Session:
        """The open session; everybody who comes while it is being opened waits for the same attempt."""
        if self._closed:
            raise Unavailable("The queue is closed.")
        if self._session is not None and self._session.is_open:
            return self._session
        if self._opening is None or self._opening.done():
            self._opening = asyncio.create_task(self._open())
            self._opening.add_done_callback(_take_notice)
        return await asyncio.shield(self._opening)

    async def _open(self) -> Session:
        self.cut()
        self._transport = transport = _Transport(self._timeout)
        properties: dict[str, Any] = {"connection_name": self._name}
        connection = Connection(self._url, client_properties=properties, transport_factory=transport)
        timer = asyncio.get_running_loop().call_later(self._timeout, transport.cut)
        try:
            await connection.connect()
            self._session = Session(connection, await connection.channel())
        except BaseException as error:
            transport.cut()
            await connection.close()
            if isinstance(error, asyncio.CancelledError) and not self._closed:
                raise Unavailable from error
            raise
        finally:
            timer.cancel()
        _log.info("queue.connected", link=self._name)
        return self._session

    @asynccontextmanager
    async def channel(self) -> AsyncIterator[AbstractChannel]:
        """A channel of one's own, for what may make the broker close it."""
        channel = await (await self.session()).connection.channel()
        try:
            yield channel
        finally:
            await channel.close()

    def cut(self) -> None:
        """Drop the connection without a word; the next operation opens another."""
        if self._transport is not None:
            self._transport.cut()
        self._session = None

    async def close(self) -> None:
        """Say goodbye if the peer listens; final."""
        self._closed = True
        if self._opening is not None and not self._opening.done():
            self._opening.cancel()
            await asyncio.wait({self._opening})
        session, self._session = self._session, None
        if session is None or self._transport is None:
            return
        timer = asyncio.get_running_loop().call_later(min(2.0, self._timeout), self._transport.cut)
        try:
            await session.connection.close()
        finally:
            timer.cancel()
            self._transport.cut()


def _take_notice(opening: asyncio.Task[Session]) -> None:
    """All who waited for it may have been cancelled meanwhile; its failure then concerns nobody."""
    if not opening.cancelled():
        opening.exception()
