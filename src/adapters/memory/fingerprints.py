"""Fingerprints and what was found by them, in memory."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from adapters.memory.database import FoundDuplicate, Marked, MemoryDatabase
from adapters.memory.transactions import Transaction
from streamcore.shared.errors import NotFound
from streamcore.shared.ids import VideoId
from streamcore.videos.models.fingerprints import ASKED_MARKS, INDEXED_MARKS, Fingerprint, Match
from streamcore.videos.models.media import PrintKind
from streamcore.videos.ports import COMMON_MARK, MOST_DUPLICATES
from streamcore.videos.views import DuplicateView


class MemoryFingerprints:
    def __init__(self, db: MemoryDatabase) -> None:
        self._db = db

    async def put(self, video_id: VideoId, fingerprint: Fingerprint) -> None:
        tables, kind = self._db.tables, fingerprint.kind
        async with self._db.transaction("fingerprints.put") as transaction:
            await transaction.put(tables.prints, (video_id, kind), fingerprint)
            for row in tables.marked.group("print", (video_id, kind)):
                await transaction.delete(tables.marked, (kind, row.mark, video_id))
            for mark in self.rare(video_id, fingerprint):
                await transaction.put(tables.marked, (kind, mark, video_id), Marked(kind, mark, video_id))

    async def forget(self, video_id: VideoId) -> None:
        tables = self._db.tables
        async with self._db.transaction("fingerprints.forget") as transaction:
            for kind in PrintKind:
                if (video_id, kind) in tables.prints.rows:
                    await transaction.delete(tables.prints, (video_id, kind))
                for row in tables.marked.group("print", (video_id, kind)):
                    await transaction.delete(tables.marked, (kind, row.mark, video_id))

    def rare(self, video_id: VideoId, fingerprint: Fingerprint) -> Sequence[int]:
        """Its marks that not too many others have."""
        return [
            mark
            for mark in fingerprint.marks(INDEXED_MARKS)
            if sum(row.video_id != video_id for row in self.having(fingerprint.kind, mark)) < COMMON_MARK
        ]

    def having(self, kind: PrintKind, mark: int) -> Sequence[Marked]:
        return self._db.tables.marked.group("mark", (kind, mark))

    async def get(self, video_id: VideoId, kind: PrintKind) -> Fingerprint:
        await self._db.step("fingerprints.get")
        found = self._db.tables.prints.rows.get((video_id, kind))
        if found is None:
            raise NotFound
        return found

    async def sharing(self, video_id: VideoId, fingerprint: Fingerprint, *, limit: int) -> Sequence[VideoId]:
        await self._db.step("fingerprints.sharing")
        shared = Counter(
            row.video_id for mark in fingerprint.marks(ASKED_MARKS) for row in self.having(fingerprint.kind, mark)
        )
        del shared[video_id]
        return sorted(shared, key=lambda other: (-shared[other], other))[:limit]


class MemoryDuplicates:
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        self._db = db
        self._transaction = transaction

    async def replace(self, video_id: VideoId, found: Mapping[VideoId, Sequence[Match]], at: datetime) -> None:
        await self._db.step("duplicates.replace")
        table = self._db.tables.duplicates
        for row in [row for _, row in self._transaction.scan(table) if row.video_id == video_id]:
            await self._transaction.delete(table, (video_id, row.other_id, row.match.kind))
        for other, matches in found.items():
            for match in matches:
                row = FoundDuplicate(video_id, other, match, at)
                await self._transaction.put(table, (video_id, other, match.kind), row)

    async def of(self, video_id: VideoId) -> Sequence[DuplicateView]:
        await self._db.step("duplicates.of")
        rows = sorted(
            (row for row in self._rows() if video_id in (row.video_id, row.other_id)),
            key=lambda row: (row.video_id != video_id, -row.match.overlap_seconds, row.video_id, row.match.kind),
        )[:MOST_DUPLICATES]
        found = {(row.video_id, row.match.kind): turned(row) for row in rows if row.other_id == video_id}
        found |= {
            (row.other_id, row.match.kind): DuplicateView(row.other_id, row.match, row.found_at)
            for row in rows
            if row.video_id == video_id
        }
        return sorted(found.values(), key=_order)

    async def forget(self, video_id: VideoId) -> None:
        await self._db.step("duplicates.forget")
        for row in self._rows():
            if video_id in (row.video_id, row.other_id):
                await self._transaction.delete(self._db.tables.duplicates, (row.video_id, row.other_id, row.match.kind))

    def _rows(self) -> Sequence[FoundDuplicate]:
        return [row for _, row in self._transaction.scan(self._db.tables.duplicates)]


def turned(row: FoundDuplicate) -> DuplicateView:
    """A match as the other video sees it."""
    match = replace(row.match, offset_seconds=-row.match.offset_seconds)
    return DuplicateView(row.video_id, match, row.found_at)


def _order(view: DuplicateView) -> tuple[float, str, str]:
    return -view.match.overlap_seconds, view.video_id, view.match.kind
