"""Stores of fingerprints and duplicates with one fault each, named for it; the contract must fail on every one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from adapters.memory.database import MemoryDatabase
from adapters.memory.fingerprints import MemoryDuplicates, MemoryFingerprints
from adapters.memory.transactions import Transaction
from adapters.memory.unit_of_work import MemoryUnitOfWork
from adapters.testing.memory_stack import Parts
from streamcore.shared.errors import NotFound
from streamcore.shared.ids import VideoId
from streamcore.videos.models.fingerprints import Fingerprint, Match
from streamcore.videos.models.media import PrintKind
from streamcore.videos.views import DuplicateView


class LosesTheUpperBits(MemoryFingerprints):
    async def get(self, video_id: VideoId, kind: PrintKind) -> Fingerprint:
        found = await super().get(video_id, kind)
        return replace(found, words=tuple(word % 2**63 for word in found.words))


class RoundsTheStep(MemoryFingerprints):
    async def get(self, video_id: VideoId, kind: PrintKind) -> Fingerprint:
        found = await super().get(video_id, kind)
        return replace(found, step_seconds=round(found.step_seconds, 3))


class KeepsOldMarks(MemoryFingerprints):
    async def put(self, video_id: VideoId, fingerprint: Fingerprint) -> None:
        before = self._db.tables.marked.group("print", (video_id, fingerprint.kind))
        await super().put(video_id, fingerprint)
        self._db.tables.marked.apply({(row.kind, row.mark, row.video_id): row for row in before})


class MissingIsEmpty(MemoryFingerprints):
    async def get(self, video_id: VideoId, kind: PrintKind) -> Fingerprint:
        try:
            return await super().get(video_id, kind)
        except NotFound:
            return Fingerprint(kind, 1.0, ())


class FindsItself(MemoryFingerprints):
    async def sharing(self, video_id: VideoId, fingerprint: Fingerprint, *, limit: int) -> Sequence[VideoId]:
        return await super().sharing(VideoId(""), fingerprint, limit=limit)


class InAnyOrder(MemoryFingerprints):
    async def sharing(self, video_id: VideoId, fingerprint: Fingerprint, *, limit: int) -> Sequence[VideoId]:
        return sorted(await super().sharing(video_id, fingerprint, limit=9999))[:limit]


class EqualsInReverse(MemoryFingerprints):
    async def sharing(self, video_id: VideoId, fingerprint: Fingerprint, *, limit: int) -> Sequence[VideoId]:
        found = await super().sharing(video_id, fingerprint, limit=9999)
        return (found if len(found) != 4 else found[::-1])[:limit]


class KnowsNoLimit(MemoryFingerprints):
    async def sharing(self, video_id: VideoId, fingerprint: Fingerprint, *, limit: int) -> Sequence[VideoId]:
        return await super().sharing(video_id, fingerprint, limit=9999)


class MixesTheKinds(MemoryFingerprints):
    async def sharing(self, video_id: VideoId, fingerprint: Fingerprint, *, limit: int) -> Sequence[VideoId]:
        other = next(kind for kind in PrintKind if kind is not fingerprint.kind)
        found = await super().sharing(video_id, fingerprint, limit=limit)
        heard = [key[0] for key in self._db.tables.prints.rows if key[1] is other and key[0] != video_id]
        return [*found, *heard][:limit]


class AsksWithAFewMarks(MemoryFingerprints):
    async def sharing(self, video_id: VideoId, fingerprint: Fingerprint, *, limit: int) -> Sequence[VideoId]:
        few = replace(fingerprint, words=fingerprint.words[:60])
        return await super().sharing(video_id, few, limit=limit)


class ForgetsOneKind(MemoryFingerprints):
    async def forget(self, video_id: VideoId) -> None:
        heard = self._db.tables.prints.rows.get((video_id, PrintKind.SOUND))
        await super().forget(video_id)
        if heard is not None:
            await self.put(video_id, heard)


class CommonMarksCount(MemoryFingerprints):
    def rare(self, video_id: VideoId, fingerprint: Fingerprint) -> Sequence[int]:
        return fingerprint.marks(9999)


class ForgetsDirections(MemoryDuplicates):
    async def of(self, video_id: VideoId) -> Sequence[DuplicateView]:
        found = await super().of(video_id)
        return [
            replace(view, match=replace(view.match, offset_seconds=abs(view.match.offset_seconds))) for view in found
        ]


class OneSideOnly(MemoryDuplicates):
    async def of(self, video_id: VideoId) -> Sequence[DuplicateView]:
        own = {
            row.other_id for _, row in self._transaction.scan(self._db.tables.duplicates) if row.video_id == video_id
        }
        return [view for view in await super().of(video_id) if view.video_id in own]


class OneKindOnly(MemoryDuplicates):
    async def replace(self, video_id: VideoId, found: Mapping[VideoId, Sequence[Match]], at: datetime) -> None:
        await super().replace(video_id, {other: matches[:1] for other, matches in found.items()}, at)


class AddsToTheOld(MemoryDuplicates):
    async def replace(self, video_id: VideoId, found: Mapping[VideoId, Sequence[Match]], at: datetime) -> None:
        before = [view for view in await self.of(video_id) if view.video_id not in found]
        await super().replace(video_id, {**{view.video_id: [view.match] for view in before}, **found}, at)


class ForgetsWhatOthersFound(MemoryDuplicates):
    async def replace(self, video_id: VideoId, found: Mapping[VideoId, Sequence[Match]], at: datetime) -> None:
        rows = [row for _, row in self._transaction.scan(self._db.tables.duplicates) if row.other_id == video_id]
        for row in rows:
            await self._transaction.delete(self._db.tables.duplicates, (row.video_id, row.other_id, row.match.kind))
        await super().replace(video_id, found, at)


class WritesAtOnce(MemoryDuplicates):
    async def replace(self, video_id: VideoId, found: Mapping[VideoId, Sequence[Match]], at: datetime) -> None:
        async with self._db.transaction("at once") as other:
            await MemoryDuplicates(self._db, other).replace(video_id, found, at)


class TellsAFew(MemoryDuplicates):
    async def of(self, video_id: VideoId) -> Sequence[DuplicateView]:
        return (await super().of(video_id))[:50]


class ForgetsOneSide(MemoryDuplicates):
    async def forget(self, video_id: VideoId) -> None:
        await self.replace(video_id, {}, datetime.now(UTC))


def _unit_with(faulty: type[MemoryDuplicates]) -> type[MemoryUnitOfWork]:
    class Unit(MemoryUnitOfWork):
        def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
            super().__init__(db, transaction)
            self.duplicates = faulty(db, transaction)

    Unit.__name__ = faulty.__name__
    return Unit


FAULTS = [
    Parts(fingerprints=faulty)
    for faulty in (
        LosesTheUpperBits,
        RoundsTheStep,
        KeepsOldMarks,
        MissingIsEmpty,
        FindsItself,
        InAnyOrder,
        EqualsInReverse,
        KnowsNoLimit,
        MixesTheKinds,
        AsksWithAFewMarks,
        CommonMarksCount,
        ForgetsOneKind,
    )
] + [
    Parts(unit_of_work=_unit_with(faulty))
    for faulty in (
        ForgetsDirections,
        OneSideOnly,
        OneKindOnly,
        AddsToTheOld,
        ForgetsWhatOthersFound,
        WritesAtOnce,
        TellsAFew,
        ForgetsOneSide,
    )
]
