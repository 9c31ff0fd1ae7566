"""What the jobs of a long source have in common."""

from streamcore.shared.ids import JobId, VideoId
from streamcore.shared.jobs import Job, JobClass, Lease
from streamcore.videos.models.chunks import ChunkedRun
from streamcore.videos.models.status import VideoStatus
from streamcore.videos.models.video import Video
from streamcore.videos.policies import JOIN_JOB
from streamcore.videos.ports import VideosUnitOfWork


async def current_run(uow: VideosUnitOfWork, lease: Lease) -> tuple[ChunkedRun | None, Video]:
    """The run that a job belongs to, or that it has begun itself, and its video; None for a run that is over.

    It is over where the video was deleted or is being processed by another job; its row is then removed.
    """
    payload = lease.job.payload
    video = await uow.videos.get(VideoId(payload["video_id"]))
    run = await uow.chunked_runs.find(JobId(payload.get("run_id", lease.job_id)))
    if run is not None and (video.status is VideoStatus.DELETED or video.job_id != run.id):
        await uow.chunked_runs.remove(run.id)
        run = None
    return run, video


async def join_when_ready(uow: VideosUnitOfWork, before: ChunkedRun, after: ChunkedRun) -> None:
    """Save a run to which a part was added; with the last part, and only then, queue the job that joins them.

    That one copies and encodes nothing, so it need not wait behind bulk work.
    """
    await uow.chunked_runs.save(after)
    if after.join_id is not None and before.join_id is None:
        payload = {"video_id": after.video_id, "run_id": after.id}
        uow.enqueue(Job(after.join_id, JOIN_JOB, payload, JobClass.INTERACTIVE))
