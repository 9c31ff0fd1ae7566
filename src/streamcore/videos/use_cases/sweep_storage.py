from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from streamcore.shared.clock import Clock
from streamcore.shared.ids import VideoId
from streamcore.shared.objects import ObjectInfo, ObjectStore
from streamcore.videos.ports import KeptFiles, VideoCare

GRACE = timedelta(hours=24)
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep has found that belongs to nothing; ``bytes`` is their size."""

    objects: int
    bytes: int
    unfinished: int


@dataclass(frozen=True, slots=True)
class SweepStorage:
    """Remove every object that no video needs: sources nobody confirmed, generations that were never switched in or
    were replaced, and the files of videos whose legal hold is over.

    Safe beside uploads and workers: objects are listed first and the videos read afterwards, so whatever was made by a
    finished job is already known as kept and whatever a running job makes is kept under its lease. ``grace`` protects
    objects of uploads that are complete but not yet accepted.
    """

    store: ObjectStore
    care: VideoCare
    clock: Clock

    async def __call__(self, *, grace: timedelta = GRACE, dry_run: bool = False) -> Swept:
        before = self.clock.now() - grace
        objects = size = 0
        for prefix in ("uploads/", "videos/"):
            async for orphans in self._orphans(prefix, before):
                objects += len(orphans)
                size += sum(info.size for info in orphans)
                if not dry_run:
                    await self.store.delete(*[info.key for info in orphans])
        unfinished = 0 if dry_run else await self.store.sweep_unfinished(before=before)
        return Swept(objects, size, unfinished)

    async def _orphans(self, prefix: str, before: datetime) -> AsyncIterator[Sequence[ObjectInfo]]:
        batch: list[ObjectInfo] = []
        async for info in self.store.list(prefix):
            if info.modified_at <= before:
                batch.append(info)
            if len(batch) >= _BATCH:
                yield await self._unneeded(batch)
                batch = []
        if batch:
            yield await self._unneeded(batch)

    async def _unneeded(self, batch: Sequence[ObjectInfo]) -> Sequence[ObjectInfo]:
        owners = sorted({_video_of(info.key) for info in batch})
        kept = {files.video_id: files for files in await self.care.kept_files(owners, self.clock.now())}
        return [info for info in batch if not _needed(info.key, kept.get(_video_of(info.key)))]


def _video_of(key: str) -> VideoId:
    return VideoId(key.split("/")[1])


def _needed(key: str, kept: KeptFiles | None) -> bool:
    if kept is None:
        return False
    if key.startswith("uploads/"):
        return key in (kept.source_key, kept.upload_key)
    return key.split("/")[2] in kept.generations
