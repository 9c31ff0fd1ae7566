"""A new generation of a video in service, made beside the one that is being watched."""

from streamcore.shared.errors import NotFound
from streamcore.shared.ids import JobId, VideoId
from streamcore.shared.jobs import Job, JobClass, Jobs, JobState
from streamcore.videos.models.video import Video
from streamcore.videos.policies import PROCESS_JOB
from streamcore.videos.ports import VideosUnitOfWork


def remake_job(job_id: JobId, video_id: VideoId) -> Job:
    """Bulk, so that nobody who has just uploaded waits for it; one at a time for each video."""
    return Job(job_id, PROCESS_JOB, {"video_id": video_id}, JobClass.BULK, dedupe_key=f"{PROCESS_JOB}:{video_id}")


async def state_of(jobs: Jobs, job_id: JobId | None) -> JobState | None:
    """None for no job, and for one that ended long ago."""
    if job_id is None:
        return None
    try:
        return (await jobs.get(job_id)).state
    except NotFound:
        return None


async def is_live(jobs: Jobs, job_id: JobId | None) -> bool:
    """Whether the job is queued or running."""
    return await state_of(jobs, job_id) in (JobState.QUEUED, JobState.RUNNING)


async def is_in_parts(uow: VideosUnitOfWork, video: Video) -> bool:
    """Whether other jobs go on with what its processing job has begun (see `ChunkedRun`)."""
    if video.job_id is None or video.failure is not None:
        return False
    return await uow.chunked_runs.find(video.job_id) is not None


async def begin_remake(uow: VideosUnitOfWork, video: Video, job_id: JobId) -> Video:
    """`Conflict` where there is nothing to make it anew from, `StaleVersion` where ``video`` has changed."""
    remade = video.reprocess(job_id=job_id)
    if video.job_id is not None:
        await uow.chunked_runs.remove(video.job_id)
    await uow.videos.save(remade)
    uow.enqueue(remake_job(job_id, video.id))
    return remade
