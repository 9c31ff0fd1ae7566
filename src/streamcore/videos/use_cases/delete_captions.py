from dataclasses import dataclass

from streamcore.shared.access import Actor
from streamcore.shared.clock import Clock
from streamcore.shared.ids import VideoId
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models.video import Video
from streamcore.videos.ports import VideosUnitOfWork
from streamcore.videos.use_cases.conceal import Conceal
from streamcore.videos.use_cases.put_captions import language
from streamcore.videos.use_cases.save_change import save_change


@dataclass(frozen=True, slots=True)
class DeleteCaptions:
    """Take the captions of one language away; their address is closed at once, the sweep removes the file (VID-7)."""

    begin: Begin[VideosUnitOfWork]
    clock: Clock
    conceal: Conceal

    async def __call__(self, actor: Actor, video_id: VideoId, lang: str) -> Video:
        async with self.conceal(actor, video_id), self.begin() as uow:
            before = await uow.videos.get(video_id)
            before.require_owner(actor)
            video, events = before.delete_caption(language(lang), by=actor, at=self.clock.now())
            await save_change(uow, before, video, events)
        return video
