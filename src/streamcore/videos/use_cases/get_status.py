import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from streamcore.shared.access import Actor, Permission
from streamcore.shared.clock import Clock
from streamcore.shared.errors import Gone, NotFound, Unavailable
from streamcore.shared.ids import VideoId
from streamcore.shared.visibility import Purpose, may_see
from streamcore.videos.models.status import VideoStatus
from streamcore.videos.ports import VideoQueries
from streamcore.videos.use_cases.get_upload import UploadState
from streamcore.videos.views import VideoStatusView


@dataclass(frozen=True, slots=True)
class GetStatus:
    """How far a video is (VID-8), and its file before that; why it failed, and a first look while it is processed, are
    for its owner and moderators alone."""

    videos: VideoQueries
    clock: Clock
    get_upload: Callable[[Actor, VideoId], Awaitable[UploadState]]

    async def __call__(self, actor: Actor, video_id: VideoId) -> VideoStatusView:
        facts = await self.videos.facts(video_id, actor)
        if not may_see(facts, actor, Purpose.WATCH, self.clock.now()):
            raise NotFound
        status = await self.videos.status(video_id)
        if status.status is VideoStatus.UPLOADING and actor.user_id == facts.owner_id:
            return replace(status, progress=await self._arrived(actor, video_id))
        if actor.user_id == facts.owner_id or actor.may(Permission.SEE_ANY_VIDEO):
            return status
        return replace(status, failure=None, preview=None)

    async def _arrived(self, actor: Actor, video_id: VideoId) -> float:
        """Percent of the file; 0 where nobody can tell, as of a form or of a file that goes straight to storage."""
        with contextlib.suppress(Gone, NotFound, Unavailable):
            state = await self.get_upload(actor, video_id)
            return 100.0 * state.received / state.size if state.size else 0.0
        return 0.0
