from dataclasses import dataclass

from streamcore.shared.clock import Clock
from streamcore.shared.ids import Ids, JobId
from streamcore.shared.jobs import Lease
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models.status import Failure
from streamcore.videos.ports import VideosUnitOfWork, generation_of
from streamcore.videos.use_cases.chunked_run import current_run, join_when_ready
from streamcore.videos.use_cases.save_change import save_change


@dataclass(frozen=True, slots=True)
class FinishChunk:
    """Keep a chunk and complete its job in the same commit; the last part queues the join.

    A source that cannot be processed fails the video, or leaves it its first quality, and ends the whole run.
    """

    begin: Begin[VideosUnitOfWork]
    clock: Clock
    ids: Ids

    async def __call__(self, lease: Lease, failure: Failure | None) -> None:
        async with self.begin() as uow:
            await uow.complete(lease)
            run, before = await current_run(uow, lease)
            if run is None:
                return
            if failure is not None:
                await uow.chunked_runs.remove(run.id)
                video, events = before.fail(failure, at=self.clock.now())
                await save_change(uow, before, video, events)
                return
            generation = generation_of(lease.job_id, lease.token)
            number, join_id = int(lease.job.payload["number"]), JobId(self.ids.new())
            await join_when_ready(uow, run, run.finish_chunk(number, generation, join_id=join_id))
