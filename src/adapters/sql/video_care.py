"""What the scheduler asks about videos."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, or_, select

from adapters.sql.database import Database
from adapters.sql.lookup import is_id
from adapters.sql.tables import videos
from adapters.sql.visibility import has_status
from adapters.sql.work_tables import jobs
from streamcore.shared.ids import VideoId
from streamcore.shared.jobs import JobState
from streamcore.videos.models import LEGAL_HOLD, VideoStatus
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
_KEPT = (
    select(
        videos.c.id,
        videos.c.source,
        videos.c.upload,
        videos.c.generation,
        jobs.c.id.label("job_id"),
        jobs.c.token,
    )
    .outerjoin(jobs, (jobs.c.id == videos.c.job_id) & (jobs.c.state == JobState.RUNNING.value))
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

    async def kept_files(self, video_ids: Sequence[VideoId], now: datetime) -> Sequence[KeptFiles]:
        wanted = [video_id for video_id in dict.fromkeys(video_ids) if is_id(video_id)]
        kept: list[KeptFiles] = []
        for start in range(0, len(wanted), _AT_ONCE):
            values = {"ids": wanted[start : start + _AT_ONCE], "since": now - LEGAL_HOLD}
            kept += [_kept(row) for row in await self._database.fetch(_KEPT, values)]
        return kept


def _kept(row: Row[Any]) -> KeptFiles:
    generations = {row.generation, generation_of(row.job_id, row.token) if row.job_id else None} - {None}
    return KeptFiles(
        video_id=row.id,
        source_key=row.source["key"] if row.source else None,
        upload_key=row.upload["key"] if row.upload else None,
        generations=frozenset(generations),
    )
