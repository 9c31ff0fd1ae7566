from dataclasses import dataclass

from streamcore.channels.models import Channel, NewChannel
from streamcore.channels.ports import ChannelsUnitOfWork
from streamcore.shared.access import Actor
from streamcore.shared.clock import Clock
from streamcore.shared.idempotency import IdempotencyKey
from streamcore.shared.ids import ChannelId, Ids
from streamcore.shared.unit_of_work import Begin


@dataclass(frozen=True, slots=True)
class CreateChannel:
    """Open the actor's channel, which makes them a creator in the same commit (CH-1)."""

    begin: Begin[ChannelsUnitOfWork]
    clock: Clock
    ids: Ids

    async def __call__(self, actor: Actor, command: NewChannel, key: IdempotencyKey | None = None) -> Channel:
        owner_id = actor.require_user()
        now = self.clock.now()
        channel, created = Channel.create(command, id=ChannelId(self.ids.new()), owner_id=owner_id, at=now)
        async with self.begin() as uow:
            if key and (effect := await uow.idempotency.find(key)):
                return await uow.channels.get(ChannelId(effect.resource_id))
            await uow.channels.add(channel)
            await uow.accounts.make_creator(owner_id, now)
            if key:
                await uow.idempotency.add(key, channel.id)
            uow.record(created)
        return channel
