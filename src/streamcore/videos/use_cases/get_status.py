from dataclasses import dataclass, replace

from streamcore.shared.access import Actor, Permission
from streamcore.shared.clock import Clock
from streamcore.shared.errors import NotFound
from streamcore.shared.ids import VideoId
from streamcore.shared.visibility import Purpose, may_see
from streamcore.videos.ports import VideoQueries
from streamcore.videos.views import VideoStatusView


@dataclass(frozen=True, slots=True)
class GetStatus:
    """How far a video is (VID-8); why it failed is for its owner and moderators alone."""

    videos: VideoQueries
    clock: Clock

    async def __call__(self, actor: Actor, video_id: VideoId) -> VideoStatusView:
        facts = await self.videos.facts(video_id, actor)
        if not may_see(facts, actor, Purpose.WATCH, self.clock.now()):
            raise NotFound
        status = await self.videos.status(video_id)
        if actor.user_id == facts.owner_id or actor.may(Permission.SEE_ANY_VIDEO):
            return status
        return replace(status, failure=None)
