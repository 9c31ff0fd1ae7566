"""Who may fetch the files of a video, asked once in five seconds at most for each viewer."""

from dataclasses import dataclass

from entrypoints.wiring.platform import Platform
from streamcore.shared.ids import VideoId
from streamcore.videos.policies import video_tag
from streamcore.videos.ports import MediaPass

KEPT_FOR = 5.0


@dataclass(frozen=True, slots=True)
class MediaGate:
    """The answer is dropped with everything else that shows the video, so a video that is hidden closes at once."""

    platform: Platform

    async def admits(self, video_id: VideoId, shown: MediaPass | None) -> bool:
        async def load() -> bytes:
            return b"1" if await self.platform.videos.media_access(video_id, shown) else b"0"

        viewer = f"~{shown.viewer or ''}" if shown else ""
        answer = await self.platform.ports.cache.get_or_load(
            f"media-access:{video_id}{viewer}", load, ttl=KEPT_FOR, tags=(video_tag(video_id),)
        )
        return answer == b"1"
