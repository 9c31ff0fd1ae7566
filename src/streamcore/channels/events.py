"""What has happened to channels."""

from dataclasses import dataclass
from typing import ClassVar

from streamcore.shared.events import Event
from streamcore.shared.ids import ChannelId, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelCreated(Event):
    name: ClassVar[str] = "channels.ChannelCreated"
    channel_id: ChannelId
    owner_id: UserId
    handle: str

    @property
    def aggregate_id(self) -> str:
        return self.channel_id
