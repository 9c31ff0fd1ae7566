"""What engagement needs from outside."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from streamcore.engagement.models import Metric, Target
from streamcore.shared.ids import ChannelId, UserId
from streamcore.shared.unit_of_work import UnitOfWork


class Counters(Protocol):
    """Counters inside a unit of work: deltas that never wait for each other, folded into totals later.

    ``add`` is an insert of its own (a slot of the hot target), so that a thousand likers of one video do not queue for
    one row; a total is what was folded plus the open deltas, and never shown below zero.
    """

    async def add(self, target: Target, metric: Metric, delta: int) -> None:
        """Move a counter by ``delta`` in this commit, without waiting for other transactions that move it."""
        ...


class EngagementUnitOfWork(UnitOfWork, Protocol):
    @property
    def counters(self) -> Counters: ...

    @property
    def follows(self) -> "Follows": ...


class CounterTotals(Protocol):
    """Counters as they are read and kept; each method is one transaction."""

    async def totals(self, targets: Sequence[Target]) -> Mapping[Target, Mapping[Metric, int]]:
        """Committed totals, 0 for a metric that was never moved; never negative."""
        ...

    async def fold(self, *, limit: int) -> int:
        """Fold up to ``limit`` open deltas into their totals, safely beside writers and other folders; how many."""
        ...

    async def reset(self, target: Target, metric: Metric, total: int) -> None:
        """Set a total to what reconciliation has counted, dropping the deltas that were open when it began."""
        ...


class Follows(Protocol):
    """Who follows which channel, inside a unit of work."""

    async def add(self, follower_id: UserId, channel_id: ChannelId, at: datetime) -> bool:
        """False where they follow it already."""
        ...

    async def remove(self, follower_id: UserId, channel_id: ChannelId) -> bool:
        """False where they did not follow it."""
        ...
