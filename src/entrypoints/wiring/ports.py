"""All ports that the rooms are built on, as the container or an embedder fills them."""

from dataclasses import dataclass
from typing import Protocol

from streamcore.channels.ports import ChannelQueries, ChannelsUnitOfWork
from streamcore.engagement.ports import CounterTotals, EngagementUnitOfWork
from streamcore.identity.ports import AccessTokens, ActorReader, IdentityUnitOfWork, PasswordHasher, SessionCare
from streamcore.shared.cache import Cache
from streamcore.shared.clock import Clock, Random
from streamcore.shared.idempotency import IdempotencyAnswers
from streamcore.shared.ids import Ids
from streamcore.shared.jobs import Jobs
from streamcore.shared.mail import Mailer
from streamcore.shared.objects import ObjectStore
from streamcore.shared.outbox import Outbox
from streamcore.shared.queues import Queue
from streamcore.shared.rate_limits import RateLimiter
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.policies import UploadLimits
from streamcore.videos.ports import (
    Fingerprints,
    ImageMaker,
    MediaCare,
    MediaLinks,
    MediaProcessor,
    MediaSignatures,
    VideoCare,
    VideoQueries,
    VideosUnitOfWork,
)


class PlatformUnitOfWork(IdentityUnitOfWork, ChannelsUnitOfWork, VideosUnitOfWork, EngagementUnitOfWork, Protocol):
    """One transaction that serves every room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """One adapter for each port."""

    begin: Begin[PlatformUnitOfWork]
    outbox: Outbox
    jobs: Jobs
    queue: Queue
    cache: Cache
    rate_limiter: RateLimiter
    store: ObjectStore
    mailer: Mailer
    processor: MediaProcessor
    images: ImageMaker
    media_care: MediaCare
    signatures: MediaSignatures
    links: MediaLinks
    passwords: PasswordHasher
    tokens: AccessTokens
    actors: ActorReader
    session_care: SessionCare
    channel_queries: ChannelQueries
    video_queries: VideoQueries
    video_care: VideoCare
    fingerprints: Fingerprints
    counter_totals: CounterTotals
    idempotency_answers: IdempotencyAnswers
    clock: Clock
    ids: Ids
    random: Random
    upload_limits: UploadLimits
