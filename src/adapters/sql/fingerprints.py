"""Fingerprints and what was found by them, in SQL."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, case, delete, func, insert, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from adapters.sql.database import Database
from adapters.sql.tables import duplicates, fingerprint_marks, fingerprints
from adapters.sql.transaction import Transaction
from streamcore.shared.errors import NotFound
from streamcore.shared.ids import VideoId, is_id
from streamcore.videos.models.fingerprints import ASKED_MARKS, INDEXED_MARKS, Fingerprint, Match
from streamcore.videos.models.media import PrintKind
from streamcore.videos.ports import COMMON_MARK, MOST_DUPLICATES
from streamcore.videos.views import DuplicateView

_AT_ONCE = 500

_PUT = {
    dialect is sqlite: (put := dialect.insert(fingerprints)).on_conflict_do_update(
        index_elements=[fingerprints.c.video_id, fingerprints.c.kind],
        set_={"step_seconds": put.excluded.step_seconds, "words": put.excluded.words},
    )
    for dialect in (sqlite, postgresql)
}
_GET = select(fingerprints.c.step_seconds, fingerprints.c.words).where(
    fingerprints.c.video_id == bindparam("video_id"), fingerprints.c.kind == bindparam("kind")
)
_UNMARK = delete(fingerprint_marks).where(
    fingerprint_marks.c.video_id == bindparam("of_video"), fingerprint_marks.c.kind == bindparam("of_kind")
)
_MARK = insert(fingerprint_marks)
_REMOVE = (
    delete(fingerprints).where(fingerprints.c.video_id == bindparam("of_video")),
    delete(fingerprint_marks).where(fingerprint_marks.c.video_id == bindparam("of_video")),
)
_asked = (
    fingerprint_marks.c.kind == bindparam("kind"),
    fingerprint_marks.c.mark.in_(bindparam("marks", expanding=True)),
)
_COMMON = (
    select(fingerprint_marks.c.mark)
    .where(*_asked)
    .group_by(fingerprint_marks.c.mark)
    .having(func.count() >= COMMON_MARK)
)
_SHARING = (
    select(fingerprint_marks.c.video_id, func.count().label("shared"))
    .where(*_asked, fingerprint_marks.c.video_id != bindparam("but"))
    .group_by(fingerprint_marks.c.video_id)
)
_FORGET = delete(duplicates).where(duplicates.c.video_id == bindparam("of_video"))
_KEEP = insert(duplicates)
_of_either_side = or_(duplicates.c.video_id == bindparam("of_video"), duplicates.c.other_id == bindparam("of_video"))
_FORGET_BOTH = delete(duplicates).where(_of_either_side)
_OF = (
    select(duplicates)
    .where(_of_either_side)
    .order_by(
        case((duplicates.c.video_id == bindparam("of_video"), 0), else_=1),
        duplicates.c.overlap_seconds.desc(),
        duplicates.c.video_id,
        duplicates.c.kind,
    )
    .limit(MOST_DUPLICATES)
)


class SqlFingerprints:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, video_id: VideoId, fingerprint: Fingerprint) -> None:
        kind = fingerprint.kind.value
        values = {"step_seconds": fingerprint.step_seconds, "words": fingerprint.encode()}
        async with self._database.transaction() as transaction:
            # The row first: two writers of the same video then come one after the other.
            await transaction.write(_PUT[transaction.is_sqlite], values | {"video_id": video_id, "kind": kind})
            await transaction.write(_UNMARK, {"of_video": video_id, "of_kind": kind})
            marks = await self._rare(transaction, kind, fingerprint.marks(INDEXED_MARKS))
            if marks:
                await transaction.write(_MARK, [{"kind": kind, "mark": m, "video_id": video_id} for m in marks])

    async def _rare(self, transaction: Transaction, kind: str, marks: Sequence[int]) -> Sequence[int]:
        if not marks:
            return ()
        rows = await transaction.read(_COMMON, {"kind": kind, "marks": list(marks)})
        common = {row.mark for row in rows}
        return [mark for mark in marks if mark not in common]

    async def get(self, video_id: VideoId, kind: PrintKind) -> Fingerprint:
        values = {"video_id": video_id, "kind": kind.value}
        rows = await self._database.fetch(_GET, values) if is_id(video_id) else ()
        if not rows:
            raise NotFound
        return Fingerprint.decode(kind, rows[0].step_seconds, rows[0].words)

    async def forget(self, video_id: VideoId) -> None:
        async with self._database.transaction() as transaction:
            for statement in _REMOVE:
                await transaction.write(statement, {"of_video": video_id})

    async def sharing(self, video_id: VideoId, fingerprint: Fingerprint, *, limit: int) -> Sequence[VideoId]:
        marks = fingerprint.marks(ASKED_MARKS)
        shared: Counter[VideoId] = Counter()
        for start in range(0, len(marks), _AT_ONCE):
            asked = {"kind": fingerprint.kind.value, "marks": list(marks[start : start + _AT_ONCE]), "but": video_id}
            for row in await self._database.fetch(_SHARING, asked):
                shared[row.video_id] += row.shared
        return sorted(shared, key=lambda other: (-shared[other], other))[:limit]


class SqlDuplicates:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def replace(self, video_id: VideoId, found: Mapping[VideoId, Sequence[Match]], at: datetime) -> None:
        await self._transaction.write(_FORGET, {"of_video": video_id})
        rows = [_values(video_id, other, match, at) for other, matches in found.items() for match in matches]
        if rows:
            await self._transaction.write(_KEEP, rows)

    async def of(self, video_id: VideoId) -> Sequence[DuplicateView]:
        rows = await self._transaction.read(_OF, {"of_video": video_id}) if is_id(video_id) else ()
        found = {(row.video_id, row.kind): _view(row, row.video_id, -1.0) for row in rows if row.other_id == video_id}
        found |= {(row.other_id, row.kind): _view(row, row.other_id, 1.0) for row in rows if row.video_id == video_id}
        return sorted(found.values(), key=lambda view: (-view.match.overlap_seconds, view.video_id, view.match.kind))

    async def forget(self, video_id: VideoId) -> None:
        await self._transaction.write(_FORGET_BOTH, {"of_video": video_id})


def _values(video_id: VideoId, other: VideoId, match: Match, at: datetime) -> dict[str, Any]:
    return {
        "video_id": video_id,
        "other_id": other,
        "kind": match.kind.value,
        "offset_seconds": match.offset_seconds,
        "overlap_seconds": match.overlap_seconds,
        "similarity": match.similarity,
        "coverage": match.coverage,
        "found_at": at,
    }


def _view(row: Row[Any], other: VideoId, direction: float) -> DuplicateView:
    offset = direction * row.offset_seconds
    match = Match(PrintKind(row.kind), offset, row.overlap_seconds, row.similarity, row.coverage)
    return DuplicateView(other, match, row.found_at)
