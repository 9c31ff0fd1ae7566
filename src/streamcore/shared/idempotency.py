"""Idempotency keys: the same request sent again has its effect once and gets the first answer (VID-3).

Two things are kept for 24 hours. The *effect* (which resource the key made) is written in the unit of work that makes
it, so that no crash can part the two. The *answer* is kept by the door after it was made; where a crash took it, the
door makes it again from the effect.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from streamcore.shared.errors import Conflict, Detail

KEPT_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """``scope`` is the caller and the operation, ``key`` the caller's own word, ``fingerprint`` a hash of the body.

    ``fingerprint`` is None while a streamed body has not been read to its end.
    """

    scope: str
    key: str
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """What the key has made: the id of a resource, and the fingerprint of the body that made it."""

    key: IdempotencyKey
    resource_id: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    content_type: str
    body: bytes


def check_same(kept: IdempotencyKey, now: IdempotencyKey) -> None:
    """`Conflict` if both bodies are known and differ."""
    if kept.fingerprint and now.fingerprint and kept.fingerprint != now.fingerprint:
        raise Conflict(
            "This idempotency key was used with another body.",
            details=[Detail("X-Idempotency-Key", "Use a new key for a new request.", "idempotency_key_reused")],
        )


class IdempotencyEffects(Protocol):
    """Effects, inside a unit of work."""

    async def find(self, key: IdempotencyKey) -> Effect | None:
        """The effect under (scope, key) that is younger than 24 hours; `Conflict` if its body was another."""
        ...

    async def add(self, key: IdempotencyKey, resource_id: str) -> None:
        """`Conflict` if the key has an effect already (an expired one is replaced)."""
        ...


class IdempotencyAnswers(Protocol):
    """Answers, each method a transaction of its own."""

    async def find(self, key: IdempotencyKey) -> Answer | None:
        """The answer under (scope, key) that is younger than 24 hours; `Conflict` if its body was another."""
        ...

    async def keep(self, key: IdempotencyKey, answer: Answer, *, now: datetime) -> None:
        """Keep the first answer; a later one under the same key changes nothing."""
        ...

    async def purge(self, *, before: datetime) -> int:
        """Delete answers and effects made before a time; how many."""
        ...
