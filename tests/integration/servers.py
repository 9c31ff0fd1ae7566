"""Running `streamcore serve` as its users do: a process group of its own, reached over loopback."""

import asyncio
import os
import signal
import socket
import sys
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import aiohttp

BIN = Path(sys.executable).parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Server:
    """One `streamcore` process group with its settings; may be killed and started again on the same data."""

    data: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("STREAMCORE_")}
        ours = {"STREAMCORE_DATA": str(self.data), "STREAMCORE_RATE_LIMITS_ENABLED": "false", **self.settings}
        return inherited | ours

    async def start(self, *arguments: str) -> Self:
        self.data.mkdir(parents=True, exist_ok=True)
        with (self.data / "server.log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                BIN / "streamcore", "serve", "--port", str(self.port), *arguments,
                env=self.environment, stdout=log, stderr=log, stdin=asyncio.subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        try:
            await self._answers()
        except BaseException:
            await self.kill()
            raise
        return self

    async def _answers(self) -> None:
        async with aiohttp.ClientSession() as http, asyncio.timeout(30):
            while True:
                if self.process is None or self.process.returncode is not None:
                    raise AssertionError(f"the server ended:\n{self.log()[-4000:]}")
                try:
                    async with http.get(f"{self.url}/health/ready") as response:
                        if response.status == 200:
                            return
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.02)

    async def kill(self, sign: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to the whole process group and wait for its end."""
        if self.process and self.process.returncode is None:
            os.killpg(self.process.pid, sign)
            await self.process.wait()

    async def command(self, *arguments: str) -> str:
        """Run another `streamcore` command with the same settings; its output."""
        process = await asyncio.create_subprocess_exec(
            BIN / "streamcore", *arguments,
            env=self.environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
            stdin=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        output, _ = await process.communicate()
        assert process.returncode == 0, output.decode()
        return output.decode()

    def log(self) -> str:
        return (self.data / "server.log").read_text(errors="replace")


@asynccontextmanager
async def running(server: Server, *arguments: str) -> AsyncIterator[Server]:
    await server.start(*arguments)
    try:
        yield server
    finally:
        await server.kill()


@dataclass
class Creator:
    """A registered creator with a channel, on one server."""

    http: aiohttp.ClientSession
    server: Server
    token: str
    user_id: str

    @classmethod
    async def register(cls, http: aiohttp.ClientSession, server: Server) -> "Creator":
        name = f"u{uuid.uuid4().hex[:12]}"
        account = {"email": f"{name}@example.org", "username": name, "password": "correct horse battery"}
        async with http.post(f"{server.url}/api/v1/auth/register", json=account) as response:
            assert response.status == 201, await response.text()
            data = (await response.json())["data"]
        creator = cls(http, server, data["access_token"], data["user"]["id"])
        status, body = await creator.request("POST", "/channels", json={"handle": name, "name": name})
        assert status == 201, body
        return creator

    async def request(self, method: str, path: str, **options: Any) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        url = f"{self.server.url}/api/v1{path}"
        async with self.http.request(method, url, headers=headers, **options) as response:
            return response.status, await response.json() if response.status != 204 else None

    async def upload(self, clip: Path, key: str, *, pause: float = 0.0, **fields: str) -> tuple[int, Any]:
        """Send a clip as a form, resting ``pause`` seconds between the chunks."""

        async def chunks() -> AsyncIterator[bytes]:
            content = clip.read_bytes()
            for start in range(0, len(content), 64 * 1024):
                yield content[start : start + 64 * 1024]
                await asyncio.sleep(pause)

        form = aiohttp.FormData()
        for name, value in {"title": clip.stem.ljust(3, "_"), **fields}.items():
            form.add_field(name, value)
        form.add_field("file", chunks(), filename=clip.name, content_type="video/mp4")
        return await self.request("POST", "/videos", data=form, headers={"X-Idempotency-Key": key})

    async def ended(self, video_id: str, patience: float = 120.0) -> dict[str, Any]:
        """The video's status once it is terminal."""
        async with asyncio.timeout(patience):
            while True:
                status, body = await self.request("GET", f"/videos/{video_id}/status")
                assert status == 200, body
                data: dict[str, Any] = body["data"]
                if data["status"] == "failed" or (data["status"] in ("published", "ready") and data["progress"] == 100):
                    return data
                await asyncio.sleep(0.2)
