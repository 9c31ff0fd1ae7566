from dataclasses import dataclass
from enum import StrEnum

from streamcore.shared.access import ANONYMOUS
from streamcore.shared.clock import Clock
from streamcore.shared.errors import NotFound
from streamcore.shared.ids import VideoId
from streamcore.shared.visibility import Purpose, may_see
from streamcore.videos.ports import VideoQueries


class MediaAccess(StrEnum):
    """Who may fetch the files of a video: OPEN: anybody; SIGNED: whoever has a signed address; CLOSED: nobody."""

    OPEN = "open"
    SIGNED = "signed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class CheckMediaAccess:
    """How the files of a video are fetched now (VID-12).

    Only what lists show to everybody is open by its plain address. A deleted video is closed to signed addresses too,
    however long they still had to live.
    """

    videos: VideoQueries
    clock: Clock

    async def __call__(self, video_id: VideoId) -> MediaAccess:
        try:
            facts = await self.videos.facts(video_id, ANONYMOUS)
        except NotFound:
            return MediaAccess.CLOSED
        if facts.deleted:
            return MediaAccess.CLOSED
        shown = may_see(facts, ANONYMOUS, Purpose.LIST, self.clock.now())
        return MediaAccess.OPEN if shown else MediaAccess.SIGNED
