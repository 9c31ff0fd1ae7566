"""What the scheduler asks about videos."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, func, literal_column, or_, select

from adapters.sql.chunked_runs import chunked_runs
from adapters.sql.database import Database
from adapters.sql.tables import videos
from adapters.sql.video_rows import captions, media, thumbnail
from adapters.sql.visibility import has_status
from adapters.sql.work_tables import jobs
from streamcore.shared.ids import VideoId, is_id
from streamcore.shared.jobs import JobState
from streamcore.videos.models.media import media_prefix
from streamcore.videos.models.status import VideoStatus
from streamcore.videos.models.video import LEGAL_HOLD
from streamcore.videos.policies import PROCESSING_JOBS
from streamcore.videos.ports import KeptFiles, generation_of

_AT_ONCE = 500

_DUE = (
    select(videos.c.id)
    .where(has_status(VideoStatus.SCHEDULED), videos.c.publish_at <= bindparam("now"))
    .order_by(videos.c.publish_at, videos.c.id)
    .limit(bindparam("most"))
)
_ABANDONED = (
    select(videos.c.id)
    .where(has_status(VideoStatus.UPLOADING), videos.c.upload_expires_at < bindparam("before"))
    .order_by(videos.c.upload_expires_at)
    .limit(bindparam("most"))
)
_MULTIPARTS = select(videos.c.upload).where(has_status(VideoStatus.UPLOADING))
_in_service = or_(*map(has_status, (VideoStatus.READY, VideoStatus.SCHEDULED, VideoStatus.PUBLISHED)))
_made: tuple[ColumnElement[bool], ...] = (_in_service, videos.c.media.is_not(None), videos.c.generation.is_not(None))
_COUNT = select(func.count().label("in_service")).select_from(videos).where(*_made)
_FIRST: Select[Any] = select(videos.c.id).where(*_made).order_by(videos.c.id).limit(bindparam("most"))
_NEXT = _FIRST.where(videos.c.id > bindparam("after"))
# As a literal, so that the partial index of running jobs serves (see `tables`).
_running = jobs.c.state == literal_column(f"'{JobState.RUNNING.value}'")
_AT_WORK = select(jobs.c.id, jobs.c.token, jobs.c.payload).where(_running, jobs.c.kind.in_(sorted(PROCESSING_JOBS)))
_IN_PARTS = select(chunked_runs.c.video_id, chunked_runs.c.parts, chunked_runs.c.first).where(
    chunked_runs.c.video_id.in_(bindparam("ids", expanding=True))
)
_KEPT = (
    select(
        videos.c.id,
        videos.c.source,
        videos.c.upload,
        videos.c.generation,
        videos.c.media,
        videos.c.captions,
        videos.c.thumbnail,
        jobs.c.id.label("job_id"),
        jobs.c.token,
    )
    .select_from(videos)
    .outerjoin(jobs, (jobs.c.id == videos.c.job_id) & _running)
    .where(
        videos.c.id.in_(bindparam("ids", expanding=True)),
        or_(videos.c.deleted_at.is_(None), videos.c.deleted_at > bindparam("since")),
    )
)


class SqlVideoCare:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def due_to_publish(self, now: datetime, *, limit: int) -> Sequence[VideoId]:
        return [row.id for row in await self._database.fetch(_DUE, {"now": now, "most": limit})]

    async def abandoned(self, before: datetime, *, limit: int) -> Sequence[VideoId]:
        return [row.id for row in await self._database.fetch(_ABANDONED, {"before": before, "most": limit})]

    async def open_multiparts(self) -> frozenset[str]:
        uploads = [row.upload for row in await self._database.fetch(_MULTIPARTS)]
        return frozenset(upload["multipart_id"] for upload in uploads if upload and upload.get("multipart_id"))

    async def in_service(self, *, after: VideoId | None, limit: int) -> Sequence[VideoId]:
        statement, values = (_FIRST, {}) if after is None else (_NEXT, {"after": after})
        return [row.id for row in await self._database.fetch(statement, values | {"most": limit})]

    async def count_in_service(self) -> int:
        return int((await self._database.fetch(_COUNT))[0].in_service)

    async def kept_files(self, video_ids: Sequence[VideoId], now: datetime) -> Sequence[KeptFiles]:
        wanted = [video_id for video_id in dict.fromkeys(video_ids) if is_id(video_id)]
        # The jobs first: one that ends meanwhile is found here, or its generation is found with its run or the video;
        # and runs before videos, for the same reason.
        making = await self._in_the_making() if wanted else {}
        kept: list[KeptFiles] = []
        for start in range(0, len(wanted), _AT_ONCE):
            values: dict[str, Any] = {"ids": wanted[start : start + _AT_ONCE], "since": now - LEGAL_HOLD}
            parts = await self._in_parts(values["ids"])
            kept += [
                _kept(row, [*making.get(row.id, ()), *parts.get(row.id, ())])
                for row in await self._database.fetch(_KEPT, values)
            ]
        return kept

    async def _in_the_making(self) -> Mapping[str, Sequence[str]]:
        """Video id → the generations that running jobs make of it; the jobs are as few as the workers."""
        making: defaultdict[str, list[str]] = defaultdict(list)
        for row in await self._database.fetch(_AT_WORK):
            making[str(row.payload.get("video_id"))].append(generation_of(row.id, row.token))
        return making

    async def _in_parts(self, video_ids: Sequence[VideoId]) -> Mapping[str, Sequence[str]]:
        """Video id → the generations that its chunked runs have made so far."""
        made: defaultdict[str, list[str]] = defaultdict(list)
        for row in await self._database.fetch(_IN_PARTS, {"ids": video_ids}):
            finished = [part["generation"] for part in row.parts] + [row.first["generation"] if row.first else None]
            made[row.video_id] += [generation for generation in finished if generation]
        return made


def _kept(row: Row[Any], making: Iterable[str]) -> KeptFiles:
    own = generation_of(row.job_id, row.token) if row.job_id else None
    image = thumbnail(row.thumbnail)
    chosen = {image.folder if image else None, *(caption.folder for caption in captions(row.captions))}
    generations = {row.generation, own, *making, *chosen} - {None}
    finished, prefix = media(row.media) if row.generation else None, media_prefix(row.id, row.generation)
    return KeptFiles(
        video_id=row.id,
        source_key=row.source["key"] if row.source else None,
        upload_key=row.upload["key"] if row.upload else None,
        generations=frozenset(generations),
        master_key=prefix + finished.master if finished else None,
        side_keys=frozenset(prefix + name for name in finished.side_files) if finished else frozenset(),
    )
