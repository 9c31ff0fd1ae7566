from dataclasses import dataclass

from streamcore.shared.access import Actor
from streamcore.shared.clock import Clock
from streamcore.shared.ids import VideoId
from streamcore.shared.visibility import Purpose, filter_for
from streamcore.videos.ports import VideoQueries
from streamcore.videos.views import VideoView


@dataclass(frozen=True, slots=True)
class GetVideo:
    """One video, if the actor may watch it; `NotFound` otherwise, whether it is there or not."""

    videos: VideoQueries
    clock: Clock

    async def __call__(self, actor: Actor, video_id: VideoId) -> VideoView:
        return await self.videos.view(video_id, filter_for(actor, Purpose.WATCH, self.clock.now()), actor)
