from dataclasses import dataclass

from streamcore.shared.clock import Clock
from streamcore.shared.events import Recorded
from streamcore.shared.ids import VideoId
from streamcore.shared.jobs import JobDied
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models.status import Failure
from streamcore.videos.policies import PROCESSING_JOBS
from streamcore.videos.ports import VideosUnitOfWork
from streamcore.videos.use_cases.save_change import save_change

PROCESSING_FAILED = Failure(
    "PROCESSING_FAILED", "Processing broke down on our side. Your file is safe; start it again."
)


@dataclass(frozen=True, slots=True)
class FailDeadVideo:
    """When a job of a video has died, tell its owner instead of leaving it in processing for ever.

    What the other jobs of a long source have made is kept: an operator who replays the dead one completes the video.
    """

    begin: Begin[VideosUnitOfWork]
    clock: Clock

    async def __call__(self, recorded: Recorded) -> None:
        event = recorded.event
        if not isinstance(event, JobDied) or event.kind not in PROCESSING_JOBS:
            return
        async with self.begin() as uow:
            if not await uow.claim(recorded.id, "videos.fail_dead_video"):
                return
            before = await uow.videos.get(VideoId(event.payload["video_id"]))
            if before.job_id == event.payload.get("run_id", event.job_id):
                video, events = before.fail(PROCESSING_FAILED, at=self.clock.now())
                await save_change(uow, before, video, events)
