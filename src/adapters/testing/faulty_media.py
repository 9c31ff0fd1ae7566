"""Media processors with one fault each, named for it; the contract must fail on every one of them."""

import asyncio
from dataclasses import replace

from adapters.memory.media import MemoryMediaProcessor
from streamcore.shared.errors import LeaseLost, NotFound, Unavailable, UnprocessableMedia
from streamcore.videos.models.media import Media
from streamcore.videos.ports import Progress, Show, Split


class LosesASegment(MemoryMediaProcessor):
    async def put(self, key: str, body: bytes, content_type: str) -> None:
        if not key.endswith("00001.m4s"):
            await super().put(key, body, content_type)


class StoresAfterReturning(MemoryMediaProcessor):
    async def process(
        self, source: str, target: str, *, progress: Progress, show: Show | None = None, split: Split | None = None
    ) -> Media:
        self._later = asyncio.create_task(super().process(source, target, progress=progress, show=show, split=split))
        return self.media()


class StoresBesideTheTarget(MemoryMediaProcessor):
    async def put(self, key: str, body: bytes, content_type: str) -> None:
        await super().put(key, body, content_type)
        await super().put("scratch", body, content_type)


class ForgetsContentTypes(MemoryMediaProcessor):
    async def put(self, key: str, body: bytes, content_type: str) -> None:
        await super().put(key, body, "application/octet-stream")


class LeavesStrayObjects(MemoryMediaProcessor):
    def files(self, fingerprint: str) -> list[tuple[str, str, bytes]]:
        return [*super().files(fingerprint), ("720p/old.m4s", "video/iso.segment", b"")]


class OverstatesBandwidth(MemoryMediaProcessor):
    def files(self, fingerprint: str) -> list[tuple[str, str, bytes]]:
        return [
            (name, kind, body.replace(b":BANDWIDTH=", b":BANDWIDTH=9"))
            for name, kind, body in super().files(fingerprint)
        ]


class StepsBack(MemoryMediaProcessor):
    async def tell(self, progress: Progress, percent: float, stage: str) -> None:
        await super().tell(progress, 50.0 - percent if 20.0 < percent < 50.0 else percent, stage)


class NeverSaysDone(MemoryMediaProcessor):
    async def tell(self, progress: Progress, percent: float, stage: str) -> None:
        await super().tell(progress, min(percent, 99.0), stage)


class SaysDoneTooEarly(MemoryMediaProcessor):
    async def tell(self, progress: Progress, percent: float, stage: str) -> None:
        await super().tell(progress, 100.0 if percent > 80.0 else percent, stage)


class AcceptsAnything(MemoryMediaProcessor):
    async def read(self, source: str) -> str:
        try:
            return await super().read(source)
        except UnprocessableMedia:
            return "whatever"


class CallsAMissingSourceNoVideo(MemoryMediaProcessor):
    async def read(self, source: str) -> str:
        try:
            return await super().read(source)
        except NotFound:
            raise UnprocessableMedia("EMPTY_FILE") from None


class SwallowsCancellation(MemoryMediaProcessor):
    async def tell(self, progress: Progress, percent: float, stage: str) -> None:
        try:
            await super().tell(progress, percent, stage)
        except asyncio.CancelledError:
            return


class StaysRunningWhenCancelled(MemoryMediaProcessor):
    async def process(
        self, source: str, target: str, *, progress: Progress, show: Show | None = None, split: Split | None = None
    ) -> Media:
        try:
            return await super().process(source, target, progress=progress, show=show, split=split)
        except asyncio.CancelledError:
            self.running.add(target)
            raise


class GoesOnWithoutLease(MemoryMediaProcessor):
    async def tell(self, progress: Progress, percent: float, stage: str) -> None:
        try:
            await super().tell(progress, percent, stage)
        except LeaseLost:
            return


class IgnoresAFullStore(MemoryMediaProcessor):
    async def put(self, key: str, body: bytes, content_type: str) -> None:
        try:
            await super().put(key, body, content_type)
        except Unavailable:
            return


class StoresTheMasterFirst(MemoryMediaProcessor):
    def files(self, fingerprint: str) -> list[tuple[str, str, bytes]]:
        return super().files(fingerprint)[::-1]


class WorksOnOneTargetOnly(MemoryMediaProcessor):
    async def process(
        self, source: str, target: str, *, progress: Progress, show: Show | None = None, split: Split | None = None
    ) -> Media:
        if self.running:
            return self.media()
        return await super().process(source, target, progress=progress, show=show, split=split)


class CardsAreNoWebp(MemoryMediaProcessor):
    def files(self, fingerprint: str) -> list[tuple[str, str, bytes]]:
        return [
            (name, kind, b"\xff\xd8\xff" if name.endswith(".webp") else body)
            for name, kind, body in super().files(fingerprint)
        ]


class StillsAfterTheEnd(MemoryMediaProcessor):
    def media(self) -> Media:
        media = super().media()
        return replace(media, stills=tuple(replace(still, seconds=still.seconds + 60.0) for still in media.stills))


class ThePosterIsNoStill(MemoryMediaProcessor):
    def media(self) -> Media:
        return replace(super().media(), poster="sprites-0.jpg")


class ThePreviewBeginsLate(MemoryMediaProcessor):
    def files(self, fingerprint: str) -> list[tuple[str, str, bytes]]:
        return [
            (name, kind, body.replace(b"00:00.000 -->", b"00:01.000 -->") if name == "preview.vtt" else body)
            for name, kind, body in super().files(fingerprint)
        ]


class TheFingerprintsAreCut(MemoryMediaProcessor):
    def files(self, fingerprint: str) -> list[tuple[str, str, bytes]]:
        return [
            (name, kind, body[:-1] if name.startswith("prints/") else body)
            for name, kind, body in super().files(fingerprint)
        ]


class TheFingerprintsAreNeverTheSame(MemoryMediaProcessor):
    _runs = 0

    def files(self, fingerprint: str) -> list[tuple[str, str, bytes]]:
        type(self)._runs += 1
        return [
            (name, kind, body[self._runs % 8 * 8 :] if name.startswith("prints/") else body)
            for name, kind, body in super().files(fingerprint)
        ]


FAULTY_MEDIA_PROCESSORS: tuple[type[MemoryMediaProcessor], ...] = (
    LosesASegment,
    StoresAfterReturning,
    StoresBesideTheTarget,
    ForgetsContentTypes,
    LeavesStrayObjects,
    OverstatesBandwidth,
    StepsBack,
    NeverSaysDone,
    SaysDoneTooEarly,
    AcceptsAnything,
    CallsAMissingSourceNoVideo,
    SwallowsCancellation,
    StaysRunningWhenCancelled,
    GoesOnWithoutLease,
    IgnoresAFullStore,
    StoresTheMasterFirst,
    WorksOnOneTargetOnly,
    CardsAreNoWebp,
    StillsAfterTheEnd,
    ThePosterIsNoStill,
    ThePreviewBeginsLate,
    TheFingerprintsAreCut,
    TheFingerprintsAreNeverTheSame,
)
