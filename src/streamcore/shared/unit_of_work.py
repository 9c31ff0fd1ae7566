"""One transaction: everything in it becomes true together, or nothing does.

Isolation is PostgreSQL's READ COMMITTED, on every adapter: each statement sees what was committed before it began and
the transaction's own writes; writing a row that another open transaction has written waits for that one to end. So a
conflict shows at the write: `StaleVersion` from ``save`` (optimistic lock), `Conflict` from ``add`` (unique), and
`TransactionAborted` where waiting would never end (deadlock).
"""

from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol, TypeVar

from streamcore.shared.events import Event
from streamcore.shared.ids import EventId
from streamcore.shared.jobs import Job, Lease

U_co = TypeVar("U_co", covariant=True)


class UnitOfWork(Protocol):
    """What every room's unit of work can do; a room adds its repositories as read-only properties.

    Commits on a clean exit of its context, rolls back on any error. May raise `Unavailable` or `DeadlineExceeded`
    from every method and from the commit.
    """

    def record(self, *events: Event) -> None:
        """Write the events to the outbox in this commit, in this order."""
        ...

    def enqueue(self, job: Job, *, not_before: datetime | None = None) -> None:
        """Write the job's row in this commit; nothing is written while a live job holds its dedupe key."""
        ...

    async def claim(self, event_id: EventId, handler: str) -> bool:
        """True for the first transaction that commits this pair; False if one has. Waits for an open one."""
        ...

    async def hold(self, lease: Lease) -> None:
        """Let this commit be only while ``lease`` holds the current token of a running job, which goes on; else
        `LeaseLost`. No other worker gets the job before this transaction ends."""
        ...

    async def complete(self, lease: Lease) -> None:
        """Mark the job done in this commit; `LeaseLost` unless ``lease`` holds the current token of a running job."""
        ...


class Begin(Protocol[U_co]):
    """Opens a new transaction: ``async with begin() as uow``."""

    def __call__(self) -> AbstractAsyncContextManager[U_co]: ...
