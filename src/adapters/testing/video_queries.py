"""The suite for what is read of videos outside of units of work."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.testing.samples import MEDIA, add_channel, add_user, add_video, enqueue, new_job
from adapters.testing.stack import Stack
from adapters.testing.videos import full_captions, full_details, full_media
from streamcore.engagement.models import Metric, Target
from streamcore.shared.access import ANONYMOUS
from streamcore.shared.errors import NotFound
from streamcore.shared.ids import UserId, VideoId
from streamcore.shared.pages import Page, Position
from streamcore.shared.visibility import AllOf, FlagIs, Purpose, VideoFacts, Visibility, filter_for
from streamcore.videos.models.details import VideoType
from streamcore.videos.models.images import Thumbnail
from streamcore.videos.models.status import Failure, VideoStatus
from streamcore.videos.models.video import Video
from streamcore.videos.views import ChannelBrief, VideoList, VideoView

MINUTE = timedelta(minutes=1)
ANYTHING = AllOf(())

Turn = Callable[[Position | None, int], Awaitable[Page[VideoView]]]


def public(stack: Stack, which: VideoList | None = None) -> Turn:
    visible = filter_for(ANONYMOUS, Purpose.LIST, stack.clock.now())
    return lambda after, limit: stack.video_queries.newest(which or VideoList(), visible, after=after, limit=limit)


async def walk(turn: Turn, limit: int) -> list[Sequence[VideoId]]:
    """The ids on each page until the list says that it ends."""
    pages: list[Sequence[VideoId]] = []
    after: Position | None = None
    while True:
        page = await turn(after, limit)
        pages.append([view.id for view in page.items])
        if page.next is None:
            return pages
        after = Position.decode(page.next.encode())


def ids(videos: Sequence[Video]) -> list[VideoId]:
    return [video.id for video in videos]


class VideoQueriesContract:
    """For every adapter of `VideoQueries`."""

    async def test_a_view_shows_all_of_the_video(self, stack: Stack) -> None:
        channel = await add_channel(stack, name="The Channel", avatar_url="https://a.example.com")
        captions, thumbnail = full_captions(stack.clock.now()), Thumbnail(still=2)
        video = await add_video(
            stack,
            channel,
            details=full_details(stack),
            media=full_media(),
            generation="g-7",
            captions=captions,
            thumbnail=thumbnail,
        )
        details = full_details(stack)
        moved = {Metric.VIEWS: 1, Metric.LIKES: 2, Metric.DISLIKES: 3, Metric.COMMENTS: 4, Metric.SHARES: 5}
        async with stack.begin() as uow:
            for metric, delta in moved.items():
                await uow.counters.add(Target("video", video.id), metric, delta)
        expected = VideoView(
            id=video.id,
            channel=ChannelBrief(channel.id, channel.handle, "The Channel", "https://a.example.com"),
            owner_id=channel.owner_id,
            title=details.title,
            description=details.description,
            type=VideoType.SHORT,
            visibility=Visibility.FOLLOWERS,
            status=VideoStatus.PUBLISHED,
            tags=tuple(details.tags),
            category=details.category,
            country="BR",
            is_adult=True,
            is_free=False,
            held=False,
            owner_banned=False,
            media=full_media(),
            generation="g-7",
            view_count=1,
            like_count=2,
            dislike_count=3,
            comment_count=4,
            share_count=5,
            publish_at=details.publish_at,
            published_at=video.published_at,
            created_at=video.created_at,
            captions=captions,
            thumbnail=thumbnail,
        )
        for _ in range(2):
            view = await stack.video_queries.view(video.id, ANYTHING, ANONYMOUS)
            assert replace(view, tags=tuple(view.tags)) == expected
            (listed,) = (await stack.video_queries.newest(VideoList(), ANYTHING, after=None, limit=5)).items
            assert replace(listed, tags=tuple(listed.tags)) == expected
            (own,) = (await stack.video_queries.of_owner(channel.owner_id, after=None, limit=5)).items
            assert replace(own, tags=tuple(own.tags)) == expected
            await stack.counter_totals.fold(limit=100)

    async def test_captions_are_told_with_the_length_once_there_is_a_stream(self, stack: Stack) -> None:
        channel, captions = await add_channel(stack), full_captions(stack.clock.now())[:2]
        video = await add_video(stack, channel, captions=captions, media=full_media())
        bare = await add_video(stack, channel)
        waiting = await add_video(stack, channel, VideoStatus.PROCESSING, captions=captions)
        told = await stack.video_queries.captions(video.id)
        assert (tuple(told.captions), told.seconds) == (captions, full_media().duration_seconds)
        assert tuple((await stack.video_queries.captions(bare.id)).captions) == ()
        for missing in (waiting.id, VideoId(stack.ids.new()), VideoId("no id at all")):
            with pytest.raises(NotFound):
                await stack.video_queries.captions(missing)

    async def test_an_upload_that_says_nothing_yet_is_shown_empty(self, stack: Stack) -> None:
        channel = await add_channel(stack)
        video = await add_video(stack, channel, VideoStatus.UPLOADING)
        view = await stack.video_queries.view(video.id, ANYTHING, ANONYMOUS)
        assert (view.status, view.title, view.description, list(view.tags)) == (VideoStatus.UPLOADING, "", "", [])
        assert (view.type, view.visibility) == (VideoType.VIDEO, Visibility.PRIVATE)
        assert (view.media, view.generation, view.publish_at, view.published_at) == (None, None, None, None)
        facts = await stack.video_queries.facts(video.id, ANONYMOUS)
        assert (facts.published, facts.visibility, facts.adult) == (False, Visibility.PRIVATE, False)

    async def test_a_view_knows_who_follows(self, stack: Stack) -> None:
        channel, fan, other = await add_channel(stack), await add_user(stack), await add_user(stack)
        video = await add_video(stack, channel)
        async with stack.begin() as uow:
            await uow.follows.add(fan.id, channel.id, stack.clock.now())
        for actor, follows in ((fan.actor(), True), (other.actor(), False), (ANONYMOUS, False)):
            view = await stack.video_queries.view(video.id, ANYTHING, actor)
            assert view.channel.is_following is follows

    async def test_a_view_tells_of_holds_and_bans(self, stack: Stack) -> None:
        banned = await add_user(stack, banned_at=stack.clock.now())
        for channel in (await add_channel(stack), await add_channel(stack, banned)):
            is_banned = channel.owner_id == banned.id
            for held in (False, True):
                video = await add_video(stack, channel, held=held)
                view = await stack.video_queries.view(video.id, ANYTHING, ANONYMOUS)
                assert (view.held, view.owner_banned) == (held, is_banned)
                facts = await stack.video_queries.facts(video.id, ANONYMOUS)
                assert view.facts == facts, "without a viewer of whom more could be told"

    async def test_what_does_not_fulfil_the_condition_is_not_found(self, stack: Stack) -> None:
        video = await add_video(stack, await add_channel(stack))
        await stack.video_queries.view(video.id, FlagIs("held", False), ANONYMOUS)
        with pytest.raises(NotFound):
            await stack.video_queries.view(video.id, FlagIs("held", True), ANONYMOUS)
        for unknown in (VideoId(stack.ids.new()), VideoId("no id at all"), VideoId("a\x00b")):
            with pytest.raises(NotFound):
                await stack.video_queries.view(unknown, ANYTHING, ANONYMOUS)
            with pytest.raises(NotFound):
                await stack.video_queries.facts(unknown, ANONYMOUS)
            with pytest.raises(NotFound):
                await stack.video_queries.status(unknown)

    async def test_facts_are_those_of_the_video_and_the_viewer(self, stack: Stack) -> None:
        channel, guest = await add_channel(stack), await add_user(stack)
        video = await add_video(stack, channel, visibility=Visibility.UNLISTED, is_adult=True, held=True)
        async with stack.begin() as uow:
            owner = await uow.users.get(channel.owner_id)
            await uow.users.save(replace(owner, banned_at=stack.clock.now()))
            await uow.follows.add(guest.id, channel.id, stack.clock.now())
            await uow.video_grants.add(guest.id, video.id, stack.clock.now())
        bare = VideoFacts(
            published=True,
            deleted=False,
            visibility=Visibility.UNLISTED,
            held=True,
            adult=True,
            owner_id=channel.owner_id,
            owner_banned=True,
            published_at=video.published_at,
        )
        assert await stack.video_queries.facts(video.id, ANONYMOUS) == bare
        seen = replace(bare, viewer_follows=True, viewer_granted=True)
        assert await stack.video_queries.facts(video.id, guest.actor()) == seen
        gone = await add_video(stack, channel, VideoStatus.DELETED)
        facts = await stack.video_queries.facts(gone.id, ANONYMOUS)
        assert (facts.deleted, facts.published) == (True, False)

    async def test_newest_comes_first_and_ties_go_by_id(self, stack: Stack) -> None:
        channel, videos = await add_channel(stack), list[Video]()
        for n in range(11):
            videos.append(await add_video(stack, channel))
            if n % 4 == 3:
                stack.clock.advance(timedelta(microseconds=1))
        newest = sorted(videos, key=lambda video: (video.created_at, video.id), reverse=True)
        for limit in (1, 2, 3, 4, 11, 100):
            pages = await walk(public(stack), limit)
            assert [id for page in pages for id in page] == ids(newest)
            assert [len(page) for page in pages[:-1]] == [limit] * (len(pages) - 1)
            assert 1 <= len(pages[-1]) <= limit, "an empty page was promised"

    async def test_an_empty_list_ends_at_once(self, stack: Stack) -> None:
        assert await walk(public(stack), 10) == [[]]
        nobody = UserId(stack.ids.new())
        page = await stack.video_queries.of_owner(nobody, after=None, limit=10)
        assert (list(page.items), page.next) == ([], None)

    async def test_pages_have_no_gap_and_no_repeat_while_rows_come_and_go(self, stack: Stack) -> None:
        channel = await add_channel(stack)
        videos = [await add_video(stack, channel) for _ in range(12)]
        newest = sorted(videos, key=lambda video: video.id, reverse=True)
        turn = public(stack)
        first = await turn(None, 4)
        assert [view.id for view in first.items] == ids(newest[:4])
        async with stack.begin() as uow:
            for gone in (newest[3], newest[6]):  # the very row that the cursor names, and one to come
                await uow.videos.save(replace(gone, status=VideoStatus.DELETED, deleted_at=stack.clock.now()))
        await add_video(stack, channel, published_at=stack.clock.now() - MINUTE)
        stack.clock.advance(MINUTE)
        await add_video(stack, channel)
        rest, after = list[VideoId](), first.next
        while after:
            page = await turn(after, 4)
            rest += [view.id for view in page.items]
            after = page.next
        expected = [video for video in newest[4:] if video is not newest[6]]
        assert rest[:-1] == ids(expected)
        assert rest[-1] not in ids(videos), "a row that sorts after the cursor is still to come"

    async def test_a_list_keeps_to_its_channel_and_type(self, stack: Stack) -> None:
        one, two = await add_channel(stack), await add_channel(stack)
        long = await add_video(stack, one)
        short = await add_video(stack, one, type=VideoType.SHORT)
        other = await add_video(stack, two)
        expectations: list[tuple[VideoList, list[Video]]] = [
            (VideoList(), [other, short, long]),
            (VideoList(channel_id=one.id), [short, long]),
            (VideoList(type=VideoType.VIDEO), [other, long]),
            (VideoList(one.id, VideoType.SHORT), [short]),
            (VideoList(two.id, VideoType.SHORT), []),
        ]
        for which, expected in expectations:
            assert await walk(public(stack, which), 10) == [ids(expected)]

    async def test_a_list_shows_what_is_visible_and_fills_its_pages(self, stack: Stack) -> None:
        channel = await add_channel(stack)
        shown = list[Video]()
        for _ in range(5):
            shown.append(await add_video(stack, channel))
            await add_video(stack, channel, held=True)
            await add_video(stack, channel, visibility=Visibility.PRIVATE)
            await add_video(stack, channel, VideoStatus.READY)
        assert await walk(public(stack), 2) == [ids(shown[:2:-1]), ids(shown[2:0:-1]), ids(shown[:1])]

    async def test_owners_see_whatever_is_not_deleted(self, stack: Stack) -> None:
        channel, other = await add_channel(stack), await add_channel(stack)
        videos = list[Video]()
        for n, status in enumerate(VideoStatus):
            videos.append(await add_video(stack, channel, status))
            await add_video(stack, other, status)
            if n % 3 == 2:
                stack.clock.advance(MINUTE)
        own = sorted(videos, key=lambda video: (video.created_at, video.id), reverse=True)
        kept = [video.id for video in own if video.status is not VideoStatus.DELETED]
        for limit in (1, 3, 7, 50):
            pages = await walk(lambda a, n: stack.video_queries.of_owner(channel.owner_id, after=a, limit=n), limit)
            assert [id for page in pages for id in page] == kept
            assert len(pages) == -(-len(kept) // limit)

    async def test_a_status_tells_the_progress_of_its_job(self, stack: Stack) -> None:
        job = new_job(stack)
        video = await add_video(stack, await add_channel(stack), VideoStatus.PROCESSING, job_id=job.id)
        status = await stack.video_queries.status(video.id)
        assert (status.video_id, status.status, status.progress) == (video.id, VideoStatus.PROCESSING, 0.0)
        await enqueue(stack, job, new_job(stack))
        now = stack.clock.now()
        lease = await stack.jobs.lease(job.id, worker="w", now=now, ttl=MINUTE)
        assert lease is not None
        await stack.jobs.heartbeat(lease, now=now, ttl=MINUTE, progress=62.5, stage="transcode")
        status = await stack.video_queries.status(video.id)
        assert (status.progress, status.stage, status.failure) == (62.5, "transcode", None)
        async with stack.begin() as uow:
            await uow.complete(lease)
            await uow.videos.save(replace(video, status=VideoStatus.READY, media=MEDIA, generation="g"))
        status = await stack.video_queries.status(video.id)
        assert (status.status, status.progress) == (VideoStatus.READY, 100.0)

    async def test_a_status_tells_why_it_failed(self, stack: Stack) -> None:
        failure = Failure("NOT_A_VIDEO", "The file is no video.")
        video = await add_video(stack, await add_channel(stack), VideoStatus.FAILED, failure=failure)
        status = await stack.video_queries.status(video.id)
        assert (status.status, status.failure) == (VideoStatus.FAILED, failure)
