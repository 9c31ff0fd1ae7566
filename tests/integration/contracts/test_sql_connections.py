"""What happens when connections break, are used up, or their task is cancelled; on real servers and files."""

import asyncio
import random
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, text

from adapters.sql.database import Database
from adapters.sql.tables import users
from adapters.testing.samples import add_user, new_event, new_user
from adapters.testing.stack import Stack
from streamcore.shared.errors import (
    Conflict,
    DeadlineExceeded,
    StaleVersion,
    StreamcoreError,
    TransactionAborted,
    Unavailable,
)
from tests.integration.contracts.sql_stack import stack_on
from tests.integration.sql_databases import on_server

BACKEND = text("SELECT pg_backend_pid()")
EVERYBODY = select(users.c.id)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    database = Database.connect(url, pool_size=3, pool_timeout=0.5, lock_timeout=0.5, statement_timeout=1.0)
    yield database
    await database.close()


@pytest.fixture
def stack(database: Database) -> Stack:
    return stack_on(database)


@pytest.fixture
async def postgres(postgres_url: str) -> AsyncIterator[Database]:
    database = Database.connect(postgres_url, pool_size=3, pool_timeout=0.5, lock_timeout=0.5, statement_timeout=0.5)
    yield database
    await database.close()


@pytest.fixture
async def sqlite(sqlite_url: str) -> AsyncIterator[Database]:
    database = Database.connect(sqlite_url, pool_size=3, pool_timeout=0.5, lock_timeout=0.5)
    yield database
    await database.close()


async def usable(stack: Stack) -> None:
    """Everything that a leak would block: the lock, every connection of the pool."""
    async with asyncio.timeout(20):
        await asyncio.gather(*(add_user(stack) for _ in range(6)))


async def test_ping_answers_and_closing_twice_is_harmless(database: Database) -> None:
    await database.ping()
    await database.close()
    await database.close()


async def test_a_statement_after_a_failure_is_refused_and_the_commit_too(stack: Stack, database: Database) -> None:
    """PostgreSQL would answer COMMIT with a silent rollback: a caught conflict must not look like a success."""
    user, other = await add_user(stack), new_user(stack)

    async def go_on_regardless() -> None:
        async with stack.begin() as uow:
            await uow.users.add(other)
            with pytest.raises(Conflict):
                await uow.users.add(replace(new_user(stack), email=user.email))
            with pytest.raises(Conflict):
                await uow.users.get(user.id)
            uow.record(new_event(stack))

    with pytest.raises(Conflict):
        await go_on_regardless()
    assert len(await database.fetch(EVERYBODY)) == 1
    assert await stack.outbox.backlog() == 0
    await usable(stack)


async def test_a_stale_version_does_not_spoil_the_transaction(stack: Stack) -> None:
    user, other = await add_user(stack), new_user(stack)
    async with stack.begin() as uow:
        with pytest.raises(StaleVersion):
            await uow.users.save(replace(user, version=7))
        await uow.users.add(other)
    async with stack.begin() as uow:
        assert await uow.users.get(other.id) == other


async def test_cancellation_at_random_moments_leaks_nothing(stack: Stack, database: Database) -> None:
    chance = random.Random(7)
    user = await add_user(stack)

    async def work() -> None:
        async with stack.begin() as uow:
            now = await uow.users.get(user.id)
            await uow.users.add(new_user(stack))
            await uow.users.save(replace(now, bio="x"))
            uow.record(new_event(stack), new_event(stack))

    tasks = []
    for _ in range(120):
        tasks.append(asyncio.create_task(work()))
        await asyncio.sleep(chance.uniform(0, 0.004))
        chance.choice(tasks).cancel()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    fine = (StreamcoreError, asyncio.CancelledError, type(None))
    assert [outcome for outcome in outcomes if not isinstance(outcome, fine)] == []
    await usable(stack)
    committed = (len(await database.fetch(EVERYBODY)) - 7) * 2
    assert await stack.outbox.backlog() == committed


