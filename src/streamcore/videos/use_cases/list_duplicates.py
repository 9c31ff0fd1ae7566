from collections.abc import Sequence
from dataclasses import dataclass

from streamcore.shared.access import Actor, Permission
from streamcore.shared.clock import Clock
from streamcore.shared.errors import NotFound
from streamcore.shared.ids import VideoId
from streamcore.shared.unit_of_work import Begin
from streamcore.shared.visibility import Purpose, may_see
from streamcore.videos.ports import VideoQueries, VideosUnitOfWork
from streamcore.videos.use_cases.conceal import Conceal
from streamcore.videos.views import DuplicateView


@dataclass(frozen=True, slots=True)
class ListDuplicates:
    """Which videos share picture or sound with one: told to its owner, as far as the others are theirs too or lists
    show them (an unlisted one is for whoever was given its id), and to moderators (VID-6)."""

    begin: Begin[VideosUnitOfWork]
    videos: VideoQueries
    clock: Clock
    conceal: Conceal

    async def __call__(self, actor: Actor, video_id: VideoId) -> Sequence[DuplicateView]:
        async with self.conceal(actor, video_id), self.begin() as uow:
            video = await uow.videos.get(video_id)
            if not actor.may(Permission.SEE_ANY_VIDEO):
                video.require_owner(actor)
            found = await uow.duplicates.of(video_id)
        return [duplicate for duplicate in found if await self._may_know(actor, duplicate.video_id)]

    async def _may_know(self, actor: Actor, video_id: VideoId) -> bool:
        try:
            facts = await self.videos.facts(video_id, actor)
        except NotFound:
            return False
        own = facts.owner_id == actor.user_id or actor.may(Permission.SEE_ANY_VIDEO)
        return may_see(facts, actor, Purpose.WATCH if own else Purpose.LIST, self.clock.now())
