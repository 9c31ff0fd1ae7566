"""What channels need from outside."""

from datetime import datetime
from typing import Protocol

from streamcore.channels.models import Channel, ChannelView
from streamcore.shared.access import Actor
from streamcore.shared.idempotency import IdempotencyEffects
from streamcore.shared.ids import ChannelId, UserId
from streamcore.shared.unit_of_work import UnitOfWork


class Channels(Protocol):
    async def add(self, channel: Channel) -> None:
        """`Conflict` with detail type ``handle_taken`` or ``channel_exists`` (one per owner)."""
        ...

    async def get(self, channel_id: ChannelId) -> Channel:
        """`NotFound` if there is none."""
        ...


class Accounts(Protocol):
    """The owner's account, as far as a channel changes it."""

    async def make_creator(self, user_id: UserId, at: datetime) -> None:
        """Raise a viewer to creator in this commit and record it; higher roles stay. `NotFound` without a user."""
        ...


class ChannelsUnitOfWork(UnitOfWork, Protocol):
    @property
    def channels(self) -> Channels: ...

    @property
    def accounts(self) -> Accounts: ...

    @property
    def idempotency(self) -> IdempotencyEffects: ...


class ChannelQueries(Protocol):
    async def view(self, handle_or_id: str, actor: Actor) -> ChannelView:
        """`NotFound` if there is none, or its owner is banned and the actor may not see it."""
        ...

    async def view_of_owner(self, owner_id: UserId, actor: Actor) -> ChannelView:
        """The channel of a user; `NotFound` if they have none."""
        ...