async def test_a_time_out_inside_a_unit_does_not_commit_half_of_it(stack: Stack, database: Database) -> None:
    user = await add_user(stack)
    holding, go = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with stack.begin() as uow:
            await uow.users.save(replace(user, bio="held"))
            holding.set()
            await go.wait()

    async def wait_a_little() -> None:
        async with stack.begin() as uow:
            uow.record(new_event(stack))
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await uow.users.save(replace(user, bio="waits"))

    holder = asyncio.create_task(hold())
    await holding.wait()
    with pytest.raises(Unavailable):
        await wait_a_little()
    go.set()
    await holder
    assert await stack.outbox.backlog() == 0
    await usable(stack)


async def test_waiting_for_a_writer_ends_at_the_lock_timeout(stack: Stack) -> None:
    user = await add_user(stack)
    async with stack.begin() as first:
        await first.users.save(replace(user, bio="first"))
        with pytest.raises(DeadlineExceeded):
            async with stack.begin() as second:
                await second.users.save(replace(user, bio="second"))
    await usable(stack)


async def test_a_used_up_pool_is_a_deadline_exceeded(postgres: Database) -> None:
    async with postgres.transaction() as one, postgres.transaction() as two, postgres.transaction() as three:
        for transaction in (one, two, three):
            await transaction.write(text("SELECT 1"))
        with pytest.raises(DeadlineExceeded):
            await postgres.ping()
    await postgres.ping()


async def test_a_connection_killed_inside_a_unit_is_unavailable(postgres: Database) -> None:
    stack = stack_on(postgres)
    user, other = await add_user(stack), new_user(stack)

    async def lose_it() -> None:
        async with postgres.transaction() as transaction:
            await transaction.write(users.update().values(bio="lost"))
            pid = (await transaction.read(BACKEND))[0][0]
            await asyncio.to_thread(on_server, f"SELECT pg_terminate_backend({pid})")
            await transaction.read(BACKEND)

    with pytest.raises(Unavailable) as caught:
        await lose_it()
    assert not isinstance(caught.value, DeadlineExceeded)
    async with stack.begin() as uow:
        assert await uow.users.get(user.id) == user
        await uow.users.add(other)
    await usable(stack)


async def test_a_connection_killed_before_the_commit_is_unavailable(postgres: Database) -> None:
    async def lose_it() -> None:
        async with postgres.transaction() as transaction:
            pid = (await transaction.read(BACKEND))[0][0]
            await asyncio.to_thread(on_server, f"SELECT pg_terminate_backend({pid})")

    with pytest.raises(Unavailable):
        await lose_it()
    await postgres.ping()


async def test_a_connection_killed_while_its_statement_waits_is_unavailable(postgres_url: str) -> None:
    database = Database.connect(postgres_url)
    try:
        async with database.transaction() as transaction:
            pid = (await transaction.read(BACKEND))[0][0]
            waiting = asyncio.create_task(transaction.read(text("SELECT pg_sleep(20)")))
            await asyncio.sleep(0.1)
            await asyncio.to_thread(on_server, f"SELECT pg_terminate_backend({pid})")
            with pytest.raises(Unavailable):
                await waiting
    except Unavailable:
        pass
    finally:
        await database.close()


async def test_idle_connections_that_the_server_closed_are_replaced_unseen(postgres: Database) -> None:
    async with postgres.transaction() as one, postgres.transaction() as two:
        pids = [(await transaction.read(BACKEND))[0][0] for transaction in (one, two)]
    await asyncio.to_thread(on_server, *(f"SELECT pg_terminate_backend({pid})" for pid in pids))
    await asyncio.sleep(0.1)
    for _ in range(3):
        await postgres.ping()


async def test_a_statement_that_takes_too_long_is_a_deadline_exceeded(postgres: Database) -> None:
    with pytest.raises(DeadlineExceeded):
        await postgres.fetch(text("SELECT pg_sleep(20)"))
    await postgres.ping()


async def test_a_deadlock_aborts_the_transaction(postgres_url: str) -> None:
    database = Database.connect(postgres_url)
    stack = stack_on(database)
    one, two = await add_user(stack), await add_user(stack)
    both = asyncio.Barrier(2)

    async def cross(first: str, second: str) -> None:
        async with database.transaction() as transaction:
            for id in (first, second):
                await transaction.write(users.update().where(users.c.id == id).values(bio="x"))
                if id == first:
                    await both.wait()

    try:
        outcomes = await asyncio.gather(cross(one.id, two.id), cross(two.id, one.id), return_exceptions=True)
    finally:
        await database.close()
    assert [type(outcome) for outcome in outcomes if outcome] == [TransactionAborted]


