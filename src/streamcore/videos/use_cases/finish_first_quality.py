from dataclasses import dataclass

from streamcore.shared.clock import Clock
from streamcore.shared.ids import Ids, JobId
from streamcore.shared.jobs import Lease
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models.chunks import Made
from streamcore.videos.ports import VideosUnitOfWork
from streamcore.videos.use_cases.chunked_run import current_run, join_when_ready
from streamcore.videos.use_cases.save_change import save_change


@dataclass(frozen=True, slots=True)
class FinishFirstQuality:
    """Put the first quality of a long source into service and complete its job in the same commit; the last part queues
    the join. Where the run is over (see `current_run`), only the job ends."""

    begin: Begin[VideosUnitOfWork]
    clock: Clock
    ids: Ids

    async def __call__(self, lease: Lease, made: Made) -> None:
        async with self.begin() as uow:
            await uow.complete(lease)
            run, before = await current_run(uow, lease)
            if run is None:
                return
            await join_when_ready(uow, run, run.finish_first(made, join_id=JobId(self.ids.new())))
            video, events = before.finish_processing(made.media, made.generation, at=self.clock.now())
            await save_change(uow, before, video, events)
