"""Time, identifiers and chance: those of the machine, and those that a test or a simulation sets by hand."""

import random
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock

import uuid_utils

_RAND_BITS = 74


def _format(milliseconds: int, rand: int) -> str:
    """A UUIDv7 (RFC 9562, section 5.7) of 48 bits of Unix milliseconds and 74 bits that are free."""
    rand_a, rand_b = rand >> 62, rand & ((1 << 62) - 1)
    digits = f"{(milliseconds << 80) | (0x7 << 76) | (rand_a << 64) | (0b10 << 62) | rand_b:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class Uuid7Ids:
    """UUIDv7 from the machine's clock, strictly rising within the process, whichever threads ask.

    Where the clock has not moved on (or went back), the free bits of the last id are counted up (RFC 9562,
    section 6.2, method 2).
    """

    def __init__(self, source: Callable[[], int] | None = None) -> None:
        self._source = source or _uuid7_int
        self._last = 0
        self._lock = Lock()

    def new(self) -> str:
        with self._lock:
            self._last = max(_without_fixed_bits(self._source()), self._last + 1)
            return _format(self._last >> _RAND_BITS, self._last & ((1 << _RAND_BITS) - 1))


def _uuid7_int() -> int:
    return int(uuid_utils.uuid7().int)


def _without_fixed_bits(value: int) -> int:
    """The 122 bits of a UUIDv7 that carry something, so that adding one never disturbs version or variant."""
    milliseconds, rand_a, rand_b = value >> 80, (value >> 64) & 0xFFF, value & ((1 << 62) - 1)
    return (milliseconds << _RAND_BITS) | (rand_a << 62) | rand_b


class SystemRandom:
    """Chance from the operating system."""

    def __init__(self) -> None:
        self._random = secrets.SystemRandom()

    def uniform(self, low: float, high: float) -> float:
        return self._random.uniform(low, high)

    def token(self, size: int) -> str:
        return secrets.token_urlsafe(size)


class ManualClock:
    """A clock that stands still until it is moved."""

    def __init__(self, start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        self._now = now

    def advance(self, by: timedelta) -> datetime:
        """Move on by ``by``; the new time."""
        self._now += by
        return self._now


class SequentialIds:
    """The same rising UUIDv7 strings for the same seed."""

    def __init__(self, seed: int = 0, start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        self._random = random.Random(seed)  # noqa: S311 - repeatable on purpose
        self._milliseconds = int(start.timestamp() * 1000)

    def new(self) -> str:
        self._milliseconds += 1
        return _format(self._milliseconds, self._random.getrandbits(_RAND_BITS))


class SeededRandom:
    """The same draws for the same seed; its tokens are no secrets."""

    def __init__(self, seed: int = 0) -> None:
        self._random = random.Random(seed)  # noqa: S311 - repeatable on purpose

    def uniform(self, low: float, high: float) -> float:
        return self._random.uniform(low, high)

    def token(self, size: int) -> str:
        return self._random.randbytes(size).hex()
