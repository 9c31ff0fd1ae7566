from dataclasses import dataclass

from streamcore.shared.ids import Ids, JobId, VideoId
from streamcore.shared.jobs import Job, JobClass, Lease
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models.chunks import ChunkedRun, ChunkPart, Plan
from streamcore.videos.policies import CHUNK_JOB
from streamcore.videos.ports import VideosUnitOfWork


@dataclass(frozen=True, slots=True)
class PlanChunks:
    """Queue a job for each chunk of a long source, once for each processing job: an earlier attempt's plan stands.

    They are bulk: the first quality is what people wait for, and the chunks of a film must not hold up other uploads.
    `LeaseLost` under an old token.
    """

    begin: Begin[VideosUnitOfWork]
    ids: Ids

    async def __call__(self, lease: Lease, video_id: VideoId, plan: Plan) -> Plan:
        async with self.begin() as uow:
            await uow.hold(lease)
            known = await uow.chunked_runs.find(lease.job_id)
            if known is not None:
                return known.plan
            parts = tuple(ChunkPart(JobId(self.ids.new())) for _ in plan.chunks)
            await uow.chunked_runs.add(ChunkedRun(lease.job_id, video_id, plan, parts))
            for number, part in enumerate(parts):
                payload = {"video_id": video_id, "run_id": lease.job_id, "number": number}
                uow.enqueue(Job(part.job_id, CHUNK_JOB, payload, JobClass.BULK))
        return plan
