"""Channels and how they are shown."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from streamcore.channels.events import ChannelCreated
from streamcore.shared.errors import Invalid
from streamcore.shared.events import Event
from streamcore.shared.ids import ChannelId, UserId, is_id
from streamcore.shared.text import LINE, PROSE, Country, Tag

_HANDLE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?")
_HTTP_URL = r"^https?://[^\s]+$"


class NewChannel(BaseModel):
    model_config = ConfigDict(extra="forbid")

    handle: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100), LINE]
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255), LINE]
    description: Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000), PROSE] = ""
    support_url: (
        Annotated[str, StringConstraints(strip_whitespace=True, max_length=500, pattern=_HTTP_URL), LINE] | None
    ) = None
    country: Country | None = None
    tags: Annotated[list[Tag], Field(max_length=10)] = []


@dataclass(frozen=True, slots=True)
class Channel:
    """One per creator. ``handle`` is unique without regard to case and never looks like an id."""

    id: ChannelId
    owner_id: UserId
    handle: str
    name: str
    description: str
    support_url: str | None
    country: str | None
    tags: Sequence[str]
    created_at: datetime
    avatar_url: str | None = None
    banner_url: str | None = None
    version: int = 0

    @classmethod
    def create(cls, command: NewChannel, *, id: ChannelId, owner_id: UserId, at: datetime) -> tuple["Channel", Event]:
        if not _HANDLE.fullmatch(command.handle):
            raise Invalid.field(
                "handle", "Use letters, digits, dots, dashes and underscores, and end in no dot or dash.", "handle"
            )
        if is_id(command.handle.lower()):
            raise Invalid.field("handle", "A handle must not look like an id.", "handle")
        channel = cls(
            id=id,
            owner_id=owner_id,
            handle=command.handle,
            name=command.name,
            description=command.description,
            support_url=command.support_url,
            country=command.country,
            tags=tuple(dict.fromkeys(command.tags)),
            created_at=at,
        )
        return channel, ChannelCreated(at=at, channel_id=id, owner_id=owner_id, handle=channel.handle)


@dataclass(frozen=True, slots=True)
class ChannelView:
    """A channel as it is shown, with its counters and what the viewer has to do with it."""

    id: ChannelId
    owner_id: UserId
    handle: str
    name: str
    description: str
    avatar_url: str | None
    banner_url: str | None
    support_url: str | None
    followers_count: int
    videos_count: int
    shorts_count: int
    views_count: int
    likes_count: int
    country: str | None
    tags: Sequence[str]
    is_following: bool
    created_at: datetime
