from dataclasses import dataclass

from streamcore.channels.models import ChannelView
from streamcore.channels.ports import ChannelQueries
from streamcore.shared.access import Actor


@dataclass(frozen=True, slots=True)
class GetChannel:
    """Show a channel by its handle or id (CH-1)."""

    channels: ChannelQueries

    async def __call__(self, actor: Actor, handle_or_id: str) -> ChannelView:
        return await self.channels.view(handle_or_id, actor)
