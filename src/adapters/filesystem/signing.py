"""Addresses that let somebody send exactly one request to the server in front of the store.

The signature is HMAC-SHA256 over the method, the key and all other parameters, sorted by name.
"""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from urllib.parse import urlencode

from streamcore.shared.errors import Forbidden, Invalid
from streamcore.shared.objects import check_key

_PART = {"expires", "upload", "part", "size"}
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class PutGrant:
    """What a verified request may store: ``size`` bytes as the object ``key``, or as a part of an upload."""

    key: str
    size: int
    content_type: str = ""
    checksum_sha256: str | None = None
    upload_id: str | None = None
    part_number: int = 0


@dataclass(frozen=True, slots=True)
class Signer:
    secret: bytes

    def query(self, method: str, key: str, parameters: Mapping[str, str]) -> str:
        """The parameters and their signature as a query string."""
        return urlencode({**parameters, "signature": self._sign(method, key, parameters)})

    def verify(self, method: str, key: str, query: Mapping[str, str], now: datetime) -> Mapping[str, str]:
        """The signed parameters; `Forbidden` unless they were signed here for this method and key and are in time."""
        pairs = sorted(query.items())
        parameters = {name: value for name, value in pairs if name != "signature"}
        signatures = [value for name, value in pairs if name == "signature"]
        genuine = len(parameters) + 1 == len(pairs) and len(signatures) == 1
        expected = self._sign(method, key, parameters)
        if not genuine or not hmac.compare_digest(expected.encode(), signatures[0].encode()):
            raise Forbidden("This address was not signed here.")
        if now.timestamp() > int(parameters["expires"]):
            raise Forbidden("This address has expired.")
        return parameters

    def verify_put(self, key: str, query: Mapping[str, str], headers: Mapping[str, str], now: datetime) -> PutGrant:
        """What the request may store; `Invalid` where its headers differ from what was signed."""
        check_key(key)
        parameters = self.verify("PUT", key, query, now)
        size = int(parameters["size"])
        sent = {name.lower(): value for name, value in headers.items()}
        if sent.get("content-length") != str(size):
            raise Invalid.field("Content-Length", f"Exactly {size} bytes are expected.", "size_mismatch")
        if set(parameters) == _PART:
            return PutGrant(key, size, upload_id=parameters["upload"], part_number=int(parameters["part"]))
        if sent.get("content-type") != parameters["type"]:
            raise Invalid.field("Content-Type", "Another type was announced.", "content_type_mismatch")
        return PutGrant(key, size, parameters["type"], parameters.get("sha256"))

    def _sign(self, method: str, key: str, parameters: Mapping[str, str]) -> str:
        text = f"{method}\n{key}\n{urlencode(sorted(parameters.items()))}"
        return hmac.digest(self.secret, text.encode(), sha256).hex()


def check_sha256(checksum: str) -> str:
    """The hex SHA-256 in small letters; `Invalid` if it is none."""
    if not _SHA256.fullmatch(checksum.lower()):
        raise Invalid.field("checksum_sha256", "This is no SHA-256 in hex.", "checksum")
    return checksum.lower()
