from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from streamcore.shared.access import Actor, Permission
from streamcore.shared.ids import Ids, JobId, VideoId
from streamcore.shared.jobs import Jobs
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models.video import Video
from streamcore.videos.ports import VideosUnitOfWork
from streamcore.videos.use_cases.conceal import Conceal
from streamcore.videos.use_cases.remake import begin_remake, is_in_parts, is_live

Retry = Callable[[Actor, VideoId], Awaitable[Video]]


@dataclass(frozen=True, slots=True)
class ReprocessVideo:
    """Process a video again (VID-13): for its owner a failed one (``retry``), for its owner, moderators and admins
    a finished one, whose generation stays in service meanwhile.

    While one is being made, asking again changes nothing.
    """

    begin: Begin[VideosUnitOfWork]
    jobs: Jobs
    ids: Ids
    conceal: Conceal
    retry: Retry

    async def __call__(self, actor: Actor, video_id: VideoId) -> Video:
        async with self.conceal(actor, video_id):
            async with self.begin() as uow:
                video = await uow.videos.get(video_id)
                in_parts = await is_in_parts(uow, video)
            if not actor.may(Permission.ACCESS_ADMIN_API):
                video.require_owner(actor)
            if not video.in_service or (video.media and not video.media.complete and video.failure):
                return await self.retry(actor, video_id)
            if in_parts or await is_live(self.jobs, video.job_id):
                return video
            async with self.begin() as uow:
                return await begin_remake(uow, video, JobId(self.ids.new()))
