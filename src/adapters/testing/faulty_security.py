"""Password hashers and access tokens with one fault each, named for it; the contracts must fail on every one."""

import asyncio
import base64
import hmac
import json
from datetime import UTC, datetime
from typing import Any

from adapters.memory.security import LightAccessTokens, LightPasswordHasher, _scrypt
from streamcore.identity.models import AccessClaims
from streamcore.shared.errors import Unauthenticated
from streamcore.shared.ids import SessionId, UserId


class ConstantSalt(LightPasswordHasher):
    async def hash(self, password: str) -> str:
        salt = b"0" * 16
        return self._encode(salt, _scrypt(password, salt, self._n), self._n)


class VerifiesAnyPassword(LightPasswordHasher):
    async def verify(self, password: str, password_hash: str) -> bool:
        return True


class VerifiesNoPassword(LightPasswordHasher):
    async def verify(self, password: str, password_hash: str) -> bool:
        return False


class CutsPasswordsAt72(LightPasswordHasher):
    async def hash(self, password: str) -> str:
        return await super().hash(password[:72])

    async def verify(self, password: str, password_hash: str) -> bool:
        return await super().verify(password[:72], password_hash)


class StopsAtNul(LightPasswordHasher):
    async def hash(self, password: str) -> str:
        return await super().hash(password.split("\0")[0])

    async def verify(self, password: str, password_hash: str) -> bool:
        return await super().verify(password.split("\0")[0], password_hash)


class FillsUpWithNul(LightPasswordHasher):
    async def hash(self, password: str) -> str:
        return await super().hash(password.rstrip("\0"))

    async def verify(self, password: str, password_hash: str) -> bool:
        return await super().verify(password.rstrip("\0"), password_hash)


class IgnoresCase(LightPasswordHasher):
    async def hash(self, password: str) -> str:
        return await super().hash(password.lower())

    async def verify(self, password: str, password_hash: str) -> bool:
        return await super().verify(password.lower(), password_hash)


class StripsSpaces(LightPasswordHasher):
    async def hash(self, password: str) -> str:
        return await super().hash(password.strip(" "))

    async def verify(self, password: str, password_hash: str) -> bool:
        return await super().verify(password.strip(" "), password_hash)


class KeepsThePassword(LightPasswordHasher):
    async def hash(self, password: str) -> str:
        return f"{await super().hash(password)}${password.encode().hex()}"

    async def verify(self, password: str, password_hash: str) -> bool:
        return await super().verify(password, password_hash.rpartition("$")[0])


class RaisesOnWhatIsNoHash(LightPasswordHasher):
    async def verify(self, password: str, password_hash: str) -> bool:
        if self._decode(password_hash) is None:
            raise ValueError(password_hash)
        return await super().verify(password, password_hash)


class ComparesTheBeginning(LightPasswordHasher):
    async def verify(self, password: str, password_hash: str) -> bool:
        found = self._decode(password_hash)
        if found is None:
            return False
        return _scrypt(password, found[0], found[2]).startswith(found[1])


class NeverOutdated(LightPasswordHasher):
    def outdated(self, password_hash: str) -> bool:
        return False


class AlwaysOutdated(LightPasswordHasher):
    def outdated(self, password_hash: str) -> bool:
        return True


class MixesUpWhatIsHashedAtOnce(LightPasswordHasher):
    _now = ""

    async def hash(self, password: str) -> str:
        self._now = password
        await asyncio.sleep(0)
        return await super().hash(self._now)


FAULTY_HASHERS: tuple[type[LightPasswordHasher], ...] = (
    ConstantSalt,
    VerifiesAnyPassword,
    VerifiesNoPassword,
    CutsPasswordsAt72,
    StopsAtNul,
    FillsUpWithNul,
    IgnoresCase,
    StripsSpaces,
    KeepsThePassword,
    RaisesOnWhatIsNoHash,
    ComparesTheBeginning,
    NeverOutdated,
    AlwaysOutdated,
    MixesUpWhatIsHashedAtOnce,
)


def _words(part: str) -> dict[str, Any]:
    words = json.loads(base64.urlsafe_b64decode(part + "=="))
    if not isinstance(words, dict):
        raise TypeError
    return words


class AcceptsExpired(LightAccessTokens):
    def read(self, token: str, *, now: datetime) -> AccessClaims:
        return super().read(token, now=datetime(2000, 1, 1, tzinfo=UTC))


class RemembersExpired(LightAccessTokens):
    def read(self, token: str, *, now: datetime) -> AccessClaims:
        good: dict[str, AccessClaims] = self.__dict__.setdefault("good", {})
        if token not in good:
            good[token] = super().read(token, now=now)
        return good[token]


