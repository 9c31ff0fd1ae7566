from dataclasses import dataclass

from streamcore.shared.cache import Cache
from streamcore.shared.events import Event, Recorded
from streamcore.videos.events import VideoEvent
from streamcore.videos.policies import LISTS_TAG, channel_tag, video_tag


@dataclass(frozen=True, slots=True)
class RefreshLists:
    """Forget cached answers that show a video which was published, changed, or deleted. Repeating it is harmless."""

    cache: Cache

    async def __call__(self, recorded: Recorded) -> None:
        await self.forget(recorded.event)

    async def forget(self, event: Event) -> None:
        if isinstance(event, VideoEvent):
            lists = (LISTS_TAG, channel_tag(event.channel_id)) if event.listed else ()
            await self.cache.invalidate(video_tag(event.video_id), *lists)
