"""How this folder talks to Redis: few connections, short patience, and rest after a failure."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import redis.asyncio as redis
import structlog
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as LostConnection

from adapters.redis.errors import ENGINE_ERRORS, translate
from streamcore.shared.errors import Unavailable

T = TypeVar("T")
log = structlog.get_logger()


def connect(url: str, *, name: str, timeout: float, connections: int = 32, retries: int = 1) -> redis.Redis:
    """A client that opens nothing yet, and waits ``timeout`` seconds for a connection and no longer.

    A connection found dead is replaced at once, ``retries`` times. ``name`` is what CLIENT LIST shows. Answers are
    waited for without end: bound the whole exchange, as `Breath` does. (The client's own bound on each command costs a
    task, and on Python 3.11 may swallow a cancellation.)
    """
    pool = redis.BlockingConnectionPool.from_url(
        url,
        max_connections=connections,
        timeout=timeout,
        socket_timeout=None,
        socket_connect_timeout=timeout,
        client_name=name,
        retry=Retry(NoBackoff(), retries, supported_errors=(LostConnection,)),
        protocol=2,
    )
    return redis.Redis.from_pool(pool)


class Breath:
    """Runs commands within ``timeout`` seconds; after a failure refuses for ``cool_down`` seconds without trying.

    So a dead or hanging Redis costs one time-out per cool-down, not one per request.
    """

    def __init__(self, timeout: float, cool_down: float) -> None:
        self._timeout = timeout
        self._cool_down = cool_down
        self._resting_until = 0.0

    @property
    def resting(self) -> bool:
        return time.monotonic() < self._resting_until

    async def run(self, command: Callable[[], Awaitable[T]], *, urgent: bool = False) -> T:
        """Its answer; `Unavailable` if Redis fails, is silent, or rests. What is ``urgent`` is tried all the same."""
        if self.resting and not urgent:
            raise Unavailable("Redis failed a moment ago.")
        try:
            async with asyncio.timeout(self._timeout):
                return await command()
        except ENGINE_ERRORS as error:
            self._resting_until = time.monotonic() + self._cool_down
            log.warning("redis.failed", error=type(error).__name__)
            raise translate(error) from error