class RemembersByItsBeginning(LightAccessTokens):
    def read(self, token: str, *, now: datetime) -> AccessClaims:
        good: dict[str, AccessClaims] = self.__dict__.setdefault("good", {})
        begin = token[:200]
        if begin not in good:
            good[begin] = super().read(token, now=now)
        if good[begin].expires_at <= now:
            raise Unauthenticated
        return good[begin]


class IgnoresTheKeyId(LightAccessTokens):
    def _signature(self, signed: str, kid: str) -> str:
        return super()._signature(signed, self._current)


class TriesTheCurrentKeyForUnknownIds(LightAccessTokens):
    def _signature(self, signed: str, kid: str) -> str:
        return super()._signature(signed, kid if kid in self._keys else self._current)


class BelievesAnySignature(LightAccessTokens):
    def _payload(self, token: str) -> dict[str, Any]:
        if len(token) > 2048:
            raise ValueError
        header, payload, _ = token.split(".")
        if _words(header)["alg"] != "HS256":
            raise ValueError
        return _words(payload)


class AcceptsNone(LightAccessTokens):
    def _payload(self, token: str) -> dict[str, Any]:
        header, _, rest = token.partition(".")
        if len(token) < 2048 and "=" not in token and _words(header).get("alg") == "none":
            return _words(rest.partition(".")[0])
        return super()._payload(token)


class AcceptsOtherAlgorithms(LightAccessTokens):
    def _payload(self, token: str) -> dict[str, Any]:
        signed, _, signature = token.rpartition(".")
        header = signed.partition(".")[0]
        if len(token) < 2048 and _words(header).get("alg") == "HS512":
            mac = hmac.digest(self._keys[_words(header)["kid"]], signed.encode(), "sha512")
            if hmac.compare_digest(base64.urlsafe_b64encode(mac).rstrip(b"="), signature.encode()):
                return _words(signed.partition(".")[2])
        return super()._payload(token)


class IgnoresTheAudience(LightAccessTokens):
    def _claims(self, payload: dict[str, Any]) -> AccessClaims:
        return super()._claims(payload | {"aud": self._audience})


class IgnoresTheIssuer(LightAccessTokens):
    def _claims(self, payload: dict[str, Any]) -> AccessClaims:
        return super()._claims(payload | {"iss": self._issuer})


class LivesForeverWithoutExpiry(LightAccessTokens):
    def _claims(self, payload: dict[str, Any]) -> AccessClaims:
        return super()._claims({"exp": 10**10} | payload)


class NeedsNoSession(LightAccessTokens):
    def _claims(self, payload: dict[str, Any]) -> AccessClaims:
        return AccessClaims(
            UserId(str(payload["sub"])),
            SessionId(str(payload.get("sid"))),
            super()._claims(payload | {"sid": "x"}).expires_at,
        )


class RaisesOnGarbage(LightAccessTokens):
    def read(self, token: str, *, now: datetime) -> AccessClaims:
        token.encode("ascii")
        return super().read(token, now=now)


class DecodesLeniently(LightAccessTokens):
    def read(self, token: str, *, now: datetime) -> AccessClaims:
        return super().read(token.strip().rstrip("="), now=now)


class IgnoresTheLastBits(LightAccessTokens):
    def read(self, token: str, *, now: datetime) -> AccessClaims:
        signed, _, signature = token.rpartition(".")
        if len(token) > 2048:
            raise Unauthenticated
        try:
            raw = base64.urlsafe_b64decode(signature.encode() + b"==")
        except ValueError as error:
            raise Unauthenticated from error
        return super().read(f"{signed}.{base64.urlsafe_b64encode(raw).rstrip(b'=').decode()}", now=now)


class AcceptsOversized(LightAccessTokens):
    def _payload(self, token: str) -> dict[str, Any]:
        signed, _, signature = token.rpartition(".")
        if len(token) <= 2048 or len(token) > 100_000 or signature != self._signature(signed, self._current):
            return super()._payload(token)
        return _words(signed.split(".")[1])


FAULTY_TOKENS: tuple[type[LightAccessTokens], ...] = (
    AcceptsExpired,
    RemembersExpired,
    RemembersByItsBeginning,
    IgnoresTheKeyId,
    TriesTheCurrentKeyForUnknownIds,
    BelievesAnySignature,
    AcceptsNone,
    AcceptsOtherAlgorithms,
    IgnoresTheAudience,
    IgnoresTheIssuer,
    LivesForeverWithoutExpiry,
    NeedsNoSession,
    RaisesOnGarbage,
    DecodesLeniently,
    IgnoresTheLastBits,
    AcceptsOversized,
)
