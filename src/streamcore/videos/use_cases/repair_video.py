from dataclasses import dataclass

from streamcore.shared.ids import Ids, JobId, VideoId
from streamcore.shared.jobs import Jobs
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.ports import VideosUnitOfWork
from streamcore.videos.use_cases.remake import begin_remake, is_in_parts, is_live


@dataclass(frozen=True, slots=True)
class RepairVideo:
    """Make a new generation of a video in service because an operator says so; whether one was begun just now.

    `Conflict` for a video that is not in service, or whose source is not known.
    """

    begin: Begin[VideosUnitOfWork]
    jobs: Jobs
    ids: Ids

    async def __call__(self, video_id: VideoId) -> bool:
        async with self.begin() as uow:
            video = await uow.videos.get(video_id)
            in_parts = await is_in_parts(uow, video)
        if in_parts or await is_live(self.jobs, video.job_id):
            return False
        async with self.begin() as uow:
            await begin_remake(uow, video, JobId(self.ids.new()))
        return True
