"""What a storage adapter offers, in one hand: the thing that every suite on storage is given.

A test module makes one in a fixture called ``stack``, on storage of its own that is empty::

    class TestMyJobs(JobsContract):
        @pytest.fixture
        async def stack(self) -> AsyncIterator[Stack]:
            ...
"""

from dataclasses import dataclass
from typing import Protocol

from adapters.memory.system import ManualClock
from streamcore.channels.ports import ChannelQueries, ChannelsUnitOfWork
from streamcore.engagement.ports import CounterTotals, EngagementUnitOfWork
from streamcore.identity.ports import ActorReader, IdentityUnitOfWork, SessionCare
from streamcore.shared.idempotency import IdempotencyAnswers
from streamcore.shared.ids import Ids
from streamcore.shared.jobs import Jobs
from streamcore.shared.outbox import Outbox
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.ports import Fingerprints, VideoCare, VideoQueries, VideosUnitOfWork


class RoomsUnitOfWork(IdentityUnitOfWork, ChannelsUnitOfWork, VideosUnitOfWork, EngagementUnitOfWork, Protocol):
    """One unit of work that serves every room."""


@dataclass(frozen=True, slots=True)
class Stack:
    """``clock`` and ``ids`` are the very objects that the adapter uses; tests move the clock."""

    begin: Begin[RoomsUnitOfWork]
    jobs: Jobs
    outbox: Outbox
    counter_totals: CounterTotals
    idempotency_answers: IdempotencyAnswers
    channel_queries: ChannelQueries
    video_queries: VideoQueries
    video_care: VideoCare
    fingerprints: Fingerprints
    actor_reader: ActorReader
    session_care: SessionCare
    clock: ManualClock
    ids: Ids
