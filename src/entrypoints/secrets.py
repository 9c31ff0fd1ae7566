"""The one secret of an instance, and the keys derived from it for each purpose."""

import hmac
import os
import secrets
import tempfile
from hashlib import sha256
from pathlib import Path

from entrypoints.settings import Settings


def instance_secret(settings: Settings) -> bytes:
    """The configured secret; in development, one that is made once and kept in the data folder (mode 600)."""
    configured = settings.secret_key.get_secret_value()
    if configured:
        return configured.encode()
    return _kept(settings.data / "secret.key")


def derive(secret: bytes, purpose: str) -> bytes:
    """A 32-byte key for one purpose: HKDF-Expand of RFC 5869 with a single block."""
    return hmac.digest(sha256(secret).digest(), purpose.encode() + b"\x01", sha256)


def _kept(path: Path) -> bytes:
    if path.exists():
        return path.read_bytes()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)  # mode 600
    candidate = Path(name)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        os.link(candidate, path)  # the first process wins; nobody ever reads half a secret
    except FileExistsError:
        pass
    finally:
        candidate.unlink()
    return path.read_bytes()
