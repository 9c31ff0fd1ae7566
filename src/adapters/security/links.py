"""Links that expire: one token opens every object under a prefix, so that a whole stream plays by one token."""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from streamcore.shared.clock import Clock

MIN_SECRET = 32  # bytes
_BEARER = re.compile(r"[0-9a-f]{32}|")
_TOKEN = re.compile(rf"([1-9][0-9]{{0,11}})-([1-9][0-9]{{0,3}})-({_BEARER.pattern})-[A-Za-z0-9_-]{{43}}")
_MAX_TOKEN = 96
_PURPOSE = b"streamcore media link 2\0"  # a signature made for something else opens nothing here


@dataclass(frozen=True, slots=True)
class SignedLink:
    token: str
    expires_at: datetime


class SignedLinks:
    """Tokens ``<expiry>-<length of the prefix>-<bearer>-<HMAC-SHA256>``, fit for a path segment.

    The bearer is for whom it was made: 32 hexadecimal digits, or nothing for nobody in particular. A token is good for
    at least ``lifetime`` and a quarter more at most: its expiry is rounded up to a quarter of ``lifetime``, so that for
    as long the same prefix and bearer get the same token, and caches in between can work.
    """

    def __init__(self, secret: bytes, *, lifetime: timedelta, clock: Clock) -> None:
        if len(secret) < MIN_SECRET:
            raise ValueError(f"A secret has at least {MIN_SECRET} bytes.")
        if lifetime < timedelta(seconds=1):
            raise ValueError("A lifetime is a second at least.")
        self._secret = secret
        self._lifetime = int(lifetime.total_seconds())
        self._step = max(1, self._lifetime // 4)
        self._clock = clock

    def sign(self, prefix: str, bearer: str = "") -> SignedLink:
        """A token for every key under ``prefix``, which ends with a slash; ValueError if it does not."""
        if not prefix.endswith("/") or not _plain(prefix[:-1]) or len(prefix) > 9999:
            raise ValueError("A prefix is made of names, each with a slash behind it.")
        if not _BEARER.fullmatch(bearer):
            raise ValueError("A bearer has 32 hexadecimal digits.")
        earliest = self._now() + self._lifetime
        expiry = -(-earliest // self._step) * self._step
        return SignedLink(self._sign(expiry, prefix, bearer), datetime.fromtimestamp(expiry, UTC))

    def bearer(self, token: str, key: str) -> str | None:
        """For whom ``token`` was made if it opens ``key`` now; None if it does not. Never raises."""
        found = _TOKEN.fullmatch(token) if len(token) <= _MAX_TOKEN else None
        if found is None or not _plain(key):
            return None
        expiry, length, bearer = int(found[1]), int(found[2]), found[3]
        prefix = key[:length]
        if expiry <= self._now() or len(key) <= length or not prefix.endswith("/"):
            return None
        genuine = hmac.compare_digest(token.encode(), self._sign(expiry, prefix, bearer).encode())
        return bearer if genuine else None

    def _now(self) -> int:
        return int(self._clock.now().timestamp())

    def _sign(self, expiry: int, prefix: str, bearer: str) -> str:
        words = b"%s%d\0%s\0%s" % (_PURPOSE, expiry, bearer.encode(), prefix.encode())
        mac = hmac.digest(self._secret, words, hashlib.sha256)
        return f"{expiry}-{len(prefix)}-{bearer}-{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def _plain(path: str) -> bool:
    """Whether no part of the path is empty, climbs, or could be read as another path by somebody behind us."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return all(part not in {"", ".", ".."} and "\\" not in part and "\0" not in part for part in path.split("/"))
