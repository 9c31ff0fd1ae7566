from collections.abc import Sequence
from dataclasses import dataclass

from streamcore.shared.access import Actor
from streamcore.shared.ids import VideoId
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models.images import Still, Thumbnail
from streamcore.videos.ports import VideosUnitOfWork
from streamcore.videos.use_cases.conceal import Conceal


@dataclass(frozen=True, slots=True)
class ThumbnailsView:
    """The stills to choose from, below ``generation``, and what is chosen."""

    generation: str | None
    stills: Sequence[Still]
    chosen: Thumbnail | None


@dataclass(frozen=True, slots=True)
class ListThumbnails:
    """What the owner of a video may choose its thumbnail from (VID-6)."""

    begin: Begin[VideosUnitOfWork]
    conceal: Conceal

    async def __call__(self, actor: Actor, video_id: VideoId) -> ThumbnailsView:
        async with self.conceal(actor, video_id), self.begin() as uow:
            video = await uow.videos.get(video_id)
            video.require_owner(actor)
        return ThumbnailsView(video.generation, video.media.stills if video.media else (), video.thumbnail)
