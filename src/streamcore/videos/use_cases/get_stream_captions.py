from dataclasses import dataclass

from streamcore.shared.ids import VideoId
from streamcore.videos.ports import VideoQueries
from streamcore.videos.views import CaptionsView


@dataclass(frozen=True, slots=True)
class GetStreamCaptions:
    """The captions of a video as its player needs them; whether it may be watched is asked elsewhere (VID-7)."""

    videos: VideoQueries

    async def __call__(self, video_id: VideoId) -> CaptionsView:
        return await self.videos.captions(video_id)
