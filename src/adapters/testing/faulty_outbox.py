"""Outboxes that are wrong in one way each; their suite must notice every one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from adapters.memory.outbox import MemoryOutbox
from adapters.testing.memory_stack import Parts
from streamcore.shared.ids import EventId
from streamcore.shared.outbox import OutboxRow


class ClaimsOverlap(MemoryOutbox):
    """Looks first and stamps afterwards."""

    async def claim(self, *, limit: int, now: datetime, until: datetime) -> Sequence[OutboxRow]:
        unsent = self._db.tables.unsent
        found = [e for e in unsent.rows.values() if e.claimed_until is None or e.claimed_until <= now][:limit]
        await self._db.step("between looking and stamping")
        unsent.apply({e.row.id: replace(e, claimed_until=until) for e in found if e.row.id in unsent.rows})
        return [event.row for event in found]


class ClaimsLastForEver(MemoryOutbox):
    """What a relay held when it died is never sent."""

    async def claim(self, *, limit: int, now: datetime, until: datetime) -> Sequence[OutboxRow]:
        later = until + timedelta(days=9) if until > now else until
        return await super().claim(limit=limit, now=now, until=later)


class ClaimsEndAtOnce(MemoryOutbox):
    async def claim(self, *, limit: int, now: datetime, until: datetime) -> Sequence[OutboxRow]:
        return await super().claim(limit=limit, now=now, until=now)


class NewestFirst(MemoryOutbox):
    async def claim(self, *, limit: int, now: datetime, until: datetime) -> Sequence[OutboxRow]:
        return (await super().claim(limit=limit, now=now, until=until))[::-1]


class ClaimsKnowNoLimit(MemoryOutbox):
    async def claim(self, *, limit: int, now: datetime, until: datetime) -> Sequence[OutboxRow]:
        return await super().claim(limit=9999, now=now, until=until)


class MarkSentForgets(MemoryOutbox):
    async def mark_sent(self, ids: Sequence[EventId], *, now: datetime) -> None:
        await self._db.step("outbox.mark_sent")


class MarkSentTakesOnlyTheFirst(MemoryOutbox):
    async def mark_sent(self, ids: Sequence[EventId], *, now: datetime) -> None:
        await super().mark_sent(ids[:1], now=now)


class MarkSentForgetsTheTime(MemoryOutbox):
    async def mark_sent(self, ids: Sequence[EventId], *, now: datetime) -> None:
        await super().mark_sent(ids, now=now - timedelta(days=9))


class BacklogWithoutTheClaimed(MemoryOutbox):
    async def backlog(self) -> int:
        return sum(event.claimed_until is None for event in self._db.tables.unsent.rows.values())


class PurgeTakesTheUnsent(MemoryOutbox):
    async def purge_sent(self, *, before: datetime) -> int:
        unsent = self._db.tables.unsent
        unsent.apply({id: None for id, event in unsent.rows.items() if event.row.recorded_at < before})
        return await super().purge_sent(before=before)


class PurgeKeepsHandlerClaims(MemoryOutbox):
    async def purge_sent(self, *, before: datetime) -> int:
        claims = dict(self._db.tables.claims.rows)
        purged = await super().purge_sent(before=before)
        self._db.tables.claims.apply(claims)
        return purged


FAULTS = [
    Parts(outbox=outbox)
    for outbox in (
        ClaimsOverlap,
        ClaimsLastForEver,
        ClaimsEndAtOnce,
        NewestFirst,
        ClaimsKnowNoLimit,
        MarkSentForgets,
        MarkSentTakesOnlyTheFirst,
        MarkSentForgetsTheTime,
        BacklogWithoutTheClaimed,
        PurgeTakesTheUnsent,
        PurgeKeepsHandlerClaims,
    )
]
