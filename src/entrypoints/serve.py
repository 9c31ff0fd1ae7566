"""Running processes: the API (with or without a worker inside) and the worker alone."""

import asyncio
import contextlib
import signal
from datetime import timedelta
from pathlib import Path

import structlog
from rich.console import Console

from entrypoints.container.system import System, open_system
from entrypoints.http.app import make_app
from entrypoints.http.client import BUILT, Client
from entrypoints.http.server import listen
from entrypoints.logs import configure_logs
from entrypoints.settings import NO_CLIENT, Settings
from entrypoints.workers.worker import Worker, keep_running, make_relay

log = structlog.get_logger()


async def serve(settings: Settings, host: str, port: int, *, with_worker: bool = True) -> None:
    """Serve the API until SIGTERM or SIGINT, then drain."""
    configure_logs(settings)
    async with open_system(settings) as system:
        client = await _client(system, settings)
        app = make_app(system.platform, settings, checks=system.checks, client=client)
        async with listen(app, host, port, drain_seconds=settings.drain_seconds) as address:
            system.address.url = settings.public_url or address
            Console(stderr=True).print(f"streamcore is at [link={address}]{address}[/link]", highlight=False)
            log.info("serving", address=address, worker=with_worker)
            await _until_told(system, settings, with_worker)


async def _client(system: System, settings: Settings) -> Client | None:
    """The built client, unless the settings do without."""
    if settings.client == NO_CLIENT:
        return None
    folder = Path(settings.client) if settings.client else BUILT
    redirects: list[str] = []
    if settings.media_redirects:
        some = await system.platform.ports.store.presign_get("some", expires_in=timedelta(minutes=1))
        redirects.append(some.url)
    client = Client(
        folder if folder.is_dir() else None,
        media_addresses=lambda: [settings.media_base_url or system.address.url, *redirects],
    )
    if client.missing:
        log.warning("client.missing", folder=str(folder), mend="make client")
    return client


async def work(settings: Settings) -> None:
    """Process events and jobs until SIGTERM or SIGINT."""
    configure_logs(settings)
    async with open_system(settings) as system:
        system.address.url = settings.public_url
        await _until_told(system, settings, with_worker=True)


async def _until_told(system: System, settings: Settings, with_worker: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stop.set)
    relay = asyncio.create_task(keep_running("relay", make_relay(system.platform, system.wake).run))
    worker = Worker(system.platform, settings) if with_worker else None
    if worker:
        await system.sweep_work_folder()
        worker.start()
    try:
        await stop.wait()
        log.info("stopping")
    finally:
        if worker:
            await worker.stop()
        relay.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await relay
