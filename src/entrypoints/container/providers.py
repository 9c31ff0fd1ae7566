"""The container: every adapter once, built on demand from the settings."""

import asyncio

from dependency_injector import containers, providers

from adapters.ffmpeg.care import FFmpegMediaCare
from adapters.ffmpeg.images import FFmpegImageMaker
from adapters.ffmpeg.inspection import Bounds
from adapters.ffmpeg.process import Limits
from adapters.ffmpeg.processor import FFmpegMediaProcessor
from adapters.ffmpeg.signatures import FFmpegSignatures
from adapters.memory.rate_limits import MemoryRateLimiter
from adapters.memory.system import SystemClock, SystemRandom, Uuid7Ids
from adapters.security.media_links import SignedMediaLinks
from adapters.security.passwords import Argon2PasswordHasher
from adapters.sql.channels import SqlChannelQueries
from adapters.sql.counters import SqlCounterTotals
from adapters.sql.database import Database
from adapters.sql.fingerprints import SqlFingerprints
from adapters.sql.idempotency import SqlIdempotencyAnswers
from adapters.sql.identity import SqlActorReader, SqlSessionCare
from adapters.sql.jobs import SqlJobs
from adapters.sql.outbox import SqlOutbox
from adapters.sql.unit_of_work import SqlBegin
from adapters.sql.video_care import SqlVideoCare
from adapters.sql.video_queries import SqlVideoQueries
from entrypoints.container import engines
from entrypoints.container.announcing import AnnouncingBegin
from entrypoints.secrets import derive, instance_secret
from entrypoints.settings import Settings
from entrypoints.wiring.ports import PlatformUnitOfWork, Ports
from streamcore.shared.cache import Cache
from streamcore.shared.clock import Clock
from streamcore.shared.ids import Ids
from streamcore.shared.objects import ObjectStore
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.policies import UploadLimits
from streamcore.videos.ports import ImageMaker, MediaCare, MediaLinks, MediaProcessor
from streamcore.videos.use_cases.refresh_lists import RefreshLists


def make_begin(
    database: Database, clock: Clock, ids: Ids, wake: asyncio.Event, cache: Cache
) -> Begin[PlatformUnitOfWork]:
    return AnnouncingBegin(SqlBegin(database, clock, ids), wake, RefreshLists(cache).forget)


def make_processor(settings: Settings, store: ObjectStore) -> MediaProcessor:
    return FFmpegMediaProcessor(
        store,
        work_folder=settings.data / "work",
        ffmpeg=settings.ffmpeg,
        preset=settings.ffmpeg_preset,
        threads=settings.ffmpeg_threads,
        chunk_seconds=settings.ffmpeg_chunk_seconds,
        extra_codec=settings.ffmpeg_extra_codec,
        limits=Limits(sandbox=settings.ffmpeg_sandbox),
    )


def make_media_care(settings: Settings, store: ObjectStore) -> MediaCare:
    return FFmpegMediaCare(
        store,
        work_folder=settings.data / "work",
        ffmpeg=settings.ffmpeg,
        extra_codec=settings.ffmpeg_extra_codec,
        limits=Limits(sandbox=settings.ffmpeg_sandbox),
    )


def make_images(settings: Settings, store: ObjectStore) -> ImageMaker:
    return FFmpegImageMaker(
        store, work_folder=settings.data / "work", ffmpeg=settings.ffmpeg, sandbox=settings.ffmpeg_sandbox
    )


def make_links(settings: Settings, secret: bytes, address: engines.Address, clock: Clock) -> MediaLinks:
    return SignedMediaLinks(
        derive(secret, engines.MEDIA_KEY),
        base_url=lambda: settings.media_base_url or address(),
        lifetime=settings.media_link_seconds,
        clock=clock,
    )


def make_limits(settings: Settings) -> UploadLimits:
    return UploadLimits(
        max_size=settings.upload_max_bytes,
        part_size=settings.upload_part_bytes,
        quota=settings.upload_quota_bytes,
        longest_seconds=Bounds().longest_seconds,
    )


class Container(containers.DeclarativeContainer):
    """Providers by the names of `Ports`; the settings come from outside."""

    settings = providers.Dependency(instance_of=Settings)
    secret = providers.Singleton(instance_secret, settings)
    address = providers.Singleton(engines.Address)
    wake = providers.Singleton(asyncio.Event)

    clock = providers.Singleton(SystemClock)
    ids = providers.Singleton(Uuid7Ids)
    random = providers.Singleton(SystemRandom)

    database = providers.Singleton(engines.make_database, settings)
    cache = providers.Singleton(engines.make_cache, settings)
    begin = providers.Singleton(make_begin, database, clock, ids, wake, cache)
    outbox = providers.Singleton(SqlOutbox, database)
    jobs = providers.Singleton(SqlJobs, database, ids)
    actors = providers.Singleton(SqlActorReader, database)
    session_care = providers.Singleton(SqlSessionCare, database)
    channel_queries = providers.Singleton(SqlChannelQueries, database)
    video_queries = providers.Singleton(SqlVideoQueries, database)
    video_care = providers.Singleton(SqlVideoCare, database)
    fingerprints = providers.Singleton(SqlFingerprints, database)
    counter_totals = providers.Singleton(SqlCounterTotals, database)
    idempotency_answers = providers.Singleton(SqlIdempotencyAnswers, database, clock)

    queue = providers.Singleton(engines.make_queue, settings, database)
    rate_limiter = providers.Singleton(MemoryRateLimiter)
    store = providers.Singleton(engines.make_store, settings, secret, address, clock)
    mailer = providers.Singleton(engines.make_mailer, settings)
    processor = providers.Singleton(make_processor, settings, store)
    images = providers.Singleton(make_images, settings, store)
    media_care = providers.Singleton(make_media_care, settings, store)
    signatures = providers.Singleton(FFmpegSignatures)
    links = providers.Singleton(make_links, settings, secret, address, clock)
    passwords = providers.Singleton(Argon2PasswordHasher)
    tokens = providers.Singleton(engines.make_tokens, settings, secret)
    upload_limits = providers.Singleton(make_limits, settings)

    ports = providers.Singleton(
        Ports,
        begin=begin,
        outbox=outbox,
        jobs=jobs,
        queue=queue,
        cache=cache,
        rate_limiter=rate_limiter,
        store=store,
        mailer=mailer,
        processor=processor,
        images=images,
        media_care=media_care,
        signatures=signatures,
        links=links,
        passwords=passwords,
        tokens=tokens,
        actors=actors,
        session_care=session_care,
        channel_queries=channel_queries,
        video_queries=video_queries,
        video_care=video_care,
        fingerprints=fingerprints,
        counter_totals=counter_totals,
        idempotency_answers=idempotency_answers,
        clock=clock,
        ids=ids,
        random=random,
        upload_limits=upload_limits,
    )
