"""The suite for the outbox as the relay sees it."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from adapters.testing.interleaving import PATIENCE
from adapters.testing.samples import new_event
from adapters.testing.stack import Stack
from streamcore.shared.events import Event, decode, encode
from streamcore.shared.ids import EventId
from streamcore.shared.outbox import OutboxRow

MINUTE = timedelta(minutes=1)


async def record(stack: Stack, *events: Event) -> None:
    async with stack.begin() as uow:
        uow.record(*events)


async def claim(stack: Stack, limit: int = 100, hold: timedelta = MINUTE) -> Sequence[OutboxRow]:
    now = stack.clock.now()
    return await stack.outbox.claim(limit=limit, now=now, until=now + hold)


class OutboxContract:
    """For every adapter of `Outbox`."""

    async def test_rows_carry_their_event(self, stack: Stack) -> None:
        event = new_event(stack)
        await record(stack, event)
        (row,) = await claim(stack)
        assert (row.name, row.aggregate_id, row.data) == (event.name, event.aggregate_id, encode(event))
        assert decode(row.name, row.data) == event
        assert row.recorded_at == stack.clock.now()

    async def test_rows_come_in_order_up_to_the_limit(self, stack: Stack) -> None:
        events = [new_event(stack) for _ in range(7)]
        for event in events:
            await record(stack, event)
        rows = [*await claim(stack, 3), *await claim(stack, 3), *await claim(stack, 3)]
        assert [row.aggregate_id for row in rows] == [event.aggregate_id for event in events]
        assert [row.position for row in rows] == sorted(row.position for row in rows)
        assert await claim(stack) == []

    async def test_a_claim_lasts_until_its_time(self, stack: Stack) -> None:
        await record(stack, new_event(stack))
        (first,) = await claim(stack)
        stack.clock.advance(MINUTE / 2)
        assert await claim(stack) == []
        stack.clock.advance(MINUTE)
        (again,) = await claim(stack)
        assert again == first

    async def test_sent_rows_never_come_again(self, stack: Stack) -> None:
        await record(stack, *[new_event(stack) for _ in range(3)])
        rows = await claim(stack)
        await stack.outbox.mark_sent([rows[0].id, rows[2].id, EventId(stack.ids.new())], now=stack.clock.now())
        await stack.outbox.mark_sent([rows[0].id], now=stack.clock.now())
        await stack.outbox.mark_sent([], now=stack.clock.now())
        assert await stack.outbox.backlog() == 1
        stack.clock.advance(2 * MINUTE)
        assert [row.id for row in await claim(stack)] == [rows[1].id]

    async def test_a_late_relay_may_mark_what_another_has_claimed(self, stack: Stack) -> None:
        await record(stack, new_event(stack))
        (row,) = await claim(stack)
        stack.clock.advance(2 * MINUTE)
        await claim(stack)
        await stack.outbox.mark_sent([row.id], now=stack.clock.now())
        stack.clock.advance(2 * MINUTE)
        assert await claim(stack) == []

    async def test_relays_at_the_same_time_share_the_rows(self, stack: Stack) -> None:
        events = [new_event(stack) for _ in range(60)]
        await record(stack, *events)
        async with asyncio.timeout(PATIENCE):
            batches = await asyncio.gather(*(claim(stack, 9) for _ in range(10)))
        got = [row.id for batch in batches for row in batch]
        assert len(got) == len(set(got)), "two relays got the same row"
        for batch in batches:
            assert len(batch) <= 9
            assert [row.position for row in batch] == sorted(row.position for row in batch)
        while rest := await claim(stack, 9):
            got += [row.id for row in rest]
        assert len(set(got)) == len(got) == len(events)

    async def test_nothing_is_missed_while_others_record(self, stack: Stack) -> None:
        """A relay that claims all along gets every event once, and those of one aggregate in their order."""
        aggregates = [stack.ids.new() for _ in range(4)]
        got: list[OutboxRow] = []

        async def write(aggregate: str) -> None:
            for _ in range(8):
                await record(stack, new_event(stack, aggregate), new_event(stack, aggregate))

        async def relay(writers: "asyncio.Future[list[None]]") -> None:
            while True:
                last = writers.done()
                rows = await claim(stack, 5, hold=MINUTE * 60)
                await stack.outbox.mark_sent([row.id for row in rows], now=stack.clock.now())
                got.extend(rows)
                if last and not rows:
                    return

        async with asyncio.timeout(PATIENCE):
            writers = asyncio.gather(*(write(aggregate) for aggregate in aggregates))
            await relay(writers)
            await writers
        assert len({row.id for row in got}) == len(got) == 4 * 8 * 2
        for aggregate in aggregates:
            positions = [row.position for row in got if row.aggregate_id == aggregate]
            assert positions == sorted(positions)

    async def test_the_backlog_counts_what_is_not_sent(self, stack: Stack) -> None:
        assert await stack.outbox.backlog() == 0
        await record(stack, new_event(stack), new_event(stack))
        (row,) = await claim(stack, 1)
        assert await stack.outbox.backlog() == 2
        await stack.outbox.mark_sent([row.id], now=stack.clock.now())
        assert await stack.outbox.backlog() == 1

    async def test_old_sent_rows_are_purged_and_nothing_else(self, stack: Stack) -> None:
        await record(stack, *[new_event(stack) for _ in range(3)])
        rows = await claim(stack)
        await stack.outbox.mark_sent([rows[0].id], now=stack.clock.now())
        between = stack.clock.advance(MINUTE)
        await stack.outbox.mark_sent([rows[1].id], now=stack.clock.advance(MINUTE))
        assert await stack.outbox.purge_sent(before=between) == 1
        assert await stack.outbox.purge_sent(before=between) == 0
        stack.clock.advance(2 * MINUTE)
        assert [row.id for row in await claim(stack)] == [rows[2].id]

    async def test_old_claims_of_handlers_are_purged_too(self, stack: Stack) -> None:
        old, young = EventId(stack.ids.new()), EventId(stack.ids.new())
        async with stack.begin() as uow:
            assert await uow.claim(old, "h")
        between = stack.clock.advance(MINUTE)
        stack.clock.advance(MINUTE)
        async with stack.begin() as uow:
            assert await uow.claim(young, "h")
        await stack.outbox.purge_sent(before=between)
        async with stack.begin() as uow:
            assert await uow.claim(old, "h")
            assert not await uow.claim(young, "h")
