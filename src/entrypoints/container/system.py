"""A system: the platform with every adapter open, and what its process needs beside it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from dependency_injector import providers

from adapters.ffmpeg.work_folder import sweep_work_folder
from entrypoints.container.engines import Address
from entrypoints.container.operations import ensure_schema
from entrypoints.container.providers import Container
from entrypoints.settings import Environment, Settings
from entrypoints.wiring.platform import Platform

Check = Callable[[], Awaitable[None]]


@runtime_checkable
class Preparable(Protocol):
    """An adapter whose place has to be made before its first use (a bucket)."""

    async def prepare(self) -> None: ...


@dataclass(frozen=True, slots=True)
class System:
    """``checks`` ask each engine whether it answers; setting ``wake`` makes the relay look at once."""

    settings: Settings
    platform: Platform
    checks: Mapping[str, Check]
    wake: asyncio.Event
    address: Address

    async def sweep_work_folder(self, *, dry_run: bool = False) -> int:
        """Remove the working folders of dead workers on this machine; how many."""
        return await asyncio.to_thread(sweep_work_folder, self.settings.data / "work", dry_run=dry_run)


@asynccontextmanager
async def open_system(settings: Settings, **adapters: Any) -> AsyncIterator[System]:
    """Build every adapter, bring the embedded database's schema up to date, and close all at the end.

    ``adapters`` serve the ports of their names instead of those that the settings name.

    Another database's schema is upgraded here in development only; in production `Unavailable` tells to do it first.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    container = Container(settings=providers.Object(settings))
    for port, adapter in adapters.items():
        container.providers[port].override(providers.Object(adapter))
    by_itself = settings.environment is Environment.DEVELOPMENT or not settings.database_url
    async with AsyncExitStack() as stack:
        database = container.database()
        stack.push_async_callback(database.close)
        await ensure_schema(database, settings.effective_database_url, upgrade=by_itself)
        ports = container.ports()
        media = (ports.processor, ports.images, ports.media_care)
        for closing in (*media, ports.mailer, ports.store, ports.cache, ports.queue):
            stack.push_async_callback(closing.close)
        if isinstance(ports.store, Preparable):
            await ports.store.prepare()
        platform = Platform(ports)
        yield System(settings, platform, _checks(container), container.wake(), container.address())


def _checks(container: Container) -> Mapping[str, Check]:
    return {
        "database": container.database().ping,
        "queue": container.queue().ping,
        "storage": container.store().ping,
        "cache": container.cache().ping,
        "mail": container.mailer().ping,
    }


@asynccontextmanager
async def engine_checks(settings: Settings) -> AsyncIterator[Mapping[str, tuple[str, Check]]]:
    """Each engine's address and check, without opening or changing anything more than a check needs."""
    container = Container(settings=providers.Object(settings))
    addresses = {
        "database": settings.effective_database_url,
        "queue": settings.queue_url or "in the database",
        "storage": settings.storage_url or f"{settings.data / 'media'}",
        "cache": settings.cache_url or "in the process",
        "mail": settings.mail_url or f"{settings.data / 'mail'}",
    }
    try:
        yield {name: (addresses[name], check) for name, check in _checks(container).items()}
    finally:
        for engine in (container.mailer, container.store, container.cache, container.queue, container.database):
            await engine().close()
