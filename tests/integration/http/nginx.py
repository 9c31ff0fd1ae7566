"""nginx as a CDN: a caching proxy before a server, as docs/delivery.md configures it."""

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

PROGRAM = os.environ.get("STREAMCORE_TEST_NGINX", shutil.which("nginx") or "/usr/sbin/nginx")
DELIVERY = Path(__file__).parents[3] / "docs" / "delivery.md"

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
    {cache}
    server {{
        listen 127.0.0.1:{port};
        {location}
    }}
}}
"""


def _documented(upstream: str, folder: Path) -> tuple[str, str]:
    """The two parts of the example in the documentation, pointed at this server and folder."""
    block = DELIVERY.read_text().partition("```nginx\n")[2].partition("```")[0]
    block = block.replace("/var/cache/nginx/media", str(folder / "cache")).replace("http://127.0.0.1:8080", upstream)
    cache, _, location = block.partition("\n\n")
    return cache, location


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


@asynccontextmanager
async def caching_proxy(upstream: str, folder: Path) -> AsyncIterator[str]:
    """Its address, until the context ends."""
    folder.mkdir()
    port, (cache, location) = _free_port(), _documented(upstream, folder)
    configuration = folder / "nginx.conf"
    configuration.write_text(_CONFIGURATION.format(folder=folder, port=port, cache=cache, location=location))
    process = await asyncio.create_subprocess_exec(PROGRAM, "-p", str(folder), "-c", str(configuration))
    try:
        await _answering(port, process)
        yield f"http://127.0.0.1:{port}"
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
