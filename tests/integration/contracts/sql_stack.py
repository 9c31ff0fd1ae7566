"""The SQL adapter as the storage suites want it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.memory.system import ManualClock, SequentialIds
from adapters.sql.channels import SqlChannelQueries
from adapters.sql.counters import SqlCounterTotals
from adapters.sql.database import Database
from adapters.sql.fingerprints import SqlFingerprints
from adapters.sql.idempotency import SqlIdempotencyAnswers
from adapters.sql.identity import SqlActorReader, SqlSessionCare
from adapters.sql.jobs import SqlJobs
from adapters.sql.outbox import SqlOutbox
from adapters.sql.unit_of_work import SqlBegin
from adapters.sql.video_care import SqlVideoCare
from adapters.sql.video_queries import SqlVideoQueries
from adapters.testing.stack import Stack


def stack_on(database: Database) -> Stack:
    clock, ids = ManualClock(), SequentialIds()
    return Stack(
        begin=SqlBegin(database, clock, ids),
        jobs=SqlJobs(database, ids),
        outbox=SqlOutbox(database),
        counter_totals=SqlCounterTotals(database),
        idempotency_answers=SqlIdempotencyAnswers(database, clock),
        channel_queries=SqlChannelQueries(database),
        video_queries=SqlVideoQueries(database),
        video_care=SqlVideoCare(database),
        fingerprints=SqlFingerprints(database),
        actor_reader=SqlActorReader(database),
        session_care=SqlSessionCare(database),
        clock=clock,
        ids=ids,
    )


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Stack]:
    database = Database.connect(url)
    try:
        yield stack_on(database)
    finally:
        await database.close()
