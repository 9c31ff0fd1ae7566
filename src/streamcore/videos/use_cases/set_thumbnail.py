from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from streamcore.shared.access import Actor
from streamcore.shared.clock import Clock
from streamcore.shared.ids import Ids, VideoId
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models.images import Thumbnail, image_prefix
from streamcore.videos.models.video import Video
from streamcore.videos.ports import ImageMaker, VideosUnitOfWork
from streamcore.videos.use_cases.conceal import Conceal
from streamcore.videos.use_cases.save_change import save_change

MOST_IMAGE_BYTES = 10 * 1024**2

Choose = Callable[[Actor, VideoId, Thumbnail | None], Awaitable[Video]]
Check = Callable[[Actor, VideoId], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class ChooseThumbnail:
    """Show one of the stills for a video, or (None) the best of them; kept when it is processed again (VID-6)."""

    begin: Begin[VideosUnitOfWork]
    clock: Clock
    conceal: Conceal

    async def __call__(self, actor: Actor, video_id: VideoId, thumbnail: Thumbnail | None) -> Video:
        async with self.conceal(actor, video_id), self.begin() as uow:
            before = await uow.videos.get(video_id)
            video, events = before.choose_thumbnail(thumbnail, by=actor, at=self.clock.now())
            await save_change(uow, before, video, events)
        return video


@dataclass(frozen=True, slots=True)
class UploadThumbnail:
    """Show an image of the owner's own for a video: drawn anew, never as it was sent (VID-6)."""

    check_owner: Check
    choose: Choose
    images: ImageMaker
    ids: Ids

    async def __call__(self, actor: Actor, video_id: VideoId, image: bytes) -> Video:
        await self.check_owner(actor, video_id)
        thumbnail = Thumbnail(image=self.ids.new())
        await self.images.make(image, image_prefix(video_id, thumbnail))
        return await self.choose(actor, video_id, thumbnail)
