"""One typed function for each port that has a choice of engines.

Clients of engines are extras: each is imported only where its engine is chosen, so that the base install stays small.
"""

from collections.abc import Callable
from urllib.parse import parse_qs, unquote, urlsplit

from adapters.filesystem.objects import FileObjectStore
from adapters.mail.log import FolderMailer
from adapters.memory.cache import MemoryCache
from adapters.memory.lru import TaggedLru
from adapters.security.tokens import JwtAccessTokens
from adapters.sql.database import Database
from adapters.sql.queue import SqlQueue
from entrypoints.secrets import derive
from entrypoints.settings import Settings
from streamcore.shared.cache import Cache
from streamcore.shared.clock import Clock
from streamcore.shared.errors import Invalid
from streamcore.shared.mail import Mailer
from streamcore.shared.objects import ObjectStore
from streamcore.shared.queues import Queue

MEDIA_KEY, TOKEN_KEY = "media addresses", "access tokens"  # purposes, not secrets

UNHEARD_SECONDS = 5.0
"""A cache of one process does not hear what others change (a worker, another server), so it keeps nothing longer."""


class Address:
    """Where clients reach the API; known only once the server listens."""

    def __init__(self, url: str = "") -> None:
        self.url = url

    def __call__(self) -> str:
        return self.url


def make_database(settings: Settings) -> Database:
    return Database.connect(settings.effective_database_url, pool_size=settings.database_pool_size)


def make_queue(settings: Settings, database: Database) -> Queue:
    scheme = urlsplit(settings.queue_url).scheme
    if not scheme:
        return SqlQueue(
            database,
            visibility=settings.queue_visibility_seconds,
            delivery_limit=settings.queue_delivery_limit,
        )
    if scheme in ("amqp", "amqps"):
        from adapters.queues.rabbitmq import RabbitQueue

        return RabbitQueue(
            settings.queue_url, namespace=settings.queue_namespace, delivery_limit=settings.queue_delivery_limit
        )
    raise _unknown("queue_url", scheme)


def make_store(settings: Settings, secret: bytes, address: Callable[[], str], clock: Clock) -> ObjectStore:
    url = urlsplit(settings.storage_url)
    if url.scheme in ("", "file"):
        folder = unquote(url.path) if url.scheme else str(settings.data / "media")
        return FileObjectStore(folder, base_url=address, signer_secret=derive(secret, MEDIA_KEY), clock=clock)
    if url.scheme == "s3":
        from adapters.s3.objects import S3ObjectStore

        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        return S3ObjectStore(
            endpoint_url=query.get("endpoint"),
            bucket=url.netloc,
            region=query.get("region", "us-east-1"),
            access_key=settings.s3_access_key.get_secret_value(),
            secret_key=settings.s3_secret_key.get_secret_value(),
            prefix=url.path.strip("/"),
            public_endpoint_url=settings.s3_public_endpoint or None,
        )
    raise _unknown("storage_url", url.scheme)


def make_cache(settings: Settings) -> Cache:
    scheme = urlsplit(settings.cache_url).scheme
    if not scheme:
        return MemoryCache(max_bytes=settings.cache_max_bytes, longest=UNHEARD_SECONDS)
    if scheme in ("redis", "rediss", "unix"):
        from adapters.redis.cache import RedisCache

        near = TaggedLru(settings.cache_max_bytes)
        return RedisCache(settings.cache_url, settings.queue_namespace, near=near)
    raise _unknown("cache_url", scheme)


def make_mailer(settings: Settings) -> Mailer:
    scheme = urlsplit(settings.mail_url).scheme
    if not scheme:
        return FolderMailer(settings.data / "mail")
    if scheme in ("smtp", "smtp+starttls", "smtps"):
        from adapters.mail.smtp import SmtpMailer

        return SmtpMailer(settings.mail_url, settings.mail_from)
    raise _unknown("mail_url", scheme)


def make_tokens(settings: Settings, secret: bytes) -> JwtAccessTokens:
    key = derive(secret, TOKEN_KEY)
    kid = derive(key, "key id").hex()[:12]
    return JwtAccessTokens({kid: key}, current=kid, issuer="streamcore", audience="streamcore")


def _unknown(setting: str, scheme: str) -> Invalid:
    return Invalid.field(setting, f"No adapter serves {scheme}:// here.", "unknown_engine")
