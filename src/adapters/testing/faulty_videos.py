"""Videos that are kept wrongly in one way each; their suites must notice every one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from adapters.memory.database import MemoryDatabase
from adapters.memory.transactions import Transaction
from adapters.memory.unit_of_work import MemoryUnitOfWork
from adapters.memory.videos import MemoryPublishedCounts, MemoryVideoCare, MemoryVideoGrants, MemoryVideos
from adapters.testing.memory_stack import Parts
from streamcore.shared.ids import ChannelId, UserId, VideoId
from streamcore.videos.models.status import VideoStatus
from streamcore.videos.models.video import Video
from streamcore.videos.ports import KeptFiles


class _LossyVideos(MemoryVideos):
    async def save(self, video: Video) -> None:
        await super().save(replace(video, failure=None))


class FailuresAreForgotten(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.videos = _LossyVideos(db, transaction)


class _ForgetfulOfTransfers(MemoryVideos):
    async def save(self, video: Video) -> None:
        await super().save(replace(video, upload=video.upload and replace(video.upload, transfer=None)))


class TransfersAreForgotten(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.videos = _ForgetfulOfTransfers(db, transaction)


class _SilentVideos(MemoryVideos):
    async def save(self, video: Video) -> None:
        await super().save(replace(video, captions=()))


class CaptionsAreForgotten(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.videos = _SilentVideos(db, transaction)


class _StubbornThumbnails(MemoryVideos):
    async def save(self, video: Video) -> None:
        stored = await self.get(video.id)
        await super().save(replace(video, thumbnail=stored.thumbnail or video.thumbnail))


class ThumbnailsNeverGo(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.videos = _StubbornThumbnails(db, transaction)


class _RoundingVideos(MemoryVideos):
    async def add(self, video: Video) -> None:
        media = video.media and replace(video.media, frame_rate=round(video.media.frame_rate, 2))
        await super().add(replace(video, media=media))


class FrameRatesAreRounded(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.videos = _RoundingVideos(db, transaction)


class _BlindVideos(MemoryVideos):
    async def save(self, video: Video) -> None:
        await self._transaction.put(self._db.tables.videos, video.id, replace(video, version=video.version + 1))


class VideosWithoutVersion(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.videos = _BlindVideos(db, transaction)


class _OverwritingVideos(MemoryVideos):
    async def add(self, video: Video) -> None:
        await self._transaction.put(self._db.tables.videos, video.id, video)


class AddOverwrites(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.videos = _OverwritingVideos(db, transaction)


class _MixedCounts(MemoryPublishedCounts):
    async def move(self, channel_id: ChannelId, video_type: str, delta: int) -> None:
        await super().move(channel_id, "video", delta)


class ShortsCountAsVideos(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.published_counts = _MixedCounts(db, transaction)


class _GenerousGrants(MemoryVideoGrants):
    async def add(self, user_id: UserId, video_id: VideoId, at: datetime) -> bool:
        await super().add(user_id, video_id, at)
        return True


class GrantsAreAlwaysNew(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.video_grants = _GenerousGrants(db, transaction)


class _StubbornVideos(MemoryVideos):
    async def save(self, video: Video) -> None:
        stored = (await self.get(video.id)).details
        if stored and video.details:
            kept = video.details.model_copy(update={"publish_at": stored.publish_at})
            video = replace(video, details=kept)
        await super().save(video)


class SchedulesAreNeverMoved(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.videos = _StubbornVideos(db, transaction)


class DueWhoeverTookItBack(MemoryVideoCare):
    """Looks at the time alone where a schedule ever was."""

    async def due_to_publish(self, now: datetime, *, limit: int) -> Sequence[VideoId]:
        due = await super().due_to_publish(now, limit=limit)
        ready = self._db.tables.videos.group("status", VideoStatus.READY)
        return [*due, *(video.id for video in ready if video.version > 0)][:limit]


class DueInAnyOrder(MemoryVideoCare):
    async def due_to_publish(self, now: datetime, *, limit: int) -> Sequence[VideoId]:
        return sorted(await super().due_to_publish(now, limit=9999))[:limit]


class DueTooEarly(MemoryVideoCare):
    async def due_to_publish(self, now: datetime, *, limit: int) -> Sequence[VideoId]:
        return await super().due_to_publish(now + timedelta(minutes=1), limit=limit)


class AbandonsTheLiving(MemoryVideoCare):
    async def abandoned(self, before: datetime, *, limit: int) -> Sequence[VideoId]:
        return await super().abandoned(before + timedelta(minutes=9), limit=limit)


class SweepsWhatIsBeingMade(MemoryVideoCare):
    def _kept(self, video: Video) -> KeptFiles:
        return replace(super()._kept(video), generations=frozenset({video.generation} if video.generation else ()))


class KnowsOneJobPerVideo(MemoryVideoCare):
    """The one that the video names."""

    def _kept(self, video: Video) -> KeptFiles:
        files = super()._kept(video)
        mine = {name for name in files.generations if name.startswith(f"{video.job_id}-")}
        return replace(files, generations=frozenset(mine | ({video.generation} if video.generation else set())))


class ServesOnlyThePublished(MemoryVideoCare):
    def _in_service(self) -> Sequence[VideoId]:
        return [video.id for video in self._db.tables.videos.group("status", VideoStatus.PUBLISHED)]


class ComesByTheLastAgain(MemoryVideoCare):
    async def in_service(self, *, after: VideoId | None, limit: int) -> Sequence[VideoId]:
        return [*([after] if after else []), *await super().in_service(after=after, limit=limit)][:limit]


class SweepsCaptionsAndImages(MemoryVideoCare):
    def _kept(self, video: Video) -> KeptFiles:
        return super()._kept(replace(video, captions=(), thumbnail=None))


class SweepsWhatWasAdded(MemoryVideoCare):
    def _kept(self, video: Video) -> KeptFiles:
        return replace(super()._kept(video), side_keys=frozenset())


class SweepsUploads(MemoryVideoCare):
    def _kept(self, video: Video) -> KeptFiles:
        return replace(super()._kept(video), upload_key=None)


class SweepsTheDeletedAtOnce(MemoryVideoCare):
    async def kept_files(self, video_ids: Sequence[VideoId], now: datetime) -> Sequence[KeptFiles]:
        return await super().kept_files(video_ids, now + timedelta(days=30))


class KeepsTheDeletedForEver(MemoryVideoCare):
    async def kept_files(self, video_ids: Sequence[VideoId], now: datetime) -> Sequence[KeptFiles]:
        return await super().kept_files(video_ids, now - timedelta(days=30))


REPOSITORY_FAULTS = [
    Parts(unit_of_work=uow)
    for uow in (
        FailuresAreForgotten,
        CaptionsAreForgotten,
        ThumbnailsNeverGo,
        TransfersAreForgotten,
        FrameRatesAreRounded,
        VideosWithoutVersion,
        AddOverwrites,
        ShortsCountAsVideos,
        GrantsAreAlwaysNew,
    )
]


class ForgetsUploadsInParts(MemoryVideoCare):
    async def open_multiparts(self) -> frozenset[str]:
        return frozenset()


class KeepsEndedUploads(MemoryVideoCare):
    async def open_multiparts(self) -> frozenset[str]:
        uploads = [video.upload for video in self._db.tables.videos.rows.values()]
        return frozenset(upload.multipart_id for upload in uploads if upload and upload.multipart_id)


CARE_FAULTS = [
    Parts(video_care=care)
    for care in (
        ForgetsUploadsInParts,
        KeepsEndedUploads,
        DueInAnyOrder,
        DueTooEarly,
        AbandonsTheLiving,
        SweepsWhatIsBeingMade,
        KnowsOneJobPerVideo,
        ServesOnlyThePublished,
        ComesByTheLastAgain,
        SweepsUploads,
        SweepsWhatWasAdded,
        SweepsCaptionsAndImages,
        SweepsTheDeletedAtOnce,
        KeepsTheDeletedForEver,
        DueWhoeverTookItBack,
    )
] + [Parts(unit_of_work=SchedulesAreNeverMoved)]
