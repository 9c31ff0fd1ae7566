"""Settings: from ``STREAMCORE_*`` variables, a TOML file (``STREAMCORE_CONFIG``), and defaults that need no engine."""

import json
import os
import re
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, SecretStr, model_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

Seconds = Annotated[float, Field(gt=0)]
NO_CLIENT = "none"


def _listed(value: object) -> object:
    """A variable holds the items of a list with commas between them, or as JSON."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        return json.loads(value)
    return [item.strip() for item in value.split(",") if item.strip()]


Listed = Annotated[list[str], NoDecode, BeforeValidator(_listed)]


class Environment(StrEnum):
    DEVELOPMENT = "development"
    PRODUCTION = "production"


class Settings(BaseSettings):
    """All that an operator can choose. Each engine is a URL; without one the embedded default serves.

    Variables win over the TOML file, which wins over the defaults. Unknown names in the file are errors.
    """

    model_config = SettingsConfigDict(env_prefix="STREAMCORE_", env_ignore_empty=True, extra="forbid", frozen=True)

    environment: Environment = Environment.DEVELOPMENT
    """``production`` demands a secret key, and upgrades no database of yours by itself."""
    data: Path = Path(".data")
    """Folder of the embedded default: database, media, keys, mail, working files."""
    database_url: str = ""
    """``sqlite:///path`` (default: a file in the data folder) or ``postgresql://user@host/name``."""
    database_pool_size: Annotated[int, Field(ge=1, le=200)] = 10
    """Connections to the database that one process keeps, at most."""
    queue_url: str = ""
    """Empty: in the database. ``amqp://user:password@host/vhost`` for RabbitMQ."""
    queue_namespace: str = "streamcore"
    """What names in RabbitMQ and Redis begin with, so that several instances can share them."""
    queue_visibility_seconds: Seconds = 60
    """How long the queue in the database waits for a silent consumer."""
    queue_delivery_limit: Annotated[int, Field(ge=1, le=1000)] = 8
    """After so many deliveries a message that nobody could handle becomes a dead letter."""
    storage_url: str = ""
    """Empty or ``file:///folder``: a local folder. ``s3://bucket?endpoint=http://host:port&region=…`` for S3."""
    s3_access_key: SecretStr = SecretStr("")
    """The name of the key for S3."""
    s3_secret_key: SecretStr = SecretStr("")
    """The key for S3."""
    s3_public_endpoint: str = ""
    """The endpoint as clients reach it, where it differs from the internal one."""
    cache_url: str = ""
    """Empty: in the process, which keeps nothing for longer than five seconds then. ``redis://host:port/0`` shares it
    between processes."""
    cache_max_bytes: Annotated[int, Field(ge=1_000_000)] = 64_000_000
    """Memory that one process gives to cached answers."""
    mail_url: str = ""
    """Empty: messages are written to ``mail/`` in the data folder. ``smtp://user:password@host:25`` sends them."""
    mail_from: str = "streamcore@localhost"
    """The sender: ``address``, or ``Name <address>``."""
    secret_key: SecretStr = SecretStr("")
    """At least 32 characters; signs tokens and addresses. In development one is made and kept in the data folder."""
    public_url: str = ""
    """The address under which clients reach the API; default: the one it listens on."""
    client: str = ""
    """Folder of a web client to serve; default: the one that is built with the package. ``none``: the API alone."""
    media_base_url: str = ""
    """A CDN in front of ``/media``; default: the API itself."""
    media_link_seconds: Annotated[float, Field(ge=300)] = 6 * 3600
    """How long an address of a video that is not public works, and a quarter of that longer at most."""
    media_cdn_seconds: Annotated[int, Field(ge=0, le=365 * 24 * 3600)] = 600
    """How long shared caches may keep a file of a public video without asking again."""
    media_redirects: bool = False
    """Segments, sound and images are answered with a redirect to S3 instead of their bytes; the bucket has to allow
    every origin."""

    ffmpeg: Path | None = None
    """The program; default: the one on the path, else that of the package imageio-ffmpeg."""
    ffmpeg_preset: str = "veryfast"
    """x264's and x265's own word for how much work to spend on fewer bytes."""
    ffmpeg_threads: Annotated[int, Field(ge=0)] = 0
    """Threads of each encoder; 0: FFmpeg chooses."""
    ffmpeg_chunk_seconds: Seconds = 300
    """A source at least twice as long is processed in chunks of about this length, by as many workers as there are."""
    ffmpeg_extra_codec: Literal["av1", "hevc"] | None = None
    """Every rendition a second time in a codec that needs fewer bytes and much more work: ``av1`` or ``hevc``."""
    ffmpeg_sandbox: Literal["auto", "required", "off"] = "auto"
    """``auto``: FFmpeg gets no other files and no network where the kernel can see to it; ``required``: or nothing is
    processed; ``off``: it is only limited."""
    upload_max_bytes: Annotated[int, Field(gt=0)] = 20 * 1024**3
    """The largest file that is taken."""
    upload_part_bytes: Annotated[int, Field(ge=5 * 1024**2, le=5 * 1024**3)] = 64 * 1024**2
    """Larger files are sent straight to storage in parts of this size, which can be resumed."""
    upload_quota_bytes: Annotated[int, Field(gt=0)] = 1024**4
    """What one user may have stored and announced; files of deleted videos count until they are removed."""
    worker_jobs: Annotated[int, Field(ge=0, le=64)] = 1
    """Jobs that one worker process runs at a time, for each class."""
    worker_events: Annotated[int, Field(ge=1, le=1000)] = 16
    """Events that one worker process handles at a time."""
    job_lease_seconds: Seconds = 30
    """How long a job waits for a sign of life from its worker before another may take it."""
    drain_seconds: Annotated[float, Field(ge=0)] = 10
    """How long a shutdown lets requests and short handlers finish; jobs are given back."""
    sweep_interval_seconds: Seconds = 3600
    """How often workers remove what belongs to nothing."""
    sweep_grace_seconds: Annotated[float, Field(ge=0)] = 24 * 3600
    """What is younger is never swept."""

    rate_limits_enabled: bool = True
    """Each API process counts for itself."""
    cors_origins: Listed = []
    """Origins whose pages may call the API, such as ``https://app.example``; ``*``: every one."""
    trusted_proxies: Listed = []
    """Addresses or networks whose ``X-Forwarded-For`` and ``X-Forwarded-Proto`` are believed."""
    log_format: Literal["auto", "json", "text"] = "auto"
    """``auto``: text on a terminal, else a line of JSON for each event."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """What is less than this is not logged."""
    access_log: bool = True
    """A line for each request, on standard output."""

    @model_validator(mode="after")
    def _safe_in_production(self) -> Self:
        secret = self.secret_key.get_secret_value()
        if secret and len(secret) < 32:
            raise ValueError("STREAMCORE_SECRET_KEY needs at least 32 characters")
        if self.environment is Environment.PRODUCTION and not secret:
            raise ValueError("production needs STREAMCORE_SECRET_KEY (at least 32 random characters)")
        return self

    @property
    def effective_database_url(self) -> str:
        return self.database_url or f"sqlite:///{(self.data / 'streamcore.db').absolute()}"

    @property
    def job_lease(self) -> timedelta:
        return timedelta(seconds=self.job_lease_seconds)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        file = os.environ.get("STREAMCORE_CONFIG")
        toml = (TomlConfigSettingsSource(settings_cls, Path(file)),) if file else ()
        return init_settings, env_settings, *toml


def without_password(url: str) -> str:
    """``url`` as it may be shown and logged."""
    url = re.sub(r"(://[^:/@]*):.*@", r"\1:***@", url)
    return re.sub(r"(?i)((?:password|secret)=)[^&]*", r"\1***", url)
