"""Long sources that are kept wrongly in one way each; the suite must notice every one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from adapters.memory.chunked_runs import MemoryChunkedRuns
from adapters.memory.database import MemoryDatabase
from adapters.memory.jobs import MemoryJobs
from adapters.memory.transactions import Transaction
from adapters.memory.unit_of_work import MemoryUnitOfWork
from adapters.memory.video_queries import MemoryVideoQueries
from adapters.memory.videos import MemoryVideoCare
from adapters.testing.memory_stack import Parts
from streamcore.shared.ids import JobId, VideoId
from streamcore.shared.jobs import Lease
from streamcore.videos.models.chunks import ChunkedRun
from streamcore.videos.models.status import VideoStatus
from streamcore.videos.ports import KeptFiles
from streamcore.videos.views import VideoStatusView


class _Blind(MemoryChunkedRuns):
    async def save(self, run: ChunkedRun) -> None:
        await self._transaction.put(self._db.tables.chunked_runs, run.id, replace(run, version=run.version + 1))


class RunsWithoutVersion(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.chunked_runs = _Blind(db, transaction)


class _Forgetful(MemoryChunkedRuns):
    async def save(self, run: ChunkedRun) -> None:
        await super().save(replace(run, join_id=None))


class JoinsAreForgotten(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.chunked_runs = _Forgetful(db, transaction)


class _Clinging(MemoryChunkedRuns):
    async def remove(self, run_id: JobId) -> None:
        return None


class RunsAreNeverOver(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.chunked_runs = _Clinging(db, transaction)


class SweepsWhatWaitsForTheJoin(MemoryVideoCare):
    async def kept_files(self, video_ids: Sequence[VideoId], now: datetime) -> Sequence[KeptFiles]:
        runs = self._db.tables.chunked_runs.rows.values()
        parts = {generation for run in runs for generation in run.generations}
        kept = await super().kept_files(video_ids, now)
        return [replace(files, generations=files.generations - parts) for files in kept]


class KnowsOneJobOnly(MemoryVideoQueries):
    """The one that has cut the source."""

    async def status(self, video_id: VideoId) -> VideoStatusView:
        status = await super().status(video_id)
        video = self._db.tables.videos.rows[video_id]
        job = self._db.tables.jobs.rows.get(video.job_id) if video.job_id else None
        return replace(status, progress=job.row.progress) if job and status.progress < 100 else status


class CutsTakeProgressBack(MemoryVideoQueries):
    async def status(self, video_id: VideoId) -> VideoStatusView:
        status = await super().status(video_id)
        cut = any(run.video_id == video_id for run in self._db.tables.chunked_runs.rows.values())
        return replace(status, progress=status.progress / 4) if cut and status.progress <= 5.0 else status


class ServiceIsCompletion(MemoryVideoQueries):
    async def status(self, video_id: VideoId) -> VideoStatusView:
        status = await super().status(video_id)
        return replace(status, progress=100.0) if status.status is VideoStatus.PUBLISHED else status


class PreviewsOutliveTheirLease(MemoryVideoQueries):
    async def status(self, video_id: VideoId) -> VideoStatusView:
        status = await super().status(video_id)
        job_id = self._db.tables.videos.rows[video_id].job_id
        return replace(status, preview=f"{job_id}-1") if status.stage == "preview" else status


class ProgressGoesBack(MemoryJobs):
    async def heartbeat(self, lease: Lease, *, now: datetime, ttl: timedelta, progress: float, stage: str) -> None:
        await super().heartbeat(lease, now=now, ttl=ttl, progress=progress, stage=stage)
        async with self._db.transaction("jobs.heartbeat") as transaction:
            job = await transaction.lock(self._db.tables.jobs, lease.job_id)
            if job is not None:
                row = replace(job.row, progress=progress)
                await transaction.put(self._db.tables.jobs, row.id, replace(job, row=row))


FAULTS = [
    *(Parts(unit_of_work=uow) for uow in (RunsWithoutVersion, JoinsAreForgotten, RunsAreNeverOver)),
    *(Parts(video_queries=queries) for queries in (KnowsOneJobOnly, CutsTakeProgressBack)),
    *(Parts(video_queries=queries) for queries in (ServiceIsCompletion, PreviewsOutliveTheirLease)),
    Parts(video_care=SweepsWhatWaitsForTheJoin),
    Parts(jobs=ProgressGoesBack),
]
