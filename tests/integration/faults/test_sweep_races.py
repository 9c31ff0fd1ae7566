"""A sweep that spares nothing for its youth, at every so-manieth moment of other work: nothing in service is harmed."""

import pytest

from streamcore.videos.models.backfill import BackfillPlan
from streamcore.videos.models.missing import MediaPart
from tests.unit.videos import streams
from tests.unit.videos.platform import Site
from tests.unit.videos.test_sweep import require_whole, sweep

pytestmark = pytest.mark.virtual_time


async def swept_at(moment: int, work: str) -> int:
    """A sweep without any grace at one await of the work; how many awaits there are."""
    site = await Site.open()
    video_id = await site.uploaded(b"long film" if work == "in parts" else b"a film")
    awaits = 0

    async def look(name: str) -> None:
        nonlocal awaits
        awaits += 1
        if awaits == moment:
            site.at_each_step = None
            await sweep(site)
            site.at_each_step = look

    if work in ("upload", "in parts"):
        site.at_each_step = look
        await site.app.settle()
    else:
        await site.app.settle()
        video = await site.video(video_id)
        if work == "reprocess":
            site.at_each_step = look
            await site.app.videos.reprocess(site.owner, video_id)
        else:
            assert video.media is not None
            await site.change(video_id, media=streams.without_sides(video.media))
            site.at_each_step = look
            await site.app.videos.start_backfill(BackfillPlan((MediaPart.THUMBNAILS, MediaPart.FINGERPRINTS)))
        await site.app.settle()
    site.at_each_step = None
    await require_whole(site, video_id)
    return awaits


@pytest.mark.parametrize("work", ["upload", "in parts", "reprocess", "backfill"])
async def test_a_sweep_may_run_at_any_moment_of_the_work(work: str) -> None:
    awaits = await swept_at(0, work)
    assert awaits > 20
    for moment in range(1, awaits + 1, max(1, awaits // 40)):
        await swept_at(moment, work)
