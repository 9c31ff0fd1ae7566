"""Passwords and access tokens that take microseconds, for tests. Not for production: the password hash is cheap."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from streamcore.identity.models import AccessClaims
from streamcore.shared.errors import Unauthenticated
from streamcore.shared.ids import SessionId, UserId

MAX_TOKEN = 2048  # characters


class LightPasswordHasher:
    """A `PasswordHasher` by salted scrypt (RFC 7914) at its lowest cost: ``n`` a power of two."""

    def __init__(self, n: int = 2) -> None:
        self._n = n
        self._decoy = self._encode(secrets.token_bytes(16), secrets.token_bytes(32), n)

    async def hash(self, password: str) -> str:
        salt = secrets.token_bytes(16)
        return self._encode(salt, _scrypt(password, salt, self._n), self._n)

    async def verify(self, password: str, password_hash: str) -> bool:
        found = self._decode(password_hash)
        if found is None:
            return False
        salt, digest, n = found
        return hmac.compare_digest(_scrypt(password, salt, n), digest)

    async def waste(self, password: str) -> None:
        await self.verify(password, self._decoy)

    def outdated(self, password_hash: str) -> bool:
        found = self._decode(password_hash)
        return found is None or found[2] < self._n

    @staticmethod
    def _encode(salt: bytes, digest: bytes, n: int) -> str:
        return f"scrypt${n}${salt.hex()}${digest.hex()}"

    @staticmethod
    def _decode(password_hash: str) -> tuple[bytes, bytes, int] | None:
        try:
            name, n, salt, digest = password_hash.split("$")
            return (bytes.fromhex(salt), bytes.fromhex(digest), int(n)) if name == "scrypt" else None
        except ValueError:
            return None


def _scrypt(password: str, salt: bytes, n: int) -> bytes:
    # scrypt is built on HMAC, which fills short keys up with NUL: without SHA-256, "a" and "a\0" would be the same
    key = hashlib.sha256(password.encode("utf-8", "surrogatepass")).digest()
    return hashlib.scrypt(key, salt=salt, n=n, r=1, p=1, dklen=32)


class LightAccessTokens:
    """`AccessTokens` with the standard library alone: the same JSON Web Tokens as the real adapter, one signature form.

    ``keys`` maps key ids to secrets; new tokens are signed with ``keys[current]``.
    """

    def __init__(self, keys: Mapping[str, bytes], current: str, *, issuer: str, audience: str) -> None:
        if current not in keys:
            raise ValueError("The current key is not among the keys.")
        self._keys = dict(keys)
        self._current = current
        self._issuer = issuer
        self._audience = audience

    def issue(self, claims: AccessClaims, *, now: datetime) -> str:
        header = {"typ": "JWT", "alg": "HS256", "kid": self._current}
        payload = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": claims.user_id,
            "sid": claims.session_id,
            "iat": int(now.timestamp()),
            "exp": int(claims.expires_at.timestamp()),
        }
        signed = f"{_pack(header)}.{_pack(payload)}"
        return f"{signed}.{self._signature(signed, self._current)}"

    def read(self, token: str, *, now: datetime) -> AccessClaims:
        try:
            claims = self._claims(self._payload(token))
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
            raise Unauthenticated from error
        if claims.expires_at <= now:
            raise Unauthenticated("The access token has expired.")
        return claims

    def _payload(self, token: str) -> dict[str, Any]:
        """What is signed; ValueError, KeyError or TypeError if it is not under a live key."""
        if len(token) > MAX_TOKEN:
            raise ValueError("too long")
        signed, _, signature = token.rpartition(".")
        first, second = signed.split(".")
        header = _unpack(first)
        if header["alg"] != "HS256" or "crit" in header:
            raise ValueError("of another algorithm, or with a condition that we do not know")
        if not hmac.compare_digest(self._signature(signed, header["kid"]).encode(), signature.encode()):
            raise ValueError("of another key")
        return _unpack(second)

    def _claims(self, payload: dict[str, Any]) -> AccessClaims:
        if payload["iss"] != self._issuer or payload["aud"] != self._audience:
            raise ValueError("of another issuer, or for another audience")
        user_id, session_id, expires = payload["sub"], payload["sid"], payload["exp"]
        if not (isinstance(user_id, str) and isinstance(session_id, str) and user_id and session_id):
            raise TypeError("sub and sid are text")
        if type(expires) is not int or type(payload["iat"]) is not int:
            raise TypeError("exp and iat are whole numbers")
        return AccessClaims(UserId(user_id), SessionId(session_id), datetime.fromtimestamp(expires, UTC))

    def _signature(self, signed: str, kid: str) -> str:
        return _text(hmac.digest(self._keys[kid], signed.encode(), hashlib.sha256))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _pack(words: dict[str, Any]) -> str:
    return _text(json.dumps(words, separators=(",", ":")).encode())


def _unpack(part: str) -> dict[str, Any]:
    words = json.loads(base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True))
    if not isinstance(words, dict):
        raise TypeError("no object")
    return words