async def test_a_server_that_is_away_is_unavailable() -> None:
    database = Database.connect("postgresql://postgres@127.0.0.1:1/nothing")
    with pytest.raises(Unavailable):
        await database.ping()
    with pytest.raises(Unavailable):
        async with database.transaction() as transaction:
            await transaction.write(text("SELECT 1"))
    await database.close()


async def test_a_database_that_does_not_exist_is_unavailable(postgres_url: str) -> None:
    database = Database.connect(postgres_url + "_not")
    with pytest.raises(Unavailable):
        await database.ping()
    await database.close()


async def test_reading_takes_no_lock_on_sqlite(sqlite: Database) -> None:
    stack = stack_on(sqlite)
    user = await add_user(stack)
    async with stack.begin() as reader:
        assert await reader.users.get(user.id) == user
        async with stack.begin() as writer:
            await writer.users.save(replace(user, bio="new"))
            assert (await reader.users.get(user.id)).bio == ""
        assert (await reader.users.get(user.id)).bio == "new"


async def test_another_process_that_writes_is_waited_for(sqlite: Database, sqlite_url: str) -> None:
    stack = stack_on(sqlite)
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DeadlineExceeded):
            await add_user(stack)
        task = asyncio.create_task(add_user(stack))
        await asyncio.sleep(0.1)
        other.execute("COMMIT")
        await task
    finally:
        other.close()
    await usable(stack)


async def test_writers_are_served_in_the_order_they_came(sqlite: Database) -> None:
    stack = stack_on(sqlite)
    order: list[int] = []

    async def write(n: int) -> None:
        async with stack.begin() as uow:
            await uow.users.add(new_user(stack))
            order.append(n)

    await asyncio.gather(*(write(n) for n in range(30)))
    assert order == list(range(30))


async def test_sqlite_is_set_up_to_lose_nothing(sqlite: Database) -> None:
    async with sqlite.transaction() as transaction:
        for pragma, value in (("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 500)):
            rows = (await transaction.write(text(f"PRAGMA {pragma}"))).all()
            assert rows[0][0] == value


async def test_a_sqlite_file_in_a_missing_folder_is_unavailable(tmp_path: Path) -> None:
    database = Database.connect(f"sqlite:///{tmp_path / 'missing' / 'x.db'}")
    with pytest.raises(Unavailable):
        await database.ping()
    await database.close()


WRITER = """
import asyncio, sys
from adapters.memory.system import SystemClock, Uuid7Ids
from adapters.sql.database import Database
from adapters.sql.unit_of_work import SqlBegin
from streamcore.identity.models import Registration, User

async def main(url):
    clock, ids = SystemClock(), Uuid7Ids()
    begin = SqlBegin(Database.connect(url), clock, ids)
    while True:
        name = "u" + ids.new().replace("-", "")
        command = Registration(email=name + "@example.com", username=name, password="password")
        user, event = User.register(command, id=ids.new(), password_hash="x", at=clock.now())
        async with begin() as uow:
            await uow.users.add(user)
            uow.record(event)
        print(user.id, flush=True)

asyncio.run(main(sys.argv[1]))
"""


async def test_what_was_acknowledged_survives_kill_nine(url: str) -> None:
    acknowledged: list[str] = []
    for after in (15, 4, 40):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", WRITER, url, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        acknowledged += [(await process.stdout.readline()).decode().strip() for _ in range(after)]
        process.send_signal(signal.SIGKILL)
        rest, _ = await process.communicate()
        acknowledged += rest.decode().split()
    database = Database.connect(url)
    try:
        kept = {row[0] for row in await database.fetch(EVERYBODY)}
        assert set(acknowledged) <= kept
        assert await stack_on(database).outbox.backlog() == len(kept)
        if database.is_sqlite:
            assert (await database.fetch(text("PRAGMA integrity_check")))[0][0] == "ok"
    finally:
        await database.close()
