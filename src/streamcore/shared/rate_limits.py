"""Rate limits: how often somebody may ask, counted across all processes that share the engine."""

from dataclasses import dataclass
from typing import NamedTuple, Protocol


@dataclass(frozen=True, slots=True)
class Rate:
    """At most ``limit`` requests within any ``period`` seconds; ``name`` tells the counts of two rates apart."""

    name: str
    limit: int
    period: float


class Verdict(NamedTuple):
    """Of the tightest rate asked for: what is left of it, and when it is whole again (``reset_after`` seconds).

    ``retry_after`` is 0 for an allowed request, else the seconds until the next one would be.
    """

    allowed: bool
    limit: int
    remaining: int
    reset_after: float
    retry_after: float


class RateLimiter(Protocol):
    """Counts by the generic cell rate algorithm (ITU-T I.371, annex A): one time stamp for each rate and subject.

    A subject that was quiet may spend its whole limit at once; after that requests come back evenly, one each
    ``period / limit`` seconds.
    """

    async def take(self, *takes: tuple[Rate, str]) -> Verdict:
        """Spend one request of each (rate, subject), or of none where one of them has nothing left.

        `Unavailable` when the engine is away; a door lets such a request pass.
        """
        ...

    async def close(self) -> None: ...
