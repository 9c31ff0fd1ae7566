"""Media processors that do one thing wrong while others wait for the rest; the contract must fail on every one."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from adapters.memory.media import MemoryMediaProcessor
from streamcore.shared.errors import LeaseLost
from streamcore.videos.models.chunks import Chunk, Plan
from streamcore.videos.models.media import Media
from streamcore.videos.ports import Progress, Show, Split


class ShowsBeforeItIsStored(MemoryMediaProcessor):
    async def process(
        self, source: str, target: str, *, progress: Progress, show: Show | None = None, split: Split | None = None
    ) -> Media:
        if show is not None:
            media = self.media()
            await show(replace(media, renditions=media.renditions[:1], master="first.m3u8", complete=False))
        return await super().process(source, target, progress=progress, split=split)


class SaysThatTheFirstIsAll(MemoryMediaProcessor):
    async def process(
        self, source: str, target: str, *, progress: Progress, show: Show | None = None, split: Split | None = None
    ) -> Media:
        async def claim(media: Media) -> None:
            if show is not None:
                await show(replace(media, complete=True))

        wrong = claim if show is not None else None
        return await super().process(source, target, progress=progress, show=wrong, split=split)


class RewritesTheFirst(MemoryMediaProcessor):
    async def put(self, key: str, body: bytes, content_type: str) -> None:
        await super().put(key, body, content_type)
        if key.endswith("/master.m3u8"):
            await super().put(key.replace("master", "first"), body, content_type)


class PreviewsBeforeThereIsAny(MemoryMediaProcessor):
    async def put(self, key: str, body: bytes, content_type: str) -> None:
        await super().put(key, body if "growing" not in key else body.replace(b"00000", b"00007"), content_type)


class NeverEndsThePreview(MemoryMediaProcessor):
    async def put(self, key: str, body: bytes, content_type: str) -> None:
        await super().put(key, body.replace(b"#EXT-X-ENDLIST", b"") if "growing" in key else body, content_type)


class GoesOnWhenItMayNotShow(MemoryMediaProcessor):
    async def process(
        self, source: str, target: str, *, progress: Progress, show: Show | None = None, split: Split | None = None
    ) -> Media:
        async def patient(media: Media) -> None:
            if show is not None:
                with suppress(LeaseLost):
                    await show(media)

        return await super().process(
            source, target, progress=progress, show=patient if show is not None else None, split=split
        )


class JoinsWhateverItGets(MemoryMediaProcessor):
    async def join(
        self, plan: Plan, media: Media, first: str, chunks: Sequence[str], target: str, *, progress: Progress
    ) -> Media | None:
        joined = await super().join(plan, media, first, chunks, target, progress=progress)
        return joined or replace(media, complete=True)


class CopiesThePreviewToo(MemoryMediaProcessor):
    async def join(
        self, plan: Plan, media: Media, first: str, chunks: Sequence[str], target: str, *, progress: Progress
    ) -> Media | None:
        joined = await super().join(plan, media, first, chunks, target, progress=progress)
        await self.store.copy(f"{first}growing.m3u8", f"{target}growing.m3u8")
        return joined


class CutsAnew(MemoryMediaProcessor):
    """Whatever plan stands."""

    async def encode(self, source: str, target: str, *, plan: Plan, number: int, progress: Progress) -> None:
        own = Plan((Chunk(0, 2), Chunk(2, None)), plan.details)
        await super().encode(source, target, plan=own, number=number, progress=progress)


class ChunksRunOn(MemoryMediaProcessor):
    async def encode(self, source: str, target: str, *, plan: Plan, number: int, progress: Progress) -> None:
        try:
            await super().encode(source, target, plan=plan, number=number, progress=progress)
        except asyncio.CancelledError:
            self.running.add(target)
            raise


FAULTY_IN_TURN: tuple[type[MemoryMediaProcessor], ...] = (
    ShowsBeforeItIsStored,
    SaysThatTheFirstIsAll,
    RewritesTheFirst,
    PreviewsBeforeThereIsAny,
    NeverEndsThePreview,
    GoesOnWhenItMayNotShow,
    JoinsWhateverItGets,
    CopiesThePreviewToo,
    CutsAnew,
    ChunksRunOn,
)
