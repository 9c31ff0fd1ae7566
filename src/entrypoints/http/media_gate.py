"""Whether the files of a video are open to anybody, asked once in five seconds at most."""

from dataclasses import dataclass

from entrypoints.wiring.platform import Platform
from streamcore.shared.ids import VideoId
from streamcore.videos.policies import video_tag

KEPT_FOR = 5.0


@dataclass(frozen=True, slots=True)
class MediaGate:
    """The answer is dropped with everything else that shows the video, so a video that is hidden closes at once."""

    platform: Platform

    async def is_open(self, video_id: VideoId) -> bool:
        async def load() -> bytes:
            return b"1" if await self.platform.videos.media_is_open(video_id) else b"0"

        answer = await self.platform.ports.cache.get_or_load(
            f"media-open:{video_id}", load, ttl=KEPT_FOR, tags=(video_tag(video_id),)
        )
        return answer == b"1"
