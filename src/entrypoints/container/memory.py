"""Every port on memory adapters."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from adapters.memory.cache import MemoryCache
from adapters.memory.channels import MemoryChannelQueries
from adapters.memory.database import MemoryDatabase
from adapters.memory.engagement import MemoryCounterTotals
from adapters.memory.fingerprints import MemoryFingerprints
from adapters.memory.idempotency import MemoryIdempotencyAnswers
from adapters.memory.identity import MemoryActorReader, MemorySessionCare
from adapters.memory.images import MemoryImageMaker
from adapters.memory.jobs import MemoryJobs
from adapters.memory.links import MemoryMediaLinks
from adapters.memory.mail import MemoryMailer
from adapters.memory.media import MemoryMediaProcessor, MemoryMediaSignatures
from adapters.memory.media_care import MemoryMediaCare
from adapters.memory.objects import MemoryObjectStore
from adapters.memory.outbox import MemoryOutbox
from adapters.memory.queue import MemoryQueue
from adapters.memory.rate_limits import MemoryRateLimiter
from adapters.memory.security import LightAccessTokens, LightPasswordHasher
from adapters.memory.system import SystemClock, SystemRandom, Uuid7Ids
from adapters.memory.unit_of_work import MemoryBegin
from adapters.memory.video_queries import MemoryVideoQueries
from adapters.memory.videos import MemoryVideoCare
from entrypoints.wiring.ports import Ports
from streamcore.shared.clock import Clock, Random
from streamcore.shared.ids import Ids
from streamcore.shared.objects import ObjectStore
from streamcore.videos.policies import UploadLimits


def memory_ports(**given: Any) -> Ports:
    """All ports on fresh memory adapters, except for those that are given by name; they work with the given ones."""
    clock: Clock = given.get("clock") or SystemClock()
    ids: Ids = given.get("ids") or Uuid7Ids()
    random: Random = given.get("random") or SystemRandom()
    store: ObjectStore = given.get("store") or MemoryObjectStore(clock=clock)
    keys = {"memory": random.token(32).encode()}
    ports = Ports(
        **database_ports(clock, ids),
        queue=MemoryQueue(),
        cache=MemoryCache(),
        rate_limiter=MemoryRateLimiter(),
        store=store,
        mailer=MemoryMailer(),
        processor=MemoryMediaProcessor(store),
        images=MemoryImageMaker(store),
        media_care=MemoryMediaCare(store),
        signatures=MemoryMediaSignatures(),
        links=MemoryMediaLinks(),
        passwords=LightPasswordHasher(),
        tokens=LightAccessTokens(keys, "memory", issuer="streamcore", audience="streamcore"),
        clock=clock,
        ids=ids,
        random=random,
        upload_limits=UploadLimits(),
    )
    return replace(ports, **given)


def database_ports(
    clock: Clock, ids: Ids, checkpoint: Callable[[str], Awaitable[None]] | None = None
) -> dict[str, Any]:
    """The ports that share one database, a fresh one; ``checkpoint`` is awaited around each operation."""
    db = MemoryDatabase(clock, ids, checkpoint)
    return {
        "begin": MemoryBegin(db),
        "outbox": MemoryOutbox(db),
        "jobs": MemoryJobs(db),
        "actors": MemoryActorReader(db),
        "session_care": MemorySessionCare(db),
        "channel_queries": MemoryChannelQueries(db),
        "video_queries": MemoryVideoQueries(db),
        "video_care": MemoryVideoCare(db),
        "fingerprints": MemoryFingerprints(db),
        "counter_totals": MemoryCounterTotals(db),
        "idempotency_answers": MemoryIdempotencyAnswers(db),
    }
