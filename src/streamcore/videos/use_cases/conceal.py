from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from streamcore.shared.access import Actor
from streamcore.shared.clock import Clock
from streamcore.shared.errors import Forbidden, NotFound
from streamcore.shared.ids import VideoId
from streamcore.shared.visibility import Purpose, may_see
from streamcore.videos.ports import VideoQueries


@dataclass(frozen=True, slots=True)
class Conceal:
    """Put around every write to a video: whoever may not do it learns no more than reading tells them (VID-12).

    A `Forbidden` becomes `NotFound` for an actor who may not watch the video, by the one policy of visibility, and
    nobody at all is `Unauthenticated`, whether the video is there or not. It looks only where something was refused,
    and after the unit of work inside it has ended.
    """

    videos: VideoQueries
    clock: Clock

    @asynccontextmanager
    async def __call__(self, actor: Actor, video_id: VideoId) -> AsyncIterator[None]:
        actor.require_user()
        try:
            yield
        except Forbidden:
            facts = await self.videos.facts(video_id, actor)
            if not may_see(facts, actor, Purpose.WATCH, self.clock.now()):
                raise NotFound from None
            raise
