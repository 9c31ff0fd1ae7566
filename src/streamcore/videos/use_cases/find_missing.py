from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass

from streamcore.shared.ids import VideoId
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models.missing import MediaPart, missing_parts
from streamcore.videos.models.video import Video
from streamcore.videos.ports import MediaCare, VideoCare, VideosUnitOfWork

_PAGE = 200


@dataclass(frozen=True, slots=True)
class Missing:
    """A video in service and what it lacks; ``anew`` where that takes a new generation."""

    video: Video
    parts: frozenset[MediaPart]
    anew: bool


@dataclass(frozen=True, slots=True)
class FindMissing:
    """What backfills would make, without making it."""

    begin: Begin[VideosUnitOfWork]
    care: VideoCare
    media_care: MediaCare

    async def __call__(self, wanted: Collection[MediaPart], *, limit: int | None = None) -> AsyncIterator[Missing]:
        """Videos that lack some of ``wanted``, by id, ``limit`` at most."""
        found, after = 0, None
        while page := await self.care.in_service(after=after, limit=_PAGE):
            for after in page:
                missing = await self.of(after, wanted)
                if missing.parts:
                    yield missing
                    found += 1
                if found == limit:
                    return

    async def of(self, video_id: VideoId, wanted: Collection[MediaPart]) -> Missing:
        """Nothing is missing of a video that is not in service any more, or whose better qualities are being made."""
        async with self.begin() as uow:
            video = await uow.videos.get(video_id)
        if not video.in_service or video.media is None or not video.media.complete:
            return Missing(video, frozenset(), anew=False)
        parts = missing_parts(video.media, self.media_care.rungs(video.media)) & set(wanted)
        return Missing(video, parts, anew=not parts <= self.media_care.parts)
