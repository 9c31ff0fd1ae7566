"""Access tokens as JSON Web Tokens (RFC 7519, RFC 8725) under HMAC-SHA256."""

import base64
import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from streamcore.identity.models import AccessClaims
from streamcore.shared.errors import Unauthenticated
from streamcore.shared.ids import SessionId, UserId

ALGORITHM = "HS256"
MIN_SECRET = 32  # bytes; RFC 7518, section 3.2: no shorter than the hash
MAX_TOKEN = 2048  # characters; ours have about 400


class JwtAccessTokens:
    """`AccessTokens` signed with ``keys[current]``; those of every key in ``keys`` (key id → secret) are good.

    To rotate: add a key, make it current, remove the old one when its last token has expired. Times are whole seconds.
    The last ``remembered`` tokens found good are known by their SHA-256; their expiry is looked at every time.
    """

    def __init__(
        self, keys: Mapping[str, bytes], current: str, *, issuer: str, audience: str, remembered: int = 10_000
    ) -> None:
        if current not in keys:
            raise ValueError("The current key is not among the keys.")
        if any(len(secret) < MIN_SECRET for secret in keys.values()):
            raise ValueError(f"A key has at least {MIN_SECRET} bytes.")
        self._keys = {kid: OctKey.import_key(secret, {"kid": kid}) for kid, secret in keys.items()}
        self._current = current
        self._issuer = issuer
        self._audience = audience
        self._good: OrderedDict[bytes, AccessClaims] = OrderedDict()
        self._remembered = remembered

    def issue(self, claims: AccessClaims, *, now: datetime) -> str:
        payload = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": claims.user_id,
            "sid": claims.session_id,
            "iat": int(now.timestamp()),
            "exp": int(claims.expires_at.timestamp()),
        }
        return jwt.encode({"alg": ALGORITHM, "kid": self._current}, payload, self._keys[self._current], [ALGORITHM])

    def read(self, token: str, *, now: datetime) -> AccessClaims:
        if len(token) > MAX_TOKEN or not token.isascii():
            raise Unauthenticated
        digest = hashlib.sha256(token.encode()).digest()
        claims = self._good.get(digest) or self._verify(token)
        if claims.expires_at <= now:
            self._good.pop(digest, None)
            raise Unauthenticated("The access token has expired.")
        self._remember(digest, claims)
        return claims

    def _remember(self, digest: bytes, claims: AccessClaims) -> None:
        self._good[digest] = claims
        self._good.move_to_end(digest)
        if len(self._good) > self._remembered:
            self._good.popitem(last=False)

    def _verify(self, token: str) -> AccessClaims:
        """The claims of a token under a live key, expired or not."""
        try:
            if not all(_canonical(part) for part in token.split(".")):
                raise Unauthenticated
            found = jwt.decode(token, self._key_of, algorithms=[ALGORITHM])
            return self._claims(found.claims)
        except (JoseError, ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
            raise Unauthenticated from error

    def _key_of(self, token: Any) -> OctKey:
        return self._keys[token.headers()["kid"]]

    def _claims(self, payload: Mapping[str, Any]) -> AccessClaims:
        user_id, session_id, expires = payload["sub"], payload["sid"], payload["exp"]
        if payload["iss"] != self._issuer or payload["aud"] != self._audience:
            raise ValueError("of another issuer, or for another audience")
        if not (isinstance(user_id, str) and isinstance(session_id, str) and user_id and session_id):
            raise TypeError("sub and sid are text")
        if type(expires) is not int or type(payload["iat"]) is not int:
            raise TypeError("exp and iat are whole numbers")
        return AccessClaims(UserId(user_id), SessionId(session_id), datetime.fromtimestamp(expires, UTC))


def _canonical(part: str) -> bool:
    """Whether the text is the one base64url form of its bytes, so that a token has one spelling."""
    raw = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode() == part
