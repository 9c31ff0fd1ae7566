"""The access log: one line for each request, written in batches off the event loop.

Lines are formatted at once: a thread that formats them takes the interpreter from the loop for longer.

A line tells what was asked by the route's pattern, never by the raw address: queries and signed paths carry tokens.
"""

import asyncio
import contextlib
from datetime import UTC, datetime
from functools import lru_cache
from typing import BinaryIO, Literal, NamedTuple

import structlog

log = structlog.get_logger()

FLUSH_AFTER = 0.2
FLUSH_LINES = 2048
MOST_WAITING = 65_536


class Entry(NamedTuple):
    """``at`` is the POSIX time of the request's end, ``size`` the bytes of the answer's body.

    No field can hold a character that JSON would escape: routes are our own, ids are checked before.
    """

    at: float
    method: str
    route: str
    status: int
    seconds: float
    size: int
    request_id: str
    user_id: str | None


class AccessLog:
    """Lines wait up to 0.2 s, or until 2048 of them wait. Where the reader of the stream is too slow, lines are
    dropped and counted rather than requests held up."""

    def __init__(self, stream: BinaryIO, form: Literal["json", "text"] = "json") -> None:
        self._stream = stream
        self._format = _json if form == "json" else _text
        self._lines: list[str] = []
        self._timer: asyncio.TimerHandle | None = None
        self._writing: asyncio.Future[None] | None = None
        self._dropped = 0

    def write(self, entry: Entry) -> None:
        lines = self._lines
        if len(lines) >= MOST_WAITING:
            self._dropped += 1
            return
        lines.append(self._format(entry))
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(FLUSH_AFTER, self._flush)
        elif len(lines) == FLUSH_LINES:
            self._flush()

    def _flush(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._writing is not None or not self._lines:
            return
        self._writing = asyncio.get_running_loop().run_in_executor(None, self._write, self._take())
        self._writing.add_done_callback(self._written)

    def _written(self, done: asyncio.Future[None]) -> None:
        self._writing = None
        if done.cancelled():
            return
        error = done.exception()
        if error is not None:
            log.warning("access_log.write_failed", error=type(error).__name__)
        elif self._lines and self._timer is None:
            self._flush()

    def _take(self) -> bytes:
        lines, self._lines = self._lines, []
        if self._dropped:
            log.warning("access_log.lines_dropped", lines=self._dropped)
            self._dropped = 0
        return "".join(lines).encode()

    def _write(self, lines: bytes) -> None:
        self._stream.write(lines)
        self._stream.flush()

    async def close(self) -> None:
        """Write what waits; the stream itself stays open, it is the caller's."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        with contextlib.suppress(OSError, ValueError):
            if self._writing is not None:
                await self._writing
            if self._lines:
                await asyncio.to_thread(self._write, self._take())


@lru_cache(maxsize=4)
def _second(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _time(at: float) -> str:
    second = int(at)
    return f"{_second(second)}.{int((at - second) * 1_000_000):06d}Z"


def _json(entry: Entry) -> str:
    at, method, route, status, seconds, size, request_id, user_id = entry
    user = f'"{user_id}"' if user_id else "null"
    return (
        f'{{"event":"http.request","level":"info","timestamp":"{_time(at)}","method":"{method}","route":"{route}",'
        f'"status":{status},"ms":{seconds * 1000:.2f},"bytes":{size},"request_id":"{request_id}","user_id":{user}}}\n'
    )


def _text(entry: Entry) -> str:
    at, method, route, status, seconds, size, request_id, user_id = entry
    return f"{_time(at)} {method} {route} {status} {seconds * 1000:.2f}ms {size}B {request_id} {user_id or '-'}\n"
