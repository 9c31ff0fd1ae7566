"""What the scheduler asks about videos."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, literal_column, or_, select

from adapters.sql.database import Database
from adapters.sql.lookup import is_id
from adapters.sql.tables import videos
from adapters.sql.visibility import has_status
from adapters.sql.work_tables import jobs
from streamcore.shared.ids import VideoId
from streamcore.shared.jobs import JobState
from streamcore.videos.models import LEGAL_HOLD, VideoStatus
from streamcore.videos.policies import PROCESS_JOB
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
# As a literal, so that the partial index of running jobs serves (see `tables`).
_running = jobs.c.state == literal_column(f"'{JobState.RUNNING.value}'")
_AT_WORK = select(jobs.c.id, jobs.c.token, jobs.c.payload).where(_running, jobs.c.kind == PROCESS_JOB)
_KEPT = (
    select(
        videos.c.id,
        videos.c.source,
        videos.c.upload,
        videos.c.generation,
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

    async def kept_files(self, video_ids: Sequence[VideoId], now: datetime) -> Sequence[KeptFiles]:
        wanted = [video_id for video_id in dict.fromkeys(video_ids) if is_id(video_id)]
        # The jobs first: one that ends meanwhile is found here, or its generation is found with the video.
        making = await self._in_the_making() if wanted else {}
        kept: list[KeptFiles] = []
        for start in range(0, len(wanted), _AT_ONCE):
            values = {"ids": wanted[start : start + _AT_ONCE], "since": now - LEGAL_HOLD}
            kept += [_kept(row, making.get(row.id, ())) for row in await self._database.fetch(_KEPT, values)]
        return kept

    async def _in_the_making(self) -> Mapping[str, Sequence[str]]:
        """Video id → the generations that running jobs make of it; the jobs are as few as the workers."""
        making: defaultdict[str, list[str]] = defaultdict(list)
        for row in await self._database.fetch(_AT_WORK):
            making[str(row.payload.get("video_id"))].append(generation_of(row.id, row.token))
        return making


def _kept(row: Row[Any], making: Iterable[str]) -> KeptFiles:
    own = generation_of(row.job_id, row.token) if row.job_id else None
    generations = {row.generation, own, *making} - {None}
    return KeptFiles(
        video_id=row.id,
        source_key=row.source["key"] if row.source else None,
        upload_key=row.upload["key"] if row.upload else None,
        generations=frozenset(generations),
    )
