from dataclasses import dataclass

from streamcore.shared.clock import Clock
from streamcore.shared.ids import Ids, JobId
from streamcore.shared.jobs import Job, JobClass
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models.backfill import Backfill, BackfillId, BackfillPlan
from streamcore.videos.policies import BACKFILL_JOB
from streamcore.videos.ports import VideoCare, VideosUnitOfWork


def backfill_job(job_id: JobId, backfill_id: BackfillId) -> Job:
    """The next steps of a backfill; never two at a time."""
    key = f"{BACKFILL_JOB}:{backfill_id}"
    return Job(job_id, BACKFILL_JOB, {"backfill_id": backfill_id}, JobClass.BULK, dedupe_key=key)


@dataclass(frozen=True, slots=True)
class StartBackfill:
    """Have what is missing of all videos in service made behind the scenes (VID-13)."""

    begin: Begin[VideosUnitOfWork]
    care: VideoCare
    clock: Clock
    ids: Ids

    async def __call__(self, plan: BackfillPlan) -> Backfill:
        total = await self.care.count_in_service()
        backfill = Backfill(BackfillId(self.ids.new()), plan, self.clock.now(), total)
        async with self.begin() as uow:
            await uow.backfills.add(backfill)
            uow.enqueue(backfill_job(JobId(self.ids.new()), backfill.id))
        return backfill
