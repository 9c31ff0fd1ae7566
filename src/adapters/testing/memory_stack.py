"""A stack on the memory adapter: for unit tests, simulations, and as the sound original of the faulty ones."""

from dataclasses import dataclass

from adapters.memory.channels import MemoryChannelQueries
from adapters.memory.database import Checkpoint, MemoryDatabase
from adapters.memory.engagement import MemoryCounterTotals
from adapters.memory.fingerprints import MemoryFingerprints
from adapters.memory.idempotency import MemoryIdempotencyAnswers
from adapters.memory.identity import MemoryActorReader, MemorySessionCare
from adapters.memory.jobs import MemoryJobs
from adapters.memory.outbox import MemoryOutbox
from adapters.memory.system import ManualClock, SequentialIds
from adapters.memory.unit_of_work import MemoryBegin, MemoryUnitOfWork
from adapters.memory.video_queries import MemoryVideoQueries
from adapters.memory.videos import MemoryVideoCare
from adapters.testing.stack import Stack


@dataclass(frozen=True, slots=True)
class Parts:
    """What a stack is made of; a faulty one exchanges a part."""

    database: type[MemoryDatabase] = MemoryDatabase
    unit_of_work: type[MemoryUnitOfWork] = MemoryUnitOfWork
    jobs: type[MemoryJobs] = MemoryJobs
    outbox: type[MemoryOutbox] = MemoryOutbox
    counter_totals: type[MemoryCounterTotals] = MemoryCounterTotals
    idempotency_answers: type[MemoryIdempotencyAnswers] = MemoryIdempotencyAnswers
    channel_queries: type[MemoryChannelQueries] = MemoryChannelQueries
    video_queries: type[MemoryVideoQueries] = MemoryVideoQueries
    video_care: type[MemoryVideoCare] = MemoryVideoCare
    fingerprints: type[MemoryFingerprints] = MemoryFingerprints
    actor_reader: type[MemoryActorReader] = MemoryActorReader
    session_care: type[MemorySessionCare] = MemorySessionCare


SOUND = Parts()


def memory_stack(*, seed: int = 0, checkpoint: Checkpoint | None = None, parts: Parts = SOUND) -> Stack:
    """An empty database in memory and everything on top of it."""
    clock, ids = ManualClock(), SequentialIds(seed)
    db = parts.database(clock, ids, checkpoint)
    return Stack(
        begin=MemoryBegin(db, parts.unit_of_work),
        jobs=parts.jobs(db),
        outbox=parts.outbox(db),
        counter_totals=parts.counter_totals(db),
        idempotency_answers=parts.idempotency_answers(db),
        channel_queries=parts.channel_queries(db),
        video_queries=parts.video_queries(db),
        video_care=parts.video_care(db),
        fingerprints=parts.fingerprints(db),
        actor_reader=parts.actor_reader(db),
        session_care=parts.session_care(db),
        clock=clock,
        ids=ids,
    )
