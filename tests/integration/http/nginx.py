"""nginx before a server: as a CDN, as docs/delivery.md configures it, and as the proxy of docs/deploying.md."""

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

PROGRAM = os.environ.get("STREAMCORE_TEST_NGINX", shutil.which("nginx") or "/usr/sbin/nginx")
DOCS = Path(__file__).parents[3] / "docs"
DELIVERY, DEPLOYING = DOCS / "delivery.md", DOCS / "deploying.md"

_CONFIGURATION = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    add_header X-Cache $upstream_cache_status always;
    server_tokens off;
    {servers}
}}
"""


def _documented(page: Path) -> str:
    """The example of the page."""
    return page.read_text().partition("```nginx\n")[2].partition("```")[0]


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


@asynccontextmanager
async def caching_proxy(upstream: str, folder: Path) -> AsyncIterator[str]:
    """Its address, until the context ends."""
    cache, _, location = _documented(DELIVERY).partition("\n\n")
    port = _free_port()
    servers = f"{cache}\nserver {{ listen 127.0.0.1:{port};\n{location} }}"
    async with _running(_pointed(servers, upstream, folder), folder, port):
        yield f"http://127.0.0.1:{port}"


@asynccontextmanager
async def tls_proxy(port: int, upstream: str, folder: Path, certificate: Path, key: Path) -> AsyncIterator[None]:
    """The proxy before a deployed server, on this port, until the context ends."""
    servers = _documented(DEPLOYING)
    for usual, here in {
        "listen 443 ": f"listen 127.0.0.1:{port} ",
        "/etc/ssl/video.example.org.pem": str(certificate),
        "/etc/ssl/video.example.org.key": str(key),
    }.items():
        assert usual in servers
        servers = servers.replace(usual, here)
    async with _running(_pointed(servers, upstream, folder), folder, port):
        yield


def _pointed(servers: str, upstream: str, folder: Path) -> str:
    """The same, with this server behind it and its cache in the folder."""
    return servers.replace("/var/cache/nginx/media", str(folder / "cache")).replace("http://127.0.0.1:8080", upstream)


@asynccontextmanager
async def _running(servers: str, folder: Path, port: int) -> AsyncIterator[None]:
    folder.mkdir()
    configuration = folder / "nginx.conf"
    configuration.write_text(_CONFIGURATION.format(folder=folder, servers=servers))
    process = await asyncio.create_subprocess_exec(PROGRAM, "-p", str(folder), "-c", str(configuration))
    try:
        await _answering(port, process)
        yield
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def _answering(port: int, process: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(20):
        while process.returncode is None:
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return
            await asyncio.sleep(0.05)
    raise RuntimeError(f"nginx ended with {process.returncode}")
