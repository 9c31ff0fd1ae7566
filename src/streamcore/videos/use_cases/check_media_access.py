from dataclasses import dataclass

from streamcore.shared.access import ANONYMOUS, Actor
from streamcore.shared.clock import Clock
from streamcore.shared.errors import NotFound
from streamcore.shared.ids import UserId, VideoId
from streamcore.shared.visibility import Purpose, may_see
from streamcore.videos.ports import MediaPass, VideoQueries, Viewers


@dataclass(frozen=True, slots=True)
class CheckMediaAccess:
    """Whether the files of a video may be fetched now (VID-12).

    By their plain addresses (no pass) only what lists show to everybody; by a signed one what its viewer may watch at
    this moment. So a signed address closes when its video is hidden from them, however long it still had to live.
    """

    videos: VideoQueries
    viewers: Viewers
    clock: Clock

    async def __call__(self, video_id: VideoId, shown: MediaPass | None) -> bool:
        actor = await self._actor(shown.viewer) if shown else ANONYMOUS
        if actor is None:
            return False
        try:
            facts = await self.videos.facts(video_id, actor)
        except NotFound:
            return False
        return may_see(facts, actor, Purpose.WATCH if shown else Purpose.LIST, self.clock.now())

    async def _actor(self, viewer: UserId | None) -> Actor | None:
        return ANONYMOUS if viewer is None else await self.viewers.viewer(viewer)
