"""Presigned requests of the memory store, and the answers that an HTTP server would give to them."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from streamcore.shared.errors import Forbidden
from streamcore.shared.objects import PresignedRequest

SCHEME_AND_HOST = "memory://objects/"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a presigned request allows; ``upload_id`` and ``part`` where it is about a part."""

    method: str
    key: str
    expires_at: datetime
    size: int = 0
    content_type: str | None = None
    checksum_sha256: str | None = None
    upload_id: str = ""
    part: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What an HTTP server would send back."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class Grants:
    """Remembers what was granted under a token that nobody can guess."""

    def __init__(self) -> None:
        self._granted: dict[str, Grant] = {}

    def give(self, grant: Grant) -> PresignedRequest:
        token = secrets.token_urlsafe(24)
        self._granted[token] = grant
        headers = {} if grant.content_type is None else {"Content-Type": grant.content_type}
        return PresignedRequest(grant.method, _url(grant, token), grant.expires_at, headers)

    def granted(self, url: str) -> Grant:
        """What was granted under the token in ``url``; `Forbidden` if nothing was."""
        grant = self._granted.get(_token(url))
        if grant is None:
            raise Forbidden("This address was never given.")
        return grant

    def find(self, method: str, url: str, headers: Mapping[str, str], size: int, now: datetime) -> Grant:
        """`Forbidden` unless the request, with a body of ``size`` bytes, is exactly as it was granted."""
        grant = self.granted(url)
        if now >= grant.expires_at:
            raise Forbidden("This address has expired.")
        types = [value for name, value in headers.items() if name.lower() == "content-type"]
        exact = (
            method == grant.method
            and url == _url(grant, _token(url))
            and (method != "PUT" or size == grant.size)
            and (grant.content_type is None or types == [grant.content_type])
        )
        if not exact:
            raise Forbidden("This request differs from the one that was signed.")
        return grant


def _token(url: str) -> str:
    return parse_qs(urlsplit(url).query).get("grant", [""])[0]


def _url(grant: Grant, token: str) -> str:
    return f"{SCHEME_AND_HOST}{grant.key}?expires={int(grant.expires_at.timestamp())}&grant={token}"
