"""A TCP proxy that fails in the ways networks do, to be put between an adapter and its engine."""

import asyncio
import socket
import struct
from asyncio import StreamReader, StreamWriter
from dataclasses import dataclass, field
from enum import Enum
from types import TracebackType
from typing import Self

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER with no time to linger: close sends RST (tcp(7), socket(7))


class Mode(Enum):
    FORWARD = "bytes pass, each chunk `latency` seconds late"
    BLACKHOLE = "nothing passes either way and nobody is told, as when a cable is cut"
    HALF_OPEN = "the engine's side is closed, the client is not told and its bytes are swallowed"
    REFUSE = "new connections are reset at once"


@dataclass(eq=False)
class _Pair:
    """A client's connection and the proxy's own to the engine."""

    client: StreamWriter
    engine: StreamWriter | None = None
    tasks: set[asyncio.Task[None]] = field(default_factory=set)


class Proxy:
    """``async with Proxy("127.0.0.1", 5672) as proxy``: connect to ``127.0.0.1:proxy.port``, then set `mode`.

    A mode holds for open and new connections alike; setting FORWARD again lets the held-back bytes pass.
    """

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._mode = Mode.FORWARD
        self._passing = asyncio.Event()
        self._passing.set()
        self._pairs: set[_Pair] = set()
        self._server: asyncio.Server | None = None
        self.latency = 0.0
        self.port = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
        pairs = list(self._pairs)
        self.reset()
        tasks = {task for pair in pairs for task in pair.tasks}
        if tasks:
            await asyncio.wait(tasks)
        if self._server is not None:
            await self._server.wait_closed()

    @property
    def connections(self) -> int:
        return len(self._pairs)

    @property
    def mode(self) -> Mode:
        return self._mode

    @mode.setter
    def mode(self, mode: Mode) -> None:
        self._mode = mode
        if mode is Mode.BLACKHOLE:
            self._passing.clear()
        else:
            self._passing.set()
        if mode is Mode.HALF_OPEN:
            for pair in self._pairs:
                if pair.engine is not None:
                    pair.engine.close()

    def reset(self) -> None:
        """Reset (RST) every open connection, on both sides."""
        for pair in list(self._pairs):
            self._drop(pair)

    def _drop(self, pair: _Pair) -> None:
        self._pairs.discard(pair)
        for writer in (pair.client, pair.engine):
            if writer is not None:
                _reset(writer)
        for task in pair.tasks:
            task.cancel()

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        if self._mode is Mode.REFUSE:
            _reset(writer)
            return
        pair = _Pair(writer)
        self._pairs.add(pair)
        pair.tasks.add(asyncio.create_task(self._connect(pair, reader)))

    async def _connect(self, pair: _Pair, from_client: StreamReader) -> None:
        """Reach the engine and pump both ways until either side ends; then close both."""
        try:
            await self._passing.wait()
            from_engine, pair.engine = await asyncio.open_connection(*self._target)
            pumps = [
                asyncio.create_task(self._pump(from_client, pair.engine)),
                asyncio.create_task(self._pump(from_engine, pair.client, told=True)),
            ]
            pair.tasks.update(pumps)
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._drop(pair)

    async def _pump(self, source: StreamReader, sink: StreamWriter, *, told: bool = False) -> None:
        """``told``: the sink is a client, who hears of an end unless the connection is to seem alive."""
        try:
            while data := await source.read(65536):
                if self.latency:
                    await asyncio.sleep(self.latency)
                await self._passing.wait()
                if self._mode is not Mode.HALF_OPEN:
                    sink.write(data)
                    await sink.drain()
            await self._passing.wait()
        except OSError:
            pass
        if told and self._mode is Mode.HALF_OPEN:
            await asyncio.Event().wait()


def _reset(writer: StreamWriter) -> None:
    raw = writer.get_extra_info("socket")
    if raw is not None and not writer.is_closing():
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    writer.transport.abort()
