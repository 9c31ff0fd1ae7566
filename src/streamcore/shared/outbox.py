"""The outbox as the relay sees it: events that are committed and not yet handed to the queue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from streamcore.shared.ids import EventId


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """``position`` rises with the order of recording within an aggregate."""

    position: int
    id: EventId
    name: str
    aggregate_id: str
    data: dict[str, Any]
    recorded_at: datetime


class Outbox(Protocol):
    async def claim(self, *, limit: int, now: datetime, until: datetime) -> Sequence[OutboxRow]:
        """Up to ``limit`` unsent rows in order, which no other relay gets before ``until``."""
        ...

    async def mark_sent(self, ids: Sequence[EventId], *, now: datetime) -> None:
        """They are durable in the queue; never claim them again. Unknown ids change nothing."""
        ...

    async def backlog(self) -> int:
        """How many rows wait to be sent."""
        ...

    async def purge_sent(self, *, before: datetime) -> int:
        """Delete rows sent before a time, and handler claims as old; how many rows."""
        ...
