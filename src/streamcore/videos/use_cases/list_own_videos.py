from dataclasses import dataclass

from streamcore.shared.access import Actor
from streamcore.shared.pages import Page, Position
from streamcore.videos.ports import VideoQueries
from streamcore.videos.views import VideoView


@dataclass(frozen=True, slots=True)
class ListOwnVideos:
    """All of the actor's own videos, whatever their status, newest first."""

    videos: VideoQueries

    async def __call__(self, actor: Actor, *, after: Position | None, limit: int) -> Page[VideoView]:
        return await self.videos.of_owner(actor.require_user(), after=after, limit=limit)
