"""A small client of the HTTP API, for the commands that talk to a running server."""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import aiohttp

from streamcore.shared.errors import StreamcoreError


class ServerRefused(StreamcoreError):
    """The server's own error; ``code`` is its code, ``retry_after`` the seconds that it asks to wait."""

    def __init__(self, code: str, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.code = code  # type: ignore[misc]  # here it is the server's, not the class's
        self.retry_after = retry_after


API = "/api/v1"

_CODES = {401: "UNAUTHENTICATED", 403: "FORBIDDEN", 404: "NOT_FOUND", 410: "GONE", 429: "RATE_LIMITED"}
"""For answers that have no body."""


@dataclass(frozen=True, slots=True)
class Answered:
    data: Any
    headers: Mapping[str, str]


def credentials_file() -> Path:
    base = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(base) / "streamcore" / "credentials.json"


class Client:
    """``async with Client(url)``: sends requests with the remembered session, and unwraps the envelope."""

    def __init__(self, url: str, token: str | None = None) -> None:
        self.url = url.rstrip("/")
        self._token = token
        self._http: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None, connect=10, sock_read=600))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._http:
            await self._http.close()

    async def request(self, method: str, path: str, **options: Any) -> Any:
        """The answer's ``data``; `ServerRefused` for an error of the API, or when nobody answers."""
        return (await self.send(method, path, **options)).data

    async def send(self, method: str, path: str, **options: Any) -> "Answered":
        """The same, with the headers of the answer."""
        assert self._http is not None  # noqa: S101  # inside its context
        headers = {**options.pop("headers", {})}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        try:
            async with self._http.request(method, f"{self.url}{API}{path}", headers=headers, **options) as response:
                told = response.status != 204 and method != "HEAD"
                body = await response.json(content_type=None) if told else {"data": None}
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise ServerRefused("UNREACHABLE", f"No streamcore server answers at {self.url} ({error}).") from error
        if response.status >= 400:
            shown = body if told else {"error": {"code": _CODES.get(response.status, "UNAVAILABLE")}}
            raise _refusal(shown, response.headers.get("Retry-After", ""))
        return Answered(body["data"], response.headers)

    async def log_in(self, login: str, password: str) -> None:
        answer = await self.request("POST", "/auth/login", json={"login": login, "password": password})
        self._remember(answer)

    async def ensure_session(self) -> str | None:
        """Use what is remembered for this server; on this machine's own server open an account where there is none.

        The new account's name, or None where a session was at hand.
        """
        if self._token:
            return None
        kept = _read_kept().get(self.url)
        if kept:
            try:
                again = {"refresh_token": kept["refresh_token"]}
                self._remember(await self.request("POST", "/auth/refresh", json=again))
                return None
            except ServerRefused as error:
                if error.code != "UNAUTHENTICATED":
                    raise
        if not _on_this_machine(self.url):
            raise ServerRefused("UNAUTHENTICATED", "Log in first: streamcore login --url " + self.url)
        name = f"local-{secrets.token_hex(3)}"
        answer = await self.request(
            "POST",
            "/auth/register",
            json={"email": f"{name}@localhost.localdomain", "username": name, "password": secrets.token_urlsafe(24)},
        )
        self._remember(answer)
        return name

    async def ensure_channel(self) -> None:
        """Open a channel named as the user where they have none."""
        user = await self.request("GET", "/users/me")
        try:
            await self.request("POST", "/channels", json={"handle": user["username"], "name": user["display_name"]})
        except ServerRefused as error:
            if error.code != "CONFLICT":
                raise

    async def renew(self) -> None:
        """Exchange an access token that has expired for a new one."""
        self._token = None
        await self.ensure_session()

    def _remember(self, answer: dict[str, Any]) -> None:
        self._token = answer["access_token"]
        path = credentials_file()
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = _read_kept() | {self.url: {"refresh_token": answer["refresh_token"]}}
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(kept))
        fresh.replace(path)


def _refusal(body: Any, retry_after: str) -> ServerRefused:
    problem = body.get("error", {}) if isinstance(body, dict) else {}
    details = [f"{d.get('field')}: {d.get('message')}" for d in problem.get("details") or [] if isinstance(d, dict)]
    message = " ".join([problem.get("message", ""), *details])
    wait = float(retry_after) if retry_after.isdecimal() else None
    return ServerRefused(problem.get("code", "UNKNOWN"), message, wait)


def _read_kept() -> dict[str, dict[str, str]]:
    try:
        kept: dict[str, dict[str, str]] = json.loads(credentials_file().read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return kept


def _on_this_machine(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
