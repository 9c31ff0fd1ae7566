"""What the cache keeps in Redis, and the commands that it sends.

``{ns}:{<key>}:v``  the value: one line of JSON (tag versions as of the load's begin, milliseconds of staleness), bytes
``{ns}:{<key>}:l``  the lock of its loader: a token
``{ns}:t:<tag>``    the tag's version: a random word, another after each invalidation

Keys and tags are digests, so that any text will do. A value and its lock share a Cluster slot by their hash tag; every
other command has one key. A tag whose version is gone (evicted, expired) makes its values invalid, never valid again.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis

MAX_LIFE = 7 * 24 * 3600.0
_TAG_LIFE = int(MAX_LIFE) + 24 * 3600  # a version outlives every value that names it

_KEEP = """
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return redis.call('DEL', KEYS[2])
"""
_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"
_RENEW = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0"


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Held:
    """A valid value; ``fresh_for`` is seconds, negative once it is stale."""

    value: bytes
    fresh_for: float


@dataclass(frozen=True, slots=True)
class Attempt:
    """``versions`` are those of the tags now; ``locked`` tells whether ``token`` holds the lock."""

    token: str
    locked: bool
    held: Held | None
    versions: dict[str, str]


class CacheStore:
    """Commands on one namespace; each raises what the client raises."""

    def __init__(self, client: Redis, namespace: str, lease: float) -> None:
        if not re.fullmatch(r"[A-Za-z0-9:._-]+", namespace):
            raise ValueError("A namespace is made of letters, digits and :._-")
        self._client = client
        self._namespace = namespace
        self._lease_ms = max(1, int(lease * 1000))
        self.channel = f"{namespace}:invalidations"

    async def read(self, key: str, tags: Sequence[str]) -> Held | None:
        """The value under ``key`` if it is valid."""
        names = [_digest(tag) for tag in tags]
        pipe = self._client.pipeline(transaction=False)
        pipe.get(self._name(key, "v"))
        pipe.pttl(self._name(key, "v"))
        for name in names:
            pipe.get(f"{self._namespace}:t:{name}")
        body, life, *versions = await pipe.execute()
        return _decode(body, life, _versions(names, versions))

    async def read_or_lock(self, key: str, tags: Sequence[str], token: str) -> Attempt:
        """Try to take the lock, then read: who gets the lock sees what its last holder stored."""
        names = [_digest(tag) for tag in tags]
        lock = self._name(key, "l")
        pipe = self._client.pipeline(transaction=False)
        pipe.set(lock, token, nx=True, px=self._lease_ms)
        pipe.get(lock)  # for where the client repeats the pipeline, SET NX finds our own token
        pipe.get(self._name(key, "v"))
        pipe.pttl(self._name(key, "v"))
        for name in names:
            tag = f"{self._namespace}:t:{name}"
            pipe.set(tag, secrets.token_hex(8), nx=True, ex=_TAG_LIFE)
            pipe.getex(tag, ex=_TAG_LIFE)
        _, holder, body, life, *rest = await pipe.execute()
        versions = _versions(names, rest[1::2])
        return Attempt(token, holder == token.encode(), _decode(body, life, versions), versions)

    async def keep(self, key: str, attempt: Attempt, value: bytes, *, ttl: float, stale_for: float) -> None:
        """Store what was loaded after ``attempt`` and release the lock; nothing if the lock is another's by now."""
        fresh, stale = min(ttl, MAX_LIFE / 2), min(stale_for, MAX_LIFE / 2)
        header = json.dumps({"versions": attempt.versions, "stale_ms": int(stale * 1000)})
        px = max(1, int((fresh + stale) * 1000))
        names = (self._name(key, "v"), self._name(key, "l"))
        await _eval(self._client, _KEEP, names, attempt.token, header.encode() + b"\n" + value, px)

    async def release(self, key: str, token: str) -> None:
        await _eval(self._client, _RELEASE, (self._name(key, "l"),), token)

    async def renew(self, key: str, token: str) -> None:
        await _eval(self._client, _RENEW, (self._name(key, "l"),), token, self._lease_ms)

    async def invalidate(self, tags: Sequence[str]) -> None:
        """Give the tags new versions, and tell every process."""
        pipe = self._client.pipeline(transaction=False)
        for tag in tags:
            pipe.set(f"{self._namespace}:t:{_digest(tag)}", secrets.token_hex(8), ex=_TAG_LIFE)
        pipe.publish(self.channel, json.dumps(tags))
        await pipe.execute()

    def _name(self, key: str, part: str) -> str:
        return f"{self._namespace}:{{{_digest(key)}}}:{part}"


async def _eval(client: Redis, script: str, keys: Sequence[str], *args: Any) -> None:
    await client.eval(script, len(keys), *keys, *args)


def _versions(names: Sequence[str], found: Sequence[bytes | None]) -> dict[str, str]:
    return {name: version.decode() for name, version in zip(names, found, strict=True) if version is not None}


def _decode(body: bytes | None, life_ms: int, versions: dict[str, str]) -> Held | None:
    """The value, unless it is absent, unreadable, or of other tags or versions than ``versions``."""
    if body is None or life_ms < 0:
        return None
    header, _, value = body.partition(b"\n")
    try:
        known = json.loads(header)
        if known["versions"] != versions:
            return None
        return Held(value, (life_ms - known["stale_ms"]) / 1000)
    except (ValueError, KeyError, TypeError):
        return None
