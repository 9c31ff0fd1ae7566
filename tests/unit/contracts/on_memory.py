"""How the suites are given the memory adapters: the sound ones here, and the faulty ones in ``tests/suites``."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from adapters.memory.cache import MemoryCache
from adapters.memory.mail import MemoryMailer
from adapters.memory.media import MemoryMediaProcessor
from adapters.memory.objects import MemoryObjectStore
from adapters.memory.rate_limits import MemoryRateLimiter
from adapters.memory.security import LightAccessTokens
from adapters.memory.system import ManualClock
from adapters.security.tokens import JwtAccessTokens
from adapters.testing.cache import Caches
from adapters.testing.mail import Post, Received
from adapters.testing.media import MediaRig
from adapters.testing.object_presigned import Answer
from adapters.testing.objects import ObjectStoreContract
from adapters.testing.rate_limits import Limits
from adapters.testing.security import MakeTokens
from streamcore.identity.ports import AccessTokens
from streamcore.shared.objects import ObjectStore


class Hand:
    """A monotonic clock that is moved by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds

    async def forward(self, seconds: float) -> None:
        await asyncio.sleep(0.005)  # what was put off for a moment comes to pass
        self.seconds += seconds


def caches_of(cache_class: type[MemoryCache]) -> Caches:
    hand = Hand()
    cache, broken = cache_class(hand), cache_class(hand, max_bytes=0)
    broken.__dict__["storage"] = False  # only the faulty ones know storage that can be lost
    return Caches(cache, cache, broken, hand.forward, moment=0.002)


def limits_of(limiter_class: type[MemoryRateLimiter]) -> Limits:
    hand = Hand()
    limiter = limiter_class(hand)
    return Limits(limiter, limiter, hand.forward)


def makes(tokens_class: type[LightAccessTokens] | type[JwtAccessTokens]) -> MakeTokens:
    def make(
        keys: Mapping[str, bytes], current: str, *, issuer: str = "streamcore", audience: str = "api"
    ) -> AccessTokens:
        return tokens_class(keys, current, issuer=issuer, audience=audience)

    return make


def post_of(mailer: MemoryMailer) -> Post:
    async def received() -> Sequence[Received]:
        return [Received(mail.id, (mail.to,), mail.subject, mail.text, mail.html) for mail in mailer.sent]

    return Post(mailer, received)


def rig_of(processor_class: type[MemoryMediaProcessor]) -> MediaRig:
    made: list[MemoryMediaProcessor] = []

    def make(store: ObjectStore) -> MemoryMediaProcessor:
        made.append(processor_class(store))
        return made[-1]

    def leftovers() -> list[str]:
        return [target for processor in made for target in processor.running]

    return MediaRig(make, MemoryObjectStore(), good=b"a video", bad=b"not a video at all", leftovers=leftovers)


class ObjectsInMemory(ObjectStoreContract):
    """The suite for stores that have neither HTTP nor another place than memory."""

    memory_bound = None

    async def send(
        self, store: ObjectStore, method: str, url: str, headers: Mapping[str, str], data: bytes = b""
    ) -> Answer:
        assert isinstance(store, MemoryObjectStore)
        answer = await store.answer(method, url, headers, data)
        return Answer(answer.status, answer.headers, answer.body)

    async def let_pass(self, store: ObjectStore, seconds: float) -> None:
        assert isinstance(store, MemoryObjectStore)
        store.clock = ManualClock(datetime.now(UTC) + timedelta(seconds=seconds))
