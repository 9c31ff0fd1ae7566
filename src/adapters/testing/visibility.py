"""The suite for visibility: the rule in words, the filter in memory and the adapter's own query agree."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from adapters.testing.samples import new_channel, new_user, new_video
from adapters.testing.stack import Stack
from streamcore.shared.access import ANONYMOUS, Actor, Role
from streamcore.shared.errors import NotFound
from streamcore.shared.ids import UserId, VideoId
from streamcore.shared.visibility import Condition, Purpose, Visibility, filter_for, holds, may_see
from streamcore.videos.models.status import VideoStatus
from streamcore.videos.models.video import Video
from streamcore.videos.views import VideoList

EXAMPLES = 40


@dataclass(frozen=True, slots=True)
class Situation:
    """One video and what a viewer has to do with it; ``published_in`` is in minutes from now, None for never."""

    status: VideoStatus
    visibility: Visibility
    held: bool
    adult: bool
    owner_banned: bool
    published_in: int | None
    follows: bool
    granted: bool


ANY = st.builds(
    Situation,
    status=st.sampled_from(VideoStatus),
    visibility=st.sampled_from(Visibility),
    held=st.booleans(),
    adult=st.booleans(),
    owner_banned=st.booleans(),
    published_in=st.sampled_from([-1, 0, 1, None]),
    follows=st.booleans(),
    granted=st.booleans(),
)
SEEN = [
    Situation(VideoStatus.PUBLISHED, visibility, False, False, False, -1, follows, granted)
    for visibility in Visibility
    for follows in (False, True)
    for granted in (False, True)
]
# One thing wrong with a video that is else to be seen: where a forgotten part of the rule shows.
SPOILERS: list[dict[str, Any]] = [
    {"held": True},
    {"adult": True},
    {"owner_banned": True},
    {"published_in": 1},
    {"published_in": 0},
    {"published_in": None},
    {"status": VideoStatus.DELETED},
    {"status": VideoStatus.SCHEDULED},
]
EDGES = SEEN + [replace(seen, **spoiler) for seen in (SEEN[0], SEEN[10], SEEN[13]) for spoiler in SPOILERS]


class VisibilityContract:
    """For every adapter of `VideoQueries`."""

    async def test_rule_filter_and_query_agree_at_the_edges(self, stack: Stack) -> None:
        for situation in EDGES:
            await _agree(stack, situation)

    async def test_rule_filter_and_query_agree(self, stack: Stack) -> None:
        loop = asyncio.get_running_loop()

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, Phase.shrink],
        )
        @given(ANY)
        def agree(situation: Situation) -> None:
            asyncio.run_coroutine_threadsafe(_agree(stack, situation), loop).result()

        await asyncio.to_thread(agree)


async def _agree(stack: Stack, situation: Situation) -> None:
    scene, now = await _make(stack, situation), stack.clock.now()
    for actor in scene.actors:
        related = actor.user_id in scene.related
        facts = await stack.video_queries.facts(scene.video.id, actor)
        assert facts.viewer_follows is (situation.follows and related)
        assert facts.viewer_granted is (situation.granted and related)
        for purpose in Purpose:
            condition = filter_for(actor, purpose, now)
            allowed = may_see(facts, actor, purpose, now)
            assert holds(condition, facts, actor.user_id) is allowed, "the filter differs from the rule"
            shown = await _shown(stack, scene.video.id, condition, actor)
            assert shown is allowed, f"the view differs from the rule for {actor}, {purpose}"
            if purpose is Purpose.LIST:
                which = VideoList(scene.video.channel_id)
                page = await stack.video_queries.newest(which, condition, after=None, limit=5)
                assert [view.id for view in page.items] == [scene.video.id] * allowed, "the list differs from the rule"


async def _shown(stack: Stack, video_id: VideoId, condition: Condition, actor: Actor) -> bool:
    try:
        await stack.video_queries.view(video_id, condition, actor)
    except NotFound:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Scene:
    """``related`` are the viewers who follow and are granted access as the situation says."""

    video: Video
    actors: Sequence[Actor]
    related: frozenset[UserId]


async def _make(stack: Stack, situation: Situation) -> _Scene:
    now = stack.clock.now()
    owner = new_user(stack, role=Role.CREATOR, banned_at=now if situation.owner_banned else None)
    related = [new_user(stack), new_user(stack, adult_content=True), new_user(stack, role=Role.MODERATOR)]
    stranger = new_user(stack, adult_content=True)
    channel = new_channel(stack, owner)
    video = replace(
        new_video(stack, channel, situation.status, visibility=situation.visibility, is_adult=situation.adult),
        held=situation.held,
        published_at=None if situation.published_in is None else now + timedelta(minutes=situation.published_in),
    )
    async with stack.begin() as uow:
        for user in (owner, stranger, *related):
            await uow.users.add(user)
        await uow.channels.add(channel)
        await uow.videos.add(video)
        for user in related:
            if situation.follows:
                await uow.follows.add(user.id, channel.id, now)
            if situation.granted:
                await uow.video_grants.add(user.id, video.id, now)
    actors = [ANONYMOUS, Actor(None, None, adult_content=True), *(u.actor() for u in (owner, stranger, *related))]
    return _Scene(video, actors, frozenset(user.id for user in related))
