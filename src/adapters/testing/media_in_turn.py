"""The contract of `MediaProcessor` for what is playable while it is processed, and for what is processed in parts.

Subclass it like `MediaProcessorContract`; here ``good`` is a clip that gets several renditions and may be cut.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from adapters.testing.media import SOURCE, TARGET, MediaRig, Told, references
from streamcore.shared.errors import LeaseLost
from streamcore.videos.models.chunks import Plan
from streamcore.videos.models.media import GROWING_PLAYLIST, PREVIEW_STAGE, Media
from streamcore.videos.ports import MediaProcessor

FIRST = "videos/a/first-1/"


def chunk_prefix(number: int) -> str:
    return f"videos/a/chunk{number}-1/"


@dataclass(slots=True)
class Shown:
    """Takes what is shown, with what is stored at that moment; raises if it is told to."""

    rig: MediaRig
    raises: Exception | None = None
    media: list[Media] = field(default_factory=list)
    stored: set[str] = field(default_factory=set)
    read: dict[str, bytes] = field(default_factory=dict)

    async def __call__(self, media: Media) -> None:
        self.media.append(media)
        self.stored = set(await self.rig.stored())
        for name in await everything(self.rig, media):
            self.read[name] = await self.rig.read(name)
        if self.raises is not None:
            raise self.raises


async def everything(rig: MediaRig, media: Media) -> set[str]:
    """Every file that a player of the media under the target needs."""
    names = {media.master, *media.side_files}
    for playlist in await references(rig, media.master):
        names |= {playlist, *await references(rig, playlist)}
    return names


@dataclass(slots=True)
class Parts:
    """A source made in parts, not yet joined."""

    processor: MediaProcessor
    plan: Plan
    first: Media

    @property
    def numbers(self) -> list[int]:
        return list(range(len(self.plan.chunks)))

    async def join(self, numbers: list[int], told: Told | None = None) -> Media | None:
        chunks = [chunk_prefix(number) for number in numbers]
        return await self.processor.join(self.plan, self.first, FIRST, chunks, TARGET, progress=told or Told())


async def parts(rig: MediaRig) -> Parts:
    await rig.put_source(rig.good)
    plans: list[Plan] = []

    async def split(plan: Plan) -> Plan:
        plans.append(plan)
        return plan

    processor = rig.make(rig.store)
    first = await processor.process(SOURCE, FIRST, progress=Told(), split=split)
    assert len(plans) == 1
    for number in range(len(plans[0].chunks)):
        await processor.encode(SOURCE, chunk_prefix(number), plan=plans[0], number=number, progress=Told())
    return Parts(processor, plans[0], first)


class MediaInTurnContract:
    async def test_a_first_quality_is_shown_and_stays_as_it_is(self, rig: MediaRig) -> None:
        await rig.put_source(rig.good)
        shown = Shown(rig)
        media = await rig.make(rig.store).process(SOURCE, TARGET, progress=Told(), show=shown)
        (first,) = shown.media
        assert not first.complete
        assert media.complete
        assert first.renditions == media.renditions[: len(first.renditions)]
        assert len(first.renditions) < len(media.renditions)
        assert first.side_files == media.side_files
        assert shown.read.keys() <= shown.stored
        for name, body in shown.read.items():
            assert await rig.read(name) == body, f"{name} changed under the eyes of its viewers"
        assert media.master not in shown.stored
        assert await everything(rig, media) <= (await rig.stored()).keys()
        assert rig.leftovers() == []

    async def test_a_preview_can_be_watched_and_grows(self, rig: MediaRig) -> None:
        """One that is made within a moment may be whole at the first look."""
        await rig.put_source(rig.good)
        listed: list[set[str]] = []
        grows: list[bool] = []

        class Watching(Told):
            async def __call__(self, percent: float, stage: str) -> None:
                await Told.__call__(self, percent, stage)
                if stage == PREVIEW_STAGE and not listed:
                    grows.append(not await self.ended())
                    listed.append(await self.watch())

            async def watch(self) -> set[str]:
                names = {GROWING_PLAYLIST}
                for playlist in await references(rig, GROWING_PLAYLIST):
                    names |= {playlist, *await references(rig, playlist)}
                assert names <= (await rig.stored()).keys()
                return names

            async def ended(self) -> bool:
                playlists = await references(rig, GROWING_PLAYLIST)
                return all([b"#EXT-X-ENDLIST" in await rig.read(playlist) for playlist in playlists])

        told = Watching()
        await rig.make(rig.store).process(SOURCE, TARGET, progress=told, show=Shown(rig))
        assert listed, "nothing to watch"
        assert any(name.endswith(".m4s") for name in listed[0])
        in_the_end = await told.watch()
        assert listed[0] <= in_the_end
        assert (listed[0] < in_the_end) == grows[0]
        assert await told.ended()

    async def test_what_may_not_be_shown_ends_the_work(self, rig: MediaRig) -> None:
        await rig.put_source(rig.good)
        with pytest.raises(LeaseLost):
            await rig.make(rig.store).process(SOURCE, TARGET, progress=Told(), show=Shown(rig, raises=LeaseLost()))
        assert "master.m3u8" not in await rig.stored()
        assert rig.leftovers() == []

    async def test_parts_are_joined_to_what_one_piece_would_have_been(self, rig: MediaRig) -> None:
        made = await parts(rig)
        assert len(made.plan.chunks) >= 2
        assert made.plan.chunks[-1].end is None
        assert not made.first.complete
        told = Told()
        joined = await made.join(made.numbers, told)
        assert joined is not None
        assert joined.complete
        stored = await rig.stored()
        assert await everything(rig, joined) == stored.keys()
        assert told.words[-1][0] == 100.0
        assert [percent for percent, _ in told.words] == sorted(percent for percent, _ in told.words)
        await rig.store.delete(*(f"{TARGET}{name}" for name in stored))
        whole = await rig.make(rig.store).process(SOURCE, TARGET, progress=Told())
        told_apart = [(one.name, one.width, one.height, one.codecs, one.playlist) for one in whole.renditions]
        assert [(one.name, one.width, one.height, one.codecs, one.playlist) for one in joined.renditions] == told_apart
        assert stored == await rig.stored()
        for rendition in whole.renditions:
            assert await references(rig, rendition.playlist) <= stored.keys()
        assert rig.leftovers() == []

    async def test_parts_that_do_not_fit_are_not_joined(self, rig: MediaRig) -> None:
        made = await parts(rig)
        swapped = [made.numbers[1], made.numbers[0], *made.numbers[2:]]
        assert await made.join(swapped) is None
        segments = [key async for key in keys(rig, chunk_prefix(1)) if key.endswith(".m4s")]
        await rig.store.delete(segments[0])
        assert await made.join(made.numbers) is None
        assert "master.m3u8" not in await rig.stored()

    async def test_a_plan_that_stands_is_kept_to(self, rig: MediaRig) -> None:
        """An earlier attempt has cut the source, perhaps under other settings; its chunks are being made."""
        made = await parts(rig)

        async def split(_plan: Plan) -> Plan:
            return made.plan

        await rig.store.delete(*[key async for key in keys(rig, FIRST)])
        made.first = await made.processor.process(SOURCE, FIRST, progress=Told(), split=split)
        assert await made.join(made.numbers) is not None

    async def test_a_chunk_may_be_cancelled(self, rig: MediaRig) -> None:
        made = await parts(rig)
        told = Told(blocks=True)
        task = asyncio.create_task(
            made.processor.encode(SOURCE, chunk_prefix(0), plan=made.plan, number=0, progress=told)
        )
        async with asyncio.timeout(30):
            await told.reached.wait()
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        assert task.cancelled()
        assert rig.leftovers() == []


async def keys(rig: MediaRig, prefix: str) -> AsyncIterator[str]:
    async for info in rig.store.list(prefix):
        yield info.key
