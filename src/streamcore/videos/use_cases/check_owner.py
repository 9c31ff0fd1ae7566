from dataclasses import dataclass

from streamcore.shared.access import Actor
from streamcore.shared.ids import VideoId
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.ports import VideosUnitOfWork
from streamcore.videos.use_cases.conceal import Conceal


@dataclass(frozen=True, slots=True)
class CheckOwner:
    """Raise what a write would tell somebody who does not own the video; for doors that judge input afterwards."""

    begin: Begin[VideosUnitOfWork]
    conceal: Conceal

    async def __call__(self, actor: Actor, video_id: VideoId) -> None:
        async with self.conceal(actor, video_id), self.begin() as uow:
            (await uow.videos.get(video_id)).require_owner(actor)
