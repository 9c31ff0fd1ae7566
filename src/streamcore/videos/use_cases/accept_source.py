from dataclasses import dataclass

from streamcore.shared.access import Actor, Permission
from streamcore.shared.clock import Clock
from streamcore.shared.errors import Conflict, Detail, Locked
from streamcore.shared.ids import Ids, JobId, VideoId
from streamcore.shared.jobs import Job, JobClass
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models.details import VideoDetails
from streamcore.videos.models.status import VideoStatus
from streamcore.videos.models.upload import Source
from streamcore.videos.models.video import Video
from streamcore.videos.policies import PROCESS_JOB, UploadLimits
from streamcore.videos.ports import VideosUnitOfWork
from streamcore.videos.use_cases.conceal import Conceal
from streamcore.videos.use_cases.save_change import save_change


def process_job(job_id: JobId, video_id: VideoId, job_class: JobClass = JobClass.INTERACTIVE) -> Job:
    """The job that makes a video playable. It has no dedupe key: the video's status lets in one at a time, and a dead
    job that an operator replays beside a newer one writes another generation, so neither can harm the other."""
    return Job(job_id, PROCESS_JOB, {"video_id": video_id}, job_class)


@dataclass(frozen=True, slots=True)
class AcceptSource:
    """Take a stored source as the video's own and queue its processing in the same commit.

    One that is larger than what was reserved for it has to fit into the owner's quota (`QuotaExceeded`). ``writer`` is
    that of the `Transfer` by which it came; `Locked` where another has taken over. What its owner has said of the video
    before, and may have changed meanwhile, counts more than ``details``.
    A repeat with the same source and details finds the video as it is; with others it is a `Conflict`.
    """

    begin: Begin[VideosUnitOfWork]
    clock: Clock
    ids: Ids
    conceal: Conceal
    limits: UploadLimits

    async def __call__(
        self, actor: Actor, video_id: VideoId, source: Source, details: VideoDetails, *, writer: int | None = None
    ) -> Video:
        actor.require(Permission.UPLOAD_VIDEOS)
        async with self.conceal(actor, video_id), self.begin() as uow:
            before = await uow.videos.get(video_id)
            before.require_owner(actor)
            if before.status is not VideoStatus.UPLOADING:
                return same_upload(before, source, details)
            if writer is not None and writer != _writer(before):
                raise Locked
            await self._check_quota(uow, before, source)
            job_id = JobId(self.ids.new())
            video, events = before.accept_source(source, before.details or details, job_id=job_id, at=self.clock.now())
            await save_change(uow, before, video, events)
            uow.enqueue(process_job(job_id, video_id))
        return video

    async def _check_quota(self, uow: VideosUnitOfWork, video: Video, source: Source) -> None:
        more = source.size - video.stored_bytes
        if more > 0:
            await uow.upload_quotas.lock(video.owner_id)
            self.limits.check_quota(await uow.upload_quotas.used(video.owner_id, self.clock.now()), more)


def _writer(video: Video) -> int | None:
    return video.upload.transfer.writer if video.upload and video.upload.transfer else None


def same_upload(video: Video, source: Source, details: VideoDetails) -> Video:
    """The video, if what was accepted is what comes again; else `Conflict`."""
    accepted = video.source
    if accepted is None:
        raise Conflict(f"The video is {video.status}, so no upload can be confirmed.")
    same_file = accepted.size == source.size and (
        accepted.origin == source.origin
        or (accepted.checksum_sha256 is not None and accepted.checksum_sha256 == source.checksum_sha256)
    )
    if not same_file or video.details != details:
        raise Conflict(
            "This upload was confirmed with another file or other details.",
            details=[Detail("video_id", "Begin a new upload for a new file.", "upload_confirmed")],
        )
    return video
