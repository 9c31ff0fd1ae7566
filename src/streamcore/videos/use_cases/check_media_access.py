from dataclasses import dataclass

from streamcore.shared.access import ANONYMOUS
from streamcore.shared.clock import Clock
from streamcore.shared.errors import NotFound
from streamcore.shared.ids import VideoId
from streamcore.shared.visibility import Purpose, may_see
from streamcore.videos.ports import VideoQueries


@dataclass(frozen=True, slots=True)
class CheckMediaAccess:
    """Whether anybody at all may fetch the files of a video by their plain address: it must be public now (VID-12)."""

    videos: VideoQueries
    clock: Clock

    async def __call__(self, video_id: VideoId) -> bool:
        try:
            facts = await self.videos.facts(video_id, ANONYMOUS)
        except NotFound:
            return False
        return may_see(facts, ANONYMOUS, Purpose.LIST, self.clock.now())
