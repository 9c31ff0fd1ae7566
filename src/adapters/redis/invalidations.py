"""Invalidations on their way to every process, and how long one may trust that it has heard them all.

Those that Redis does not take at once are owed, and sent when it is back.

A subscriber sends PING on the connection that carries its messages. Redis answers in order, so a PONG proves that
everything published before the PING was sent has been heard. That proof is good for ``TRUST`` seconds: where the
subscription is lost, Redis hangs or this process stalls, trust runs out before a second has passed.
"""

import asyncio
import contextlib
import json
import time
from collections.abc import Awaitable, Callable, Sequence

import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub

from adapters.redis.errors import ENGINE_ERRORS
from streamcore.shared.errors import Unavailable
from streamcore.shared.flights import end

TRUST = 0.9
_PING_EVERY = 0.25
_RETRY_AFTER = 0.2

_FAULTS: tuple[type[Exception], ...] = (*ENGINE_ERRORS, ValueError)  # ValueError: a message that is no JSON

log = structlog.get_logger()


class Subscription:
    """Listens on ``channel``; ``on_tags`` gets the tags of each invalidation, ``on_lost`` is called when some may
    have been missed."""

    def __init__(
        self, client: Redis, channel: str, *, on_tags: Callable[[Sequence[str]], None], on_lost: Callable[[], None]
    ) -> None:
        self._client = client
        self._channel = channel
        self._on_tags = on_tags
        self._on_lost = on_lost
        self._trusted_until = 0.0
        self._task: asyncio.Task[None] | None = None

    @property
    def trusted(self) -> bool:
        """Whether every invalidation that is a second old has been heard."""
        return time.monotonic() < self._trusted_until

    def start(self) -> None:
        """Listen from now on, if not yet; needs a running loop."""
        if self._task is None:
            self._task = asyncio.create_task(self._listen())

    async def close(self) -> None:
        if self._task is not None:
            await end(self._task)
        self._lose()

    async def _listen(self) -> None:
        while True:
            try:
                async with self._client.pubsub() as pubsub:
                    await self._follow(pubsub)
            except _FAULTS as error:
                log.warning("cache.subscription_lost", error=type(error).__name__)
            finally:
                self._lose()
            await asyncio.sleep(_RETRY_AFTER)

    def _lose(self) -> None:
        self._trusted_until = 0.0
        self._on_lost()

    async def _follow(self, pubsub: PubSub) -> None:
        """Until the connection fails. The client could reconnect unseen, so a second confirmation is a failure too."""
        async with asyncio.timeout(TRUST):
            await pubsub.subscribe(self._channel)
        confirmed = False
        asked: float | None = None
        next_ping = 0.0
        while True:
            now = time.monotonic()
            if asked is None and now >= next_ping and confirmed:
                asked = now
                async with asyncio.timeout(TRUST):
                    await pubsub.ping()
            if now - (asked or now) > TRUST:
                raise TimeoutError
            message = await pubsub.get_message(timeout=_PING_EVERY)
            match message and message["type"]:
                case "subscribe":
                    if confirmed:
                        raise ConnectionResetError
                    confirmed = True
                case "pong" if asked is not None:
                    self._trusted_until = asked + TRUST
                    next_ping, asked = asked + _PING_EVERY, None
                case "message":
                    self._on_tags(json.loads(message["data"]))


class Announcements:
    """Sends invalidations by ``send(tags)``, which raises `Unavailable` where Redis has perhaps not taken them."""

    def __init__(self, send: Callable[[Sequence[str]], Awaitable[None]]) -> None:
        self._send = send
        self._owed: dict[str, object] = {}  # tag → a mark of the invalidation that is owed, for one may follow another
        self._settling: asyncio.Task[None] | None = None

    @property
    def owed(self) -> bool:
        """Whether Redis may still hold what was invalidated here: do not read from it."""
        return bool(self._owed)

    async def announce(self, tags: Sequence[str]) -> None:
        """Return when Redis has them, or when they are owed."""
        if not self._owed:
            try:
                return await self._send(tags)
            except Unavailable:
                self._owe(tags)
            except asyncio.CancelledError:
                self._owe(tags)
                raise
        self._owe(tags)
        return None

    async def close(self) -> None:
        """Give what is owed a last chance."""
        if self._settling is not None:
            await end(self._settling)
        try:
            await self._settle()
        except Unavailable:
            log.warning("cache.invalidations_dropped", count=len(self._owed))

    def _owe(self, tags: Sequence[str]) -> None:
        mark = object()
        self._owed.update(dict.fromkeys(tags, mark))
        if self._settling is None or self._settling.done():
            self._settling = asyncio.create_task(self._settle_until_done())

    async def _settle_until_done(self) -> None:
        while self._owed:
            await asyncio.sleep(_RETRY_AFTER)
            with contextlib.suppress(Unavailable):
                await self._settle()

    async def _settle(self) -> None:
        sent = dict(self._owed)
        if sent:
            await self._send(tuple(sent))
        for tag, mark in sent.items():
            if self._owed.get(tag) is mark:
                del self._owed[tag]
