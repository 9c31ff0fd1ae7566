"""The sweep takes what belongs to nothing, tells why, and never what is or will be in service."""

from datetime import timedelta

import pytest

from streamcore.shared.ids import VideoId
from streamcore.videos.models.backfill import BackfillPlan
from streamcore.videos.models.leftovers import Leftover, LeftoverKind, LeftoverReason
from streamcore.videos.models.media import media_prefix
from streamcore.videos.models.missing import MediaPart
from streamcore.videos.models.status import VideoStatus
from streamcore.videos.use_cases.sweep_storage import Swept
from tests.unit.videos import streams
from tests.unit.videos.platform import Site

pytestmark = pytest.mark.virtual_time

NONE = timedelta(0)
DAY = timedelta(days=1)


async def sweep(site: Site, grace: timedelta = NONE, *, dry_run: bool = False) -> tuple[Swept, list[Leftover]]:
    found: list[Leftover] = []
    return await site.app.videos.sweep_storage(grace=grace, dry_run=dry_run, show=found.append), found


async def require_whole(site: Site, video_id: VideoId) -> None:
    """Everything that the video names is stored."""
    video = await site.video(video_id)
    assert video.status is VideoStatus.PUBLISHED
    assert video.media is not None
    assert video.generation is not None
    prefix = media_prefix(video_id, video.generation)
    names = [video.media.master, *(rendition.playlist for rendition in video.media.renditions), *video.media.side_files]
    segments = [f"{rendition.name}/0000{n}.m4s" for rendition in video.media.renditions for n in range(2)]
    for name in [*names, *segments]:
        await site.store.head(prefix + name)
    assert video.source is not None
    await site.store.head(video.source.key)


async def test_what_belongs_to_nothing_is_told_by_kind_and_reason_and_only_then_removed() -> None:
    site = await Site.open()
    video_id, gone = await site.published(), VideoId(site.ports.ids.new())
    strays = {
        f"uploads/{video_id}/other": (LeftoverKind.SOURCE, LeftoverReason.NOT_ACCEPTED),
        f"uploads/{gone}/1": (LeftoverKind.SOURCE, LeftoverReason.NO_VIDEO),
        f"videos/{video_id}/job-1/360p/00000.m4s": (LeftoverKind.GENERATION, LeftoverReason.NOT_IN_SERVICE),
        f"videos/{video_id}/captions-1/captions.vtt": (LeftoverKind.CHOSEN, LeftoverReason.NOT_IN_SERVICE),
        f"videos/{video_id}/image-1/poster.jpg": (LeftoverKind.CHOSEN, LeftoverReason.NOT_IN_SERVICE),
        f"videos/{gone}": (LeftoverKind.GENERATION, LeftoverReason.NO_VIDEO),
        f"videos/{gone}/job-1/master.m3u8": (LeftoverKind.GENERATION, LeftoverReason.NO_VIDEO),
    }
    for key in strays:
        await streams.put(site.store, key, b"12345")
    await site.store.start_multipart(f"uploads/{gone}/2", content_type="video/mp4")
    site.clock.advance(timedelta(seconds=1))
    for _ in range(2):
        swept, found = await sweep(site, dry_run=True)
        assert {one.object.key: (one.kind, one.reason) for one in found} == strays
        assert (swept.objects, swept.bytes, swept.unfinished) == (7, 35, 1)
        assert dict(swept.kinds) == {LeftoverKind.SOURCE: 2, LeftoverKind.GENERATION: 3, LeftoverKind.CHOSEN: 2}
    assert (await sweep(site))[0] == swept
    assert (await sweep(site))[0] == Swept(0, 0, 0, {})
    await require_whole(site, video_id)


async def test_a_replaced_generation_stays_for_those_who_are_watching_it() -> None:
    site = await Site.open()
    video_id = await site.published()
    site.clock.advance(timedelta(days=30))
    old = (await site.video(video_id)).generation
    await site.app.videos.reprocess(site.owner, video_id)
    await site.app.settle()
    site.clock.advance(DAY - timedelta(seconds=1))
    assert (await sweep(site, DAY))[0].objects == 0
    site.clock.advance(timedelta(seconds=1))
    _, found = await sweep(site, DAY)
    assert {one.object.key.split("/")[2] for one in found} == {old}
    await require_whole(site, video_id)


async def test_nothing_of_a_video_goes_whose_own_master_is_missing() -> None:
    site = await Site.open()
    video_id = await site.published()
    await site.app.videos.reprocess(site.owner, video_id)
    await site.app.settle()
    video = await site.video(video_id)
    await site.store.delete(f"videos/{video_id}/{video.generation}/master.m3u8")
    site.clock.advance(10 * DAY)
    assert (await sweep(site))[0].objects == 0


async def completed(site: Site, *leftovers: str) -> tuple[VideoId, str]:
    """A video of an older release whose images were made after ``leftovers``; with the prefix of its generation."""
    video_id = await site.published()
    video = await site.video(video_id)
    assert video.media is not None
    assert video.generation is not None
    await site.change(video_id, media=streams.without_sides(video.media))
    prefix = media_prefix(video_id, video.generation)
    for name in leftovers:
        await streams.put(site.store, prefix + name, b"12345")
    site.clock.advance(10 * DAY)
    await site.app.videos.start_backfill(BackfillPlan((MediaPart.THUMBNAILS, MediaPart.FINGERPRINTS)))
    await site.app.settle()
    return video_id, prefix


async def test_what_was_added_and_is_not_named_goes_when_nobody_can_be_using_it() -> None:
    site = await Site.open()
    torn, replaced, beside = "added-torn/0.jpg", "added-old/poster.jpg", "thumbnails/0.jpg"
    video_id, prefix = await completed(site, torn, replaced, beside)
    site.clock.advance(DAY - timedelta(seconds=1))
    assert (await sweep(site, DAY))[0].objects == 0, "somebody may still be shown what was replaced"
    site.clock.advance(timedelta(seconds=1))
    swept, found = await sweep(site, DAY)
    assert {one.object.key for one in found} == {prefix + torn, prefix + replaced}
    assert {(one.kind, one.reason) for one in found} == {(LeftoverKind.GENERATION, LeftoverReason.NOT_IN_SERVICE)}
    assert swept.objects == 2
    await site.store.head(prefix + beside)
    await require_whole(site, video_id)


async def test_what_a_second_attempt_makes_anew_under_the_same_names_stays() -> None:
    site = await Site.open()
    video_id, prefix = await completed(site, "added-torn/0.jpg")
    again, asked = f"{prefix}added-torn/0.jpg", 0
    site.clock.advance(2 * DAY)

    async def made_anew(step: str) -> None:
        nonlocal asked
        asked += step == "video_care.kept_files"
        if asked == 2:  # first for uploads; all was listed before
            site.at_each_step = None
            await streams.put(site.store, again, b"12345")

    site.at_each_step = made_anew
    assert (await sweep(site, DAY))[0].objects == 0
    assert site.at_each_step is None
    await site.store.head(again)
    await require_whole(site, video_id)
