import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from streamcore.shared.ids import VideoId
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models.verification import StreamReport
from streamcore.videos.models.video import Video
from streamcore.videos.ports import VideoCare, VideosUnitOfWork
from streamcore.videos.use_cases.verify_stream import VerifyStream

_PAGE = 200


@dataclass(frozen=True, slots=True)
class VerifyMedia:
    """Check the stored streams of all videos in service (VID-13), some at a time, in the order in which they finish.

    What it holds does not grow with their number. A video that is made anew while it is looked at is looked at again.
    """

    begin: Begin[VideosUnitOfWork]
    care: VideoCare
    verify: VerifyStream

    async def count(self) -> int:
        """How many there are now."""
        return await self.care.count_in_service()

    async def one(self, video_id: VideoId, *, deep: bool = False) -> StreamReport | None:
        """None for a video that is not in service; `NotFound` where there is none."""
        video = await self._get(video_id)
        report: StreamReport | None = None
        while video.in_service and video.media and video.generation:
            report = await self.verify(video, video.media, video.generation, deep=deep, beat=_nobody_asks)
            if report.sound:
                return report
            again = await self._get(video_id)
            if (again.in_service, again.generation, again.media) == (video.in_service, video.generation, video.media):
                return report
            video = again  # its old generation may have been swept meanwhile
        return None

    async def all(self, *, deep: bool = False, at_once: int = 8) -> AsyncIterator[StreamReport]:
        """Reports of all videos that are in service when their turn comes."""
        running: set[asyncio.Task[StreamReport | None]] = set()
        try:
            async for video_id in self._in_service():
                running.add(asyncio.create_task(self.one(video_id, deep=deep)))
                if len(running) >= at_once:
                    done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                    for task in done:
                        if report := task.result():
                            yield report
            for ending in asyncio.as_completed(running):
                if report := await ending:
                    yield report
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _in_service(self) -> AsyncIterator[VideoId]:
        after: VideoId | None = None
        while page := await self.care.in_service(after=after, limit=_PAGE):
            for video_id in page:
                yield video_id
            after = page[-1]

    async def _get(self, video_id: VideoId) -> Video:
        async with self.begin() as uow:
            return await uow.videos.get(video_id)


async def _nobody_asks(percent: float, stage: str) -> None:
    """Progress of a check that no job waits for."""
