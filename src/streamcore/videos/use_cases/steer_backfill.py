from dataclasses import dataclass

from streamcore.shared.ids import Ids, JobId
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models.backfill import Backfill, BackfillId, BackfillState, Steering
from streamcore.videos.ports import VideosUnitOfWork
from streamcore.videos.use_cases.start_backfill import backfill_job


@dataclass(frozen=True, slots=True)
class SteerBackfill:
    """Pause, resume or cancel a backfill. New generations that were begun are finished all the same."""

    begin: Begin[VideosUnitOfWork]
    ids: Ids

    async def __call__(self, backfill_id: BackfillId, steering: Steering) -> Backfill:
        async with self.begin() as uow:
            before = await uow.backfills.get(backfill_id)
            after = before.steer(steering)
            if after != before:
                await uow.backfills.save(after)
            if after.state is BackfillState.RUNNING:
                uow.enqueue(backfill_job(JobId(self.ids.new()), backfill_id))
        return after
