from dataclasses import dataclass, field
from datetime import datetime, timedelta

from streamcore.shared.clock import Clock
from streamcore.shared.errors import Retryable, Unavailable
from streamcore.shared.ids import JobId, VideoId
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models.status import VideoStatus
from streamcore.videos.ports import Progress, VideosUnitOfWork

_LOOK_EVERY = timedelta(seconds=5)


class Unwanted(Exception):
    """Nobody needs what is being made any more."""


@dataclass(slots=True)
class WhileWanted:
    """Progress that ends the work (`Unwanted`) within seconds where its video was deleted, or its run is over.

    An outage of the database ends nothing: that is for the lease to do.
    """

    begin: Begin[VideosUnitOfWork]
    clock: Clock
    tell: Progress
    video_id: VideoId
    run_id: JobId | None = None
    _looked: datetime | None = field(default=None)

    async def __call__(self, percent: float, stage: str) -> None:
        await self.tell(percent, stage)
        now = self.clock.now()
        if self._looked is None or now - self._looked >= _LOOK_EVERY:
            if self._looked is not None and not await self._wanted():
                raise Unwanted
            self._looked = now

    async def _wanted(self) -> bool:
        try:
            async with self.begin() as uow:
                video = await uow.videos.get(self.video_id)
                over = self.run_id is not None and await uow.chunked_runs.find(self.run_id) is None
        except (Retryable, Unavailable):
            return True
        return video.status is not VideoStatus.DELETED and not over
