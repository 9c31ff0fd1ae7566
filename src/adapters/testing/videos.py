"""The suite for videos inside units of work."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from adapters.testing.interleaving import attempt, overlap
from adapters.testing.samples import MEDIA, add_channel, add_user, add_video, new_video
from adapters.testing.stack import Stack
from streamcore.engagement.models import Metric, Target
from streamcore.shared.errors import Conflict, NotFound, StaleVersion
from streamcore.shared.ids import JobId, VideoId
from streamcore.shared.visibility import Visibility
from streamcore.videos.models.captions import Caption
from streamcore.videos.models.details import VideoDetails, VideoType
from streamcore.videos.models.images import Still, Thumbnail
from streamcore.videos.models.media import Media, PrintFile, PrintKind, Rendition
from streamcore.videos.models.status import Failure, VideoStatus
from streamcore.videos.models.upload import PendingUpload, Source, Transfer
from streamcore.videos.models.video import Video

MINUTE = timedelta(minutes=1)


def full_details(stack: Stack) -> VideoDetails:
    return VideoDetails(
        title="名前 🎬 '\"\\%_" + "t" * 180,
        description="line\n" + "é" * 4900,
        type=VideoType.SHORT,
        visibility=Visibility.FOLLOWERS,
        tags=[f"тег {n} " + "t" * 40 for n in range(10)],
        category="c" * 50,
        country="BR",
        is_adult=True,
        is_free=False,
        publish=False,
        publish_at=stack.clock.now().replace(microsecond=7) + timedelta(days=3650),
    )


def full_upload(expires_at: datetime) -> PendingUpload:
    return PendingUpload(
        "ü " + "f" * 250,
        "video/mp4",
        expires_at,
        "uploads/k",
        20 * 1024**3,
        "a" * 64,
        reserved=20 * 1024**3,
        part_size=8 * 1024**2,
        multipart_id="2~" + "m" * 100,
        transfer=Transfer(19 * 1024**3 + 1, "5" * 64, "uploads/k.12-5", 12, 1_767_225_600.123456),
        metadata="filename " + "Zg==" * 5000,
    )


def full_media() -> Media:
    rungs = tuple(
        Rendition(f"{n}p", 7680, 4320, 120.0, 10**9, 10**9 - n, "avc1.640034,mp4a.40.2", f"{n}/index.m3u8")
        for n in range(12)
    )
    return replace(
        MEDIA,
        duration_seconds=86399.123456,
        frame_rate=59.94005994005994,
        has_audio=False,
        renditions=rungs,
        card="thumbnails/0.webp",
        stills=tuple(Still(n + 0.123, f"thumbnails/{n}.jpg", f"thumbnails/{n}.webp") for n in range(5)),
        preview="preview.vtt",
        sprites=("sprites/0.jpg", "sprites/1.jpg"),
        sound="sound.m4a",
        prints=(PrintFile(PrintKind.SOUND, 4096 / 3 / 11025, "prints/sound.bin"),),
    )


def full_captions(at: datetime) -> tuple[Caption, ...]:
    return tuple(Caption(str(n), f"{n:03}-Latn", "名前 '\"\\ " + "l" * 40, at) for n in range(100))


async def stored_video(stack: Stack, video_id: VideoId) -> Video:
    async with stack.begin() as uow:
        return await uow.videos.get(video_id)


class VideosContract:
    """For every adapter of `Videos`, `PublishedCounts` and `VideoGrants`."""

    async def test_every_field_of_a_video_comes_back(self, stack: Stack) -> None:
        channel, now = await add_channel(stack), stack.clock.now().replace(microsecond=999999)
        full = Video(
            id=VideoId(stack.ids.new()),
            channel_id=channel.id,
            owner_id=channel.owner_id,
            status=VideoStatus.DELETED,
            details=full_details(stack),
            created_at=now,
            upload=full_upload(now + MINUTE),
            source=Source("uploads/" + "k" * 200, 20 * 1024**3, "video/x-matroska", "ü'\"" + "f" * 250, "b" * 64, True),
            job_id=JobId(stack.ids.new()),
            media=full_media(),
            generation=f"{stack.ids.new()}-999",
            failure=Failure("NOT_A_VIDEO", "é" * 500),
            held=True,
            published_at=now + MINUTE,
            deleted_at=now + 2 * MINUTE,
            captions=full_captions(now),
            thumbnail=Thumbnail(image=stack.ids.new()),
        )
        bare = Video(VideoId(stack.ids.new()), channel.id, channel.owner_id, VideoStatus.UPLOADING, None, now)
        waiting = replace(bare, id=VideoId(stack.ids.new()), upload=PendingUpload("f", "video/mp4", now))
        for video in (full, bare, waiting, *(new_video(stack, channel, status) for status in VideoStatus)):
            async with stack.begin() as uow:
                await uow.videos.add(video)
                assert await uow.videos.get(video.id) == video
            assert await stored_video(stack, video.id) == video

    async def test_every_field_of_a_video_can_change_and_go(self, stack: Stack) -> None:
        channel, now = await add_channel(stack), stack.clock.now()
        video = await add_video(stack, channel, VideoStatus.UPLOADING)
        full = replace(
            video,
            status=VideoStatus.PUBLISHED,
            details=full_details(stack),
            upload=full_upload(now),
            source=Source("k", 1, "video/mp4", "f"),
            job_id=JobId(stack.ids.new()),
            media=full_media(),
            generation="g",
            failure=Failure("C", "m"),
            held=True,
            published_at=now,
            deleted_at=now,
            captions=full_captions(now),
            thumbnail=Thumbnail(still=4),
        )
        async with stack.begin() as uow:
            await uow.videos.save(full)
        assert await stored_video(stack, video.id) == replace(full, version=1)
        async with stack.begin() as uow:
            await uow.videos.save(replace(video, version=1))
        assert await stored_video(stack, video.id) == replace(video, version=2)

    async def test_unknown_videos_are_not_found(self, stack: Stack) -> None:
        for id in (stack.ids.new(), "no id at all", "a\x00b"):
            with pytest.raises(NotFound):
                await stored_video(stack, VideoId(id))

    async def test_an_id_is_taken_once(self, stack: Stack) -> None:
        video = await add_video(stack, await add_channel(stack))
        assert isinstance(await attempt(stack, lambda uow: uow.videos.add(replace(video, held=True))), Conflict)
        assert await stored_video(stack, video.id) == video

    async def test_a_stale_video_is_not_saved(self, stack: Stack) -> None:
        channel = await add_channel(stack)
        video = await add_video(stack, channel)
        held, generation = replace(video, held=True), replace(video, generation="g-2")
        outcome = await overlap(stack, lambda uow: uow.videos.save(held), lambda uow: uow.videos.save(generation))
        assert isinstance(outcome.error, StaleVersion)
        assert await stored_video(stack, video.id) == replace(held, version=1)
        unknown = new_video(stack, channel)
        assert isinstance(await attempt(stack, lambda uow: uow.videos.save(unknown)), StaleVersion)

    async def test_published_counts_are_moved_with_the_commit(self, stack: Stack) -> None:
        channel = await add_channel(stack)
        target = Target("channel", channel.id)
        async with stack.begin() as uow:
            await uow.published_counts.move(channel.id, "video", 2)
            await uow.published_counts.move(channel.id, VideoType.SHORT, 1)
            await uow.published_counts.move(channel.id, VideoType.VIDEO, -1)
        counts = (await stack.counter_totals.totals([target]))[target]
        assert (counts[Metric.VIDEOS], counts[Metric.SHORTS]) == (1, 1)

    async def test_a_grant_is_given_once(self, stack: Stack) -> None:
        video, guest = await add_video(stack, await add_channel(stack)), await add_user(stack)
        now = stack.clock.now()
        assert not (await stack.video_queries.facts(video.id, guest.actor())).viewer_granted
        async with stack.begin() as uow:
            assert await uow.video_grants.add(guest.id, video.id, now)
            assert not await uow.video_grants.add(guest.id, video.id, now)
        async with stack.begin() as uow:
            assert not await uow.video_grants.add(guest.id, video.id, now)
        assert (await stack.video_queries.facts(video.id, guest.actor())).viewer_granted
