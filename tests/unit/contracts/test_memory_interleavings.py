"""Many transactions at once on the memory engine, against what any serial order of them allows."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.memory.transactions import Locks, Table, Transaction, Unique
from adapters.testing.memory_stack import memory_stack
from adapters.testing.samples import add_user, new_job, new_session, new_user
from adapters.testing.virtual_time import VirtualTimeLoop
from streamcore.shared.errors import Conflict, StreamcoreError, TransactionAborted

KEYS = range(3)
WORDS = ("a", "b", None)


@dataclass(frozen=True)
class Row:
    count: int
    word: str | None


@dataclass
class World:
    """``counts`` is the model: how often a committed transaction counted up each key."""

    seed: int
    table: Table[int, Row] = field(default_factory=lambda: Table({"word": Unique[Row](lambda r: r.word, "w", "m")}))
    locks: Locks = field(default_factory=Locks)
    counts: Counter[int] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)


Step = tuple[str, int, str | None]
STEP = st.tuples(
    st.sampled_from(["count", "word", "read", "insert", "delete"]), st.sampled_from(KEYS), st.sampled_from(WORDS)
)
SCRIPT = st.tuples(st.lists(STEP, min_size=1, max_size=5), st.sampled_from(["commit", "commit", "roll back", "cancel"]))


async def play(world: World, steps: list[Step], ending: str, chance: random.Random) -> None:
    """One transaction; after each step it lets others run for a while."""
    own: Counter[int] = Counter()
    transaction = Transaction(world.locks)
    try:
        for kind, key, word in steps:
            await one_step(world, transaction, own, kind, key, word)
            for _ in range(chance.randrange(3)):
                await asyncio.sleep(0)
        if ending == "commit":
            transaction.commit()
            world.counts.update(own)
            world.ends["committed"] += 1
    except (Conflict, TransactionAborted) as error:
        world.ends[type(error).__name__] += 1
    finally:
        transaction.end()
        check(world)


async def one_step(
    world: World, transaction: Transaction, own: Counter[int], kind: str, key: int, word: str | None
) -> None:
    table = world.table
    match kind:
        case "read":
            row = transaction.get(table, key)
            assert row is None or row.count >= own[key], "a transaction sees its own writes"
        case "insert":
            await transaction.insert_if_free(table, key + 10, Row(0, word))
        case "delete":
            await transaction.delete(table, key + 10)
        case "count" | "word":
            before = await transaction.lock(table, key)
            await asyncio.sleep(0)
            assert before is not None
            assert before == transaction.get(table, key), "a locked row stands still"
            after = replace(before, count=before.count + 1, word=word if kind == "word" else before.word)
            await transaction.put(table, key, after)
            own[key] += 1


def check(world: World) -> None:
    """What holds at every moment: words are unique, and no committed count is lost or invented."""
    rows = world.table.rows
    words = Counter(row.word for row in rows.values() if row.word is not None)
    assert all(times == 1 for times in words.values())
    assert {word: rows[key].word for (_, word), key in world.table._owners.items()} == {word: word for word in words}
    assert {key: rows[key].count for key in KEYS} == {key: world.counts[key] for key in KEYS}


async def run(world: World, scripts: list[tuple[list[Step], str]]) -> None:
    world.table.apply({key: Row(0, None) for key in KEYS})
    chance = random.Random(world.seed)
    tasks = [asyncio.create_task(play(world, steps, ending, chance)) for steps, ending in scripts]
    for _ in range(chance.randrange(6)):
        await asyncio.sleep(0)
    for task, (_, ending) in zip(tasks, scripts, strict=True):
        if ending == "cancel":
            task.cancel()
    async with asyncio.timeout(10):
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    wrong = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert not wrong, wrong
    check(world)
    assert not world.locks._holders, "a lock outlived its transaction"


@settings(max_examples=120, deadline=None, derandomize=True, database=None)
@given(st.lists(SCRIPT, min_size=2, max_size=6), st.integers(0, 2**32))
def test_any_interleaving_ends_as_some_serial_order_would(scripts: list[tuple[list[Step], str]], seed: int) -> None:
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        runner.run(run(World(seed), scripts))


class Crash(Exception):
    pass


async def flow_stopped_at(step: int) -> tuple[bool, bool]:
    """Stop a flow of several writes before its step; whether it got that far, and whether its writes are there."""
    steps: Iterator[int] | None = None
    reached = False

    async def checkpoint(name: str) -> None:
        nonlocal reached
        if steps is not None and next(steps) == step:
            reached = True
            raise Crash(name)

    stack = memory_stack(checkpoint=checkpoint)
    old = await add_user(stack)
    user, job = new_user(stack), new_job(stack)
    steps = count()
    with suppress(Crash):
        async with stack.begin() as uow:
            await uow.users.add(user)
            await uow.sessions.add(new_session(stack, user))
            await uow.users.save(replace(old, bio="changed"))
            uow.enqueue(job)
    steps = None
    async with stack.begin() as uow:
        changed = (await uow.users.get(old.id)).bio == "changed"
        added = await uow.users.find_by_login(user.email) is not None
    queued = [row.id for row in await stack.jobs.list()] == [job.id]
    assert changed == added == queued
    return reached, changed


async def test_a_flow_stopped_at_any_step_is_all_or_nothing() -> None:
    outcomes = list[bool]()
    reached = True
    while reached:
        reached, kept = await flow_stopped_at(len(outcomes))
        outcomes.append(kept)
    assert outcomes == sorted(outcomes), "once committed, always committed"
    assert len(outcomes) >= 8
    assert outcomes[-3:] == [False, True, True], "only a stop after the commit takes nothing back"


async def test_a_failed_transaction_can_only_be_rolled_back() -> None:
    """As on PostgreSQL, where nothing works after an error but the end."""
    stack = memory_stack()
    user, other = await add_user(stack), new_user(stack)
    ended: StreamcoreError | None = None
    try:
        async with stack.begin() as uow:
            await uow.users.add(other)
            with suppress(Conflict):
                await uow.users.add(replace(new_user(stack), email=user.email))
    except TransactionAborted as error:
        ended = error
    assert ended is not None
    async with stack.begin() as uow:
        assert await uow.users.find_by_login(other.email) is None
