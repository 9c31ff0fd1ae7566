from dataclasses import dataclass

from streamcore.shared.access import Actor
from streamcore.shared.clock import Clock
from streamcore.shared.pages import Page, Position
from streamcore.shared.visibility import Purpose, filter_for
from streamcore.videos.ports import VideoQueries
from streamcore.videos.views import VideoList, VideoView


@dataclass(frozen=True, slots=True)
class ListVideos:
    """The newest videos that the actor may be shown."""

    videos: VideoQueries
    clock: Clock

    async def __call__(self, actor: Actor, which: VideoList, *, after: Position | None, limit: int) -> Page[VideoView]:
        visible = filter_for(actor, Purpose.LIST, self.clock.now())
        return await self.videos.newest(which, visible, after=after, limit=limit)
