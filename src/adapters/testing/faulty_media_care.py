"""Adapters of `MediaCare` with one fault each; their suite must notice every one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from adapters.memory.media_care import MemoryMediaCare
from streamcore.shared.errors import NotFound, UnprocessableMedia
from streamcore.videos.models.media import Media
from streamcore.videos.models.missing import MediaPart
from streamcore.videos.ports import Progress


class NamesWhatItDoesNotStore(MemoryMediaCare):
    async def put(self, key: str, body: bytes, content_type: str) -> None:
        if not key.endswith("card.webp"):
            await super().put(key, body, content_type)


class OverwritesWhatIsThere(MemoryMediaCare):
    async def put(self, key: str, body: bytes, content_type: str) -> None:
        await super().put(key, body, content_type)
        await super().put(key.replace("added-1/", ""), body, content_type)


class MakesEverything(MemoryMediaCare):
    async def complete(
        self, source: str, target: str, media: Media, parts: Collection[MediaPart], *, progress: Progress
    ) -> Media:
        return await super().complete(source, target, media, self.parts, progress=progress)


class ForgetsFingerprints(MemoryMediaCare):
    def _made(self, media: Media, part: MediaPart) -> tuple[Mapping[str, Any], Mapping[str, tuple[str, bytes]]]:
        return ({}, {}) if part is MediaPart.FINGERPRINTS else super()._made(media, part)


class ChangesTheStream(MemoryMediaCare):
    async def complete(
        self, source: str, target: str, media: Media, parts: Collection[MediaPart], *, progress: Progress
    ) -> Media:
        completed = await super().complete(source, target, media, parts, progress=progress)
        return replace(completed, renditions=completed.renditions[:1])


class TakesAnySource(MemoryMediaCare):
    async def complete(
        self, source: str, target: str, media: Media, parts: Collection[MediaPart], *, progress: Progress
    ) -> Media:
        try:
            return await super().complete(source, target, media, parts, progress=progress)
        except UnprocessableMedia:
            return media


class NeedsNoSource(MemoryMediaCare):
    async def complete(
        self, source: str, target: str, media: Media, parts: Collection[MediaPart], *, progress: Progress
    ) -> Media:
        try:
            return await super().complete(source, target, media, parts, progress=progress)
        except NotFound:
            return media


class WorksOnUnwanted(MemoryMediaCare):
    async def complete(
        self, source: str, target: str, media: Media, parts: Collection[MediaPart], *, progress: Progress
    ) -> Media:
        async def told(percent: float, stage: str) -> None:
            """Nobody is asked."""

        await told(0.0, "")
        return await super().complete(source, target, media, parts, progress=told)


class WantsNothingMore(MemoryMediaCare):
    def rungs(self, media: Media) -> Sequence[str]:
        return []


class WantsAlwaysMore(MemoryMediaCare):
    def rungs(self, media: Media) -> Sequence[str]:
        return [*super().rungs(media), "4320p"]


class SeesNoHarm(MemoryMediaCare):
    async def decode(self, keys: Sequence[str], *, progress: Progress) -> Sequence[str]:
        await super().decode(keys, progress=progress)
        return []


class SeesHarmEverywhere(MemoryMediaCare):
    async def decode(self, keys: Sequence[str], *, progress: Progress) -> Sequence[str]:
        return [*await super().decode(keys, progress=progress), "something"]


class SkipsWhatIsMissing(MemoryMediaCare):
    async def decode(self, keys: Sequence[str], *, progress: Progress) -> Sequence[str]:
        return await super().decode([key for key in keys if not key.endswith(".missing")], progress=progress)


FAULTY_MEDIA_CARES = [
    NamesWhatItDoesNotStore,
    OverwritesWhatIsThere,
    MakesEverything,
    ForgetsFingerprints,
    ChangesTheStream,
    TakesAnySource,
    NeedsNoSource,
    WorksOnUnwanted,
    WantsNothingMore,
    WantsAlwaysMore,
    SeesNoHarm,
    SeesHarmEverywhere,
    SkipsWhatIsMissing,
]
