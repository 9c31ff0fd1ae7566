"""Quotas that are counted wrongly in one way each; their suite must notice every one."""

from datetime import datetime

from adapters.memory.database import MemoryDatabase
from adapters.memory.transactions import Transaction
from adapters.memory.unit_of_work import MemoryUnitOfWork
from adapters.memory.videos import MemoryUploadQuotas
from adapters.testing.memory_stack import Parts
from streamcore.shared.ids import UserId
from streamcore.videos.models.status import VideoStatus


class _Unlocked(MemoryUploadQuotas):
    async def lock(self, owner_id: UserId) -> None:
        await self._db.step("upload_quotas.lock")


class NobodyWaitsForAQuota(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.upload_quotas = _Unlocked(db, transaction)


class _Committed(MemoryUploadQuotas):
    async def used(self, owner_id: UserId, now: datetime) -> int:
        videos = self._db.tables.videos.group("owner", owner_id)
        return sum(video.stored_bytes for video in videos if not video.purge_due(now))


class OnlyCommittedUploadsCount(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.upload_quotas = _Committed(db, transaction)


class _Forgetful(MemoryUploadQuotas):
    async def used(self, owner_id: UserId, now: datetime) -> int:
        videos = [video for _, video in self._transaction.scan(self._db.tables.videos)]
        return sum(
            video.stored_bytes
            for video in videos
            if video.owner_id == owner_id and video.status is not VideoStatus.DELETED
        )


class DeletedVideosAreForgotten(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.upload_quotas = _Forgetful(db, transaction)


class _Eternal(MemoryUploadQuotas):
    async def used(self, owner_id: UserId, now: datetime) -> int:
        videos = [video for _, video in self._transaction.scan(self._db.tables.videos)]
        return sum(video.stored_bytes for video in videos if video.owner_id == owner_id)


class DeletedVideosCountForEver(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.upload_quotas = _Eternal(db, transaction)


class _Shared(MemoryUploadQuotas):
    async def used(self, owner_id: UserId, now: datetime) -> int:
        videos = [video for _, video in self._transaction.scan(self._db.tables.videos)]
        return sum(video.stored_bytes for video in videos if not video.purge_due(now))


class EverybodySharesAQuota(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.upload_quotas = _Shared(db, transaction)


FAULTS = [
    Parts(unit_of_work=NobodyWaitsForAQuota),
    Parts(unit_of_work=OnlyCommittedUploadsCount),
    Parts(unit_of_work=DeletedVideosAreForgotten),
    Parts(unit_of_work=DeletedVideosCountForEver),
    Parts(unit_of_work=EverybodySharesAQuota),
]
