"""Who may fetch the files of a video, asked once in five seconds at most."""

from dataclasses import dataclass

from entrypoints.wiring.platform import Platform
from streamcore.shared.ids import VideoId
from streamcore.videos.policies import video_tag
from streamcore.videos.use_cases.check_media_access import MediaAccess

KEPT_FOR = 5.0


@dataclass(frozen=True, slots=True)
class MediaGate:
    """The answer is dropped with everything else that shows the video, so a video that is hidden closes at once."""

    platform: Platform

    async def access(self, video_id: VideoId) -> MediaAccess:
        async def load() -> bytes:
            return (await self.platform.videos.media_access(video_id)).encode()

        answer = await self.platform.ports.cache.get_or_load(
            f"media-access:{video_id}", load, ttl=KEPT_FOR, tags=(video_tag(video_id),)
        )
        return MediaAccess(answer.decode())
