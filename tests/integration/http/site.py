"""A platform behind its real HTTP door on loopback, and clients that hold every answer against the OpenAPI document."""

import io
import itertools
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import aiohttp
from dependency_injector import providers
from yarl import URL

from adapters.memory.images import MemoryImageMaker
from adapters.memory.media import MemoryMediaProcessor, MemoryMediaSignatures
from adapters.memory.security import LightPasswordHasher
from adapters.memory.system import ManualClock
from adapters.security.media_links import SignedMediaLinks
from entrypoints.container.engines import Address
from entrypoints.container.memory import memory_ports
from entrypoints.container.providers import Container
from entrypoints.embed import Embedded
from entrypoints.http.app import make_app
from entrypoints.http.client import Client as WebClient
from entrypoints.http.server import listen
from entrypoints.settings import Settings
from tests.integration.http import spec

SECRET = b"a secret of the tests, 32 bytes."
PASSWORD = "correct horse battery staple"
_NUMBERS = itertools.count(1)


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def data(self) -> Any:
        return self.json["data"]

    @property
    def code(self) -> str:
        code: str = self.json["error"]["code"]
        return code

    @property
    def types(self) -> dict[str, str]:
        """What is wrong, by field."""
        return {item["field"]: item["type"] for item in self.json["error"]["details"]}


@dataclass
class Client:
    """Sends requests, as somebody where it has a token."""

    session: aiohttp.ClientSession
    address: str
    token: str | None = None
    user: dict[str, Any] = field(default_factory=dict)
    channel: dict[str, Any] = field(default_factory=dict)

    async def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        key: str | None = None,
        **body: Any,
    ) -> Answer:
        sent = dict(headers or {})
        if self.token and "Authorization" not in sent:
            sent["Authorization"] = f"Bearer {self.token}"
        if key:
            sent["X-Idempotency-Key"] = key
        url = URL(path if "://" in path else self.address + path, encoded=True)
        async with self.session.request(method, url, headers=sent, allow_redirects=False, **body) as response:
            answer = Answer(response.status, response.headers, await response.read())
        spec.check(method, url.raw_path, answer.status, answer.headers, answer.body)
        assert "X-Request-ID" in answer.headers
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        return answer

    async def get(self, path: str, **more: Any) -> Answer:
        return await self.request("GET", path, **more)

    async def post(self, path: str, **more: Any) -> Answer:
        return await self.request("POST", path, **more)


@dataclass
class Site:
    """``settle`` does all background work that is due."""

    platform: Embedded
    address: str
    session: aiohttp.ClientSession
    clock: ManualClock
    log: io.BytesIO

    @property
    def anonymous(self) -> Client:
        return Client(self.session, self.address)

    async def settle(self) -> None:
        await self.platform.settle()

    async def viewer(self, name: str | None = None) -> Client:
        name = name or f"user{next(_NUMBERS)}"
        body = {"email": f"{name}@example.org", "username": name, "password": PASSWORD}
        answer = await self.anonymous.post("/api/v1/auth/register", json=body)
        assert answer.status == 201, answer.body
        return Client(self.session, self.address, answer.data["access_token"], answer.data["user"])

    async def creator(self, handle: str | None = None) -> Client:
        client = await self.viewer()
        handle = handle or f"c-{client.user['username']}"
        answer = await client.post("/api/v1/channels", json={"handle": handle, "name": "A channel"})
        assert answer.status == 201, answer.body
        client.channel = answer.data
        return client

    async def uploaded(self, client: Client, **fields: str) -> str:
        """The id of a video that was sent and is not processed yet."""
        form = video_form(b"a film", **fields)
        answer = await client.post("/api/v1/videos", data=form, key=f"upload-{next(_NUMBERS)}")
        assert answer.status == 202, answer.body
        video_id: str = answer.data["id"]
        return video_id

    async def published(self, client: Client, **fields: str) -> str:
        video_id = await self.uploaded(client, **fields)
        await self.settle()
        return video_id

    async def stored(self, prefix: str = "") -> list[str]:
        return [info.key async for info in self.platform.ports.store.list(prefix)]

    def log_lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.getvalue().splitlines()]


def video_form(file: bytes | io.BytesIO, /, *, file_type: str = "video/mp4", **fields: str) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, value in {"title": "A film", **fields}.items():
        form.add_field(name, value)
    form.add_field("file", file, filename="film.mp4", content_type=file_type)
    return form


@dataclass
class Opened:
    """A platform and where it learns its own address."""

    platform: Embedded
    clock: ManualClock
    address: Address


@asynccontextmanager
async def memory_platform(**adapters: Any) -> AsyncIterator[Opened]:
    """Memory adapters throughout, except that addresses of media lead to the site itself."""
    clock, address = ManualClock(), Address()
    links = SignedMediaLinks(SECRET, base_url=address, lifetime=3600, clock=clock)
    platform = Embedded(replace(memory_ports(clock=clock), links=links, **adapters))
    yield Opened(platform, clock, address)
    await platform.ports.cache.close()
    await platform.ports.queue.close()


@asynccontextmanager
async def embedded_platform(
    folder: Path,
    database_url: str,
    *,
    processor_class: type[MemoryMediaProcessor] = MemoryMediaProcessor,
    **adapters: Any,
) -> AsyncIterator[Opened]:
    """What `streamcore serve` builds without settings (SQLite and a folder), with quick passwords and transcoding."""
    clock = ManualClock()
    container = Container(settings=providers.Object(Settings(data=folder, database_url=database_url)))
    container.clock.override(providers.Object(clock))
    container.passwords.override(providers.Singleton(LightPasswordHasher))
    container.processor.override(providers.Singleton(processor_class, container.store))
    container.signatures.override(providers.Singleton(MemoryMediaSignatures))
    container.images.override(providers.Singleton(MemoryImageMaker, container.store))
    ports = container.ports()
    yield Opened(Embedded(replace(ports, **adapters)), clock, container.address())
    for closing in (ports.mailer, ports.store, ports.cache, ports.queue, container.database()):
        await closing.close()


@asynccontextmanager
async def open_site(
    settings: Settings | None = None,
    build: AbstractAsyncContextManager[Opened] | None = None,
    *,
    client: WebClient | None = None,
    **adapters: Any,
) -> AsyncIterator[Site]:
    """A site on memory adapters unless ``build`` gives others; rates are not limited unless the settings say so."""
    settings = settings or Settings(rate_limits_enabled=False)
    async with build or memory_platform(**adapters) as opened:
        platform, log = opened.platform, io.BytesIO()
        checks = {"database": platform.ports.queue.ping, "cache": platform.ports.cache.ping}
        app = make_app(platform, settings, checks=checks, client=client, log_stream=log)
        async with listen(app, "127.0.0.1", 0, drain_seconds=5) as address:
            opened.address.url = address
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as session:
                yield Site(platform, address, session, opened.clock, log)
