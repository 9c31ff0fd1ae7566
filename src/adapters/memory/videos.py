"""Videos in memory, inside units of work and for the scheduler."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from adapters.memory.database import Delta, MemoryDatabase
from adapters.memory.transactions import Transaction
from streamcore.engagement.models import Metric, Target
from streamcore.shared.errors import NotFound, StaleVersion
from streamcore.shared.ids import ChannelId, UserId, VideoId
from streamcore.shared.jobs import JobState
from streamcore.videos.models.details import VideoType
from streamcore.videos.models.media import media_prefix
from streamcore.videos.models.status import VideoStatus
from streamcore.videos.models.video import Video
from streamcore.videos.policies import PROCESSING_JOBS
from streamcore.videos.ports import KeptFiles, generation_of


class MemoryVideos:
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        self._db = db
        self._transaction = transaction

    async def add(self, video: Video) -> None:
        await self._db.step("videos.add")
        await self._transaction.insert(self._db.tables.videos, video.id, video)

    async def get(self, video_id: VideoId) -> Video:
        await self._db.step("videos.get")
        video = self._transaction.get(self._db.tables.videos, video_id)
        if video is None:
            raise NotFound
        return video

    async def save(self, video: Video) -> None:
        await self._db.step("videos.save")
        videos = self._db.tables.videos
        stored = await self._transaction.lock(videos, video.id)
        if stored is None or stored.version != video.version:
            raise StaleVersion
        await self._transaction.put(videos, video.id, replace(video, version=video.version + 1))


class MemoryPublishedCounts:
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        self._db = db
        self._transaction = transaction

    async def move(self, channel_id: ChannelId, video_type: str, delta: int) -> None:
        await self._db.step("published_counts.move")
        metric = Metric.SHORTS if VideoType(video_type) is VideoType.SHORT else Metric.VIDEOS
        move = Delta(Target("channel", channel_id), metric, delta)
        self._transaction.append(self._db.tables.deltas, self._db.next_serial(), move)


class MemoryVideoGrants:
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        self._db = db
        self._transaction = transaction

    async def add(self, user_id: UserId, video_id: VideoId, at: datetime) -> bool:
        await self._db.step("video_grants.add")
        return await self._transaction.insert_if_free(self._db.tables.grants, (user_id, video_id), at)


class MemoryUploadQuotas:
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        self._db = db
        self._transaction = transaction

    async def lock(self, owner_id: UserId) -> None:
        await self._db.step("upload_quotas.lock")
        await self._transaction.lock(self._db.tables.upload_quotas, owner_id)

    async def used(self, owner_id: UserId, now: datetime) -> int:
        await self._db.step("upload_quotas.used")
        videos = [video for _, video in self._transaction.scan(self._db.tables.videos)]
        return sum(video.stored_bytes for video in videos if video.owner_id == owner_id and not video.purge_due(now))


class MemoryVideoCare:
    def __init__(self, db: MemoryDatabase) -> None:
        self._db = db

    async def due_to_publish(self, now: datetime, *, limit: int) -> Sequence[VideoId]:
        await self._db.step("video_care.due_to_publish")
        due = [
            (video.details.publish_at, video.id)
            for video in self._db.tables.videos.group("status", VideoStatus.SCHEDULED)
            if video.details and video.details.publish_at and video.details.publish_at <= now
        ]
        return [id for _, id in sorted(due)[:limit]]

    async def abandoned(self, before: datetime, *, limit: int) -> Sequence[VideoId]:
        await self._db.step("video_care.abandoned")
        over = [
            (video.upload.expires_at, video.id)
            for video in self._db.tables.videos.group("status", VideoStatus.UPLOADING)
            if video.upload and video.upload.expires_at < before
        ]
        return [id for _, id in sorted(over)[:limit]]

    async def open_multiparts(self) -> frozenset[str]:
        await self._db.step("video_care.open_multiparts")
        uploads = [video.upload for video in self._db.tables.videos.group("status", VideoStatus.UPLOADING)]
        return frozenset(upload.multipart_id for upload in uploads if upload and upload.multipart_id)

    async def in_service(self, *, after: VideoId | None, limit: int) -> Sequence[VideoId]:
        await self._db.step("video_care.in_service")
        return sorted(id for id in self._in_service() if after is None or id > after)[:limit]

    async def count_in_service(self) -> int:
        await self._db.step("video_care.count_in_service")
        return len(self._in_service())

    def _in_service(self) -> Sequence[VideoId]:
        videos = self._db.tables.videos.rows.values()
        return [video.id for video in videos if video.in_service and video.media and video.generation]

    async def kept_files(self, video_ids: Sequence[VideoId], now: datetime) -> Sequence[KeptFiles]:
        await self._db.step("video_care.kept_files")
        found = (self._db.tables.videos.rows.get(id) for id in video_ids)
        return [self._kept(video) for video in found if video is not None and not video.purge_due(now)]

    def _kept(self, video: Video) -> KeptFiles:
        making = (
            generation_of(job.row.id, job.row.token)
            for job in self._db.tables.jobs.group("state", JobState.RUNNING)
            if job.row.id == video.job_id
            or (job.row.kind in PROCESSING_JOBS and job.row.payload.get("video_id") == video.id)
        )
        runs = self._db.tables.chunked_runs.group("video", video.id)
        parts = frozenset[str]().union(*(run.generations for run in runs))
        finished = {video.generation} if video.generation else set()
        chosen = {caption.folder for caption in video.captions}
        if video.thumbnail and video.thumbnail.folder:
            chosen.add(video.thumbnail.folder)
        return KeptFiles(
            video_id=video.id,
            source_key=video.source.key if video.source else None,
            upload_key=video.upload.key if video.upload else None,
            generations=frozenset({*finished, *making, *parts, *chosen}),
            master_key=_master_key(video),
            side_keys=_side_keys(video),
        )


def _master_key(video: Video) -> str | None:
    if video.generation is None or video.media is None:
        return None
    return media_prefix(video.id, video.generation) + video.media.master


def _side_keys(video: Video) -> frozenset[str]:
    if video.generation is None or video.media is None:
        return frozenset()
    return frozenset(media_prefix(video.id, video.generation) + name for name in video.media.side_files)
