"""The suite for channels and how they are shown."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from adapters.testing.interleaving import PATIENCE, RolledBack, attempt
from adapters.testing.samples import add_channel, add_user, new_channel, new_user
from adapters.testing.stack import Stack
from adapters.testing.unit_of_work import stored
from streamcore.engagement.models import Metric, Target
from streamcore.identity.events import RoleChanged
from streamcore.identity.models import User
from streamcore.shared.access import ANONYMOUS, Actor, Role
from streamcore.shared.errors import Conflict, NotFound
from streamcore.shared.events import Event, decode
from streamcore.shared.ids import ChannelId, UserId


async def unsent(stack: Stack) -> Sequence[Event | None]:
    now = stack.clock.now()
    return [decode(row.name, row.data) for row in await stack.outbox.claim(limit=100, now=now, until=now)]


class ChannelsContract:
    """For every adapter of `Channels`, `Accounts`, `OwnChannels` and `ChannelQueries`."""

    async def test_every_field_of_a_channel_comes_back(self, stack: Stack) -> None:
        instant = stack.clock.now().replace(microsecond=654321)
        full = new_channel(
            stack,
            await add_user(stack),
            handle="H" + "a.b-c_" * 16 + "z",
            name="名前 🎬 '\"\\%_" + "n" * 200,
            description="line\n" + "é" * 4000,
            support_url="https://pay.example.com/" + "p" * 400,
            country="JP",
            tags=tuple(f"тег {n} " + "t" * 40 for n in range(10)),
            created_at=instant,
            avatar_url="https://cdn.example.com/a",
            banner_url="https://cdn.example.com/b",
        )
        for channel in (full, new_channel(stack, await add_user(stack))):
            async with stack.begin() as uow:
                await uow.channels.add(channel)
                assert await uow.channels.get(channel.id) == channel
            async with stack.begin() as uow:
                assert await uow.channels.get(channel.id) == channel

    async def test_unknown_channels_are_not_found(self, stack: Stack) -> None:
        for id in (stack.ids.new(), "no id at all"):
            with pytest.raises(NotFound):
                async with stack.begin() as uow:
                    await uow.channels.get(ChannelId(id))
        for word in (stack.ids.new(), "nobody", "%", "", "a\x00b", "x" * 5000):
            with pytest.raises(NotFound):
                await stack.channel_queries.view(word, ANONYMOUS)
        with pytest.raises(NotFound):
            await stack.channel_queries.view_of_owner(UserId(stack.ids.new()), ANONYMOUS)

    async def test_a_handle_is_unique_regardless_of_case(self, stack: Stack) -> None:
        channel = await add_channel(stack, handle="Some.Handle")
        owner = await add_user(stack)
        with pytest.raises(Conflict) as caught:
            await add_channel(stack, owner, handle="sOME.hANDLE")
        assert [detail.type for detail in caught.value.details] == ["handle_taken"]
        async with stack.begin() as uow:
            assert await uow.own_channels.channel_of(owner.id) is None
            assert await uow.own_channels.channel_of(channel.owner_id) == channel.id

    async def test_an_owner_has_one_channel(self, stack: Stack) -> None:
        channel = await add_channel(stack)
        async with stack.begin() as uow:
            owner = await uow.users.get(channel.owner_id)
        with pytest.raises(Conflict) as caught:
            await add_channel(stack, owner)
        assert [detail.type for detail in caught.value.details] == ["channel_exists"]

    async def test_racing_for_a_handle_makes_one_channel(self, stack: Stack) -> None:
        channels = [new_channel(stack, await add_user(stack), handle="wanted") for _ in range(6)]

        async def take(n: int) -> Exception | None:
            return await attempt(stack, lambda uow: uow.channels.add(channels[n]))

        async with asyncio.timeout(PATIENCE):
            errors = await asyncio.gather(*(take(n) for n in range(6)))
        assert errors.count(None) == 1
        assert all(isinstance(error, Conflict) for error in errors if error)

    async def test_an_own_channel_shows_inside_its_transaction(self, stack: Stack) -> None:
        owner = await add_user(stack)
        async with stack.begin() as uow:
            assert await uow.own_channels.channel_of(owner.id) is None
            channel = new_channel(stack, owner)
            await uow.channels.add(channel)
            assert await uow.own_channels.channel_of(owner.id) == channel.id

    async def test_a_viewer_becomes_creator_once(self, stack: Stack) -> None:
        user, now = await add_user(stack), stack.clock.now()
        for _ in range(2):
            async with stack.begin() as uow:
                await uow.accounts.make_creator(user.id, now)
        after = await stored(stack, user.id)
        assert after == replace(user, role=Role.CREATOR, version=1)
        assert await unsent(stack) == [RoleChanged(at=now, user_id=user.id, role=Role.CREATOR)]

    async def test_higher_roles_stay(self, stack: Stack) -> None:
        for role in (Role.CREATOR, Role.MODERATOR, Role.ADMIN):
            user = await add_user(stack, role=role)
            async with stack.begin() as uow:
                await uow.accounts.make_creator(user.id, stack.clock.now())
            assert await stored(stack, user.id) == user
        assert await unsent(stack) == []

    async def test_becoming_creator_is_rolled_back_with_its_channel(self, stack: Stack) -> None:
        user = await add_user(stack)
        with pytest.raises(RolledBack):
            async with stack.begin() as uow:
                await uow.channels.add(new_channel(stack, user))
                await uow.accounts.make_creator(user.id, stack.clock.now())
                assert (await uow.users.get(user.id)).role is Role.CREATOR
                raise RolledBack
        assert await stored(stack, user.id) == user
        assert await unsent(stack) == []
        with pytest.raises(NotFound):
            async with stack.begin() as uow:
                await uow.accounts.make_creator(new_user(stack).id, stack.clock.now())

    async def test_a_view_shows_all_of_the_channel(self, stack: Stack) -> None:
        channel = await add_channel(
            stack,
            handle="Seen.Channel",
            name="Seen",
            description="d",
            support_url="https://s.example.com",
            country="DE",
            tags=("one", "two"),
            avatar_url="https://a.example.com",
            banner_url="https://b.example.com",
        )
        target = Target("channel", channel.id)
        moved = {Metric.FOLLOWERS: 3, Metric.VIEWS: 6, Metric.LIKES: 7}
        async with stack.begin() as uow:
            for metric, delta in moved.items():
                await uow.counters.add(target, metric, delta)
            await uow.published_counts.move(channel.id, "video", 2)
            await uow.published_counts.move(channel.id, "short", 5)
            await uow.published_counts.move(channel.id, "short", -1)
        views = [
            await stack.channel_queries.view(word, ANONYMOUS) for word in (channel.id, "Seen.Channel", "sEEN.cHANNEL")
        ]
        views.append(await stack.channel_queries.view_of_owner(channel.owner_id, ANONYMOUS))
        for view in views:
            for field in ("id", "owner_id", "handle", "name", "description", "avatar_url", "banner_url", "support_url"):
                assert getattr(view, field) == getattr(channel, field)
            assert (view.country, tuple(view.tags), view.created_at) == ("DE", ("one", "two"), channel.created_at)
            assert (view.followers_count, view.views_count, view.likes_count) == (3, 6, 7)
            assert (view.videos_count, view.shorts_count, view.is_following) == (2, 4, False)
        await stack.counter_totals.fold(limit=100)
        assert await stack.channel_queries.view(channel.id, ANONYMOUS) == views[0]

    async def test_a_view_knows_who_follows(self, stack: Stack) -> None:
        channel, fan, other = await add_channel(stack), await add_user(stack), await add_user(stack)
        async with stack.begin() as uow:
            await uow.follows.add(fan.id, channel.id, stack.clock.now())
        for user, follows in ((fan, True), (other, False)):
            assert (await stack.channel_queries.view(channel.handle, user.actor())).is_following is follows
            assert (await stack.channel_queries.view_of_owner(channel.owner_id, user.actor())).is_following is follows

    async def test_the_channel_of_a_banned_owner_is_for_moderators(self, stack: Stack) -> None:
        channel = await add_channel(stack)
        async with stack.begin() as uow:
            owner: User = await uow.users.get(channel.owner_id)
            await uow.users.save(replace(owner, banned_at=stack.clock.now()))
        for role in (None, Role.VIEWER, Role.CREATOR):
            actor = Actor(UserId(stack.ids.new()), role) if role else ANONYMOUS
            with pytest.raises(NotFound):
                await stack.channel_queries.view(channel.handle, actor)
            with pytest.raises(NotFound):
                await stack.channel_queries.view(channel.id, actor)
        for role in (Role.MODERATOR, Role.ADMIN):
            actor = Actor(UserId(stack.ids.new()), role)
            assert (await stack.channel_queries.view(channel.handle, actor)).id == channel.id
