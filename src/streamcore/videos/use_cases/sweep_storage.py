from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from streamcore.shared.clock import Clock
from streamcore.shared.errors import NotFound
from streamcore.shared.ids import VideoId
from streamcore.shared.objects import ObjectInfo, ObjectStore
from streamcore.videos.models.captions import CAPTIONS_FOLDER
from streamcore.videos.models.images import IMAGE_FOLDER
from streamcore.videos.models.leftovers import Leftover, LeftoverKind, LeftoverReason
from streamcore.videos.ports import KeptFiles, VideoCare

GRACE = timedelta(hours=24)
_BATCH = 500

Show = Callable[[Leftover], None]


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep has found that belongs to nothing: objects, their size, and how many of each kind; ``unfinished``
    counts uploads in parts and temporary files."""

    objects: int
    bytes: int
    unfinished: int
    kinds: Mapping[LeftoverKind, int]


@dataclass(frozen=True, slots=True)
class SweepStorage:
    """Remove every object that no video needs: sources nobody confirmed, generations that were never switched in or
    were replaced, what was made for a generation later and is not named any more or never was, and the files of videos
    whose legal hold is over.

    Safe beside uploads and workers: objects are listed first and the videos read afterwards, so whatever was made by a
    finished job is already known as kept and whatever a running job makes is kept under its lease. ``grace`` protects
    objects of uploads that are complete but not yet accepted, and a generation that was replaced until the one in
    service is as old: somebody may still be watching it. What was made for a generation later goes after a day at the
    earliest, and not while any of it is younger: no lease tells which of it a running backfill is about to name. With
    ``dry_run`` nothing is removed.
    """

    store: ObjectStore
    care: VideoCare
    clock: Clock

    async def __call__(self, *, grace: timedelta = GRACE, dry_run: bool = False, show: Show | None = None) -> Swept:
        before = self.clock.now() - grace
        size, kinds = 0, Counter[LeftoverKind]()
        for prefix in ("uploads/", "videos/"):
            async for leftovers in self._leftovers(prefix, before):
                size += sum(leftover.object.size for leftover in leftovers)
                kinds.update(leftover.kind for leftover in leftovers)
                if show is not None:
                    for leftover in leftovers:
                        show(leftover)
                if not dry_run:
                    await self.store.delete(*[leftover.object.key for leftover in leftovers])
        kept = await self.care.open_multiparts()
        unfinished = await self.store.sweep_unfinished(before=before, kept=kept, dry_run=dry_run)
        return Swept(kinds.total(), size, unfinished, kinds)

    async def _leftovers(self, prefix: str, before: datetime) -> AsyncIterator[Sequence[Leftover]]:
        batch: list[ObjectInfo] = []
        async for info in self.store.list(prefix):
            if info.modified_at <= before:
                batch.append(info)
            if len(batch) >= _BATCH:
                yield await self._unneeded(batch, before)
                batch = []
        if batch:
            yield await self._unneeded(batch, before)

    async def _unneeded(self, batch: Sequence[ObjectInfo], before: datetime) -> Sequence[Leftover]:
        owners = sorted({_video_of(info.key) for info in batch})
        kept = {files.video_id: files for files in await self.care.kept_files(owners, self.clock.now())}
        found = [leftover for info in batch if (leftover := _leftover(info, kept.get(_video_of(info.key)))) is not None]
        replaced = {_video_of(one.object.key) for one in found if one.reason is LeftoverReason.NOT_IN_SERVICE}
        spared = {video_id for video_id in sorted(replaced) if await self._is_new(kept[video_id], before)}
        found = [one for one in found if _video_of(one.object.key) not in spared]
        unnamed = {prefix for one in found if (prefix := _added_prefix(one.object.key, kept))}
        a_day_ago = min(before, self.clock.now() - GRACE)
        growing = {prefix for prefix in sorted(unnamed) if await self._has_grown(prefix, a_day_ago)}
        return [one for one in found if _added_prefix(one.object.key, kept) not in growing]

    async def _is_new(self, kept: KeptFiles, before: datetime) -> bool:
        """Whether what is in service may have taken another's place within the grace: its master is stored last."""
        if kept.master_key is None:
            return False
        try:
            return (await self.store.head(kept.master_key)).modified_at > before
        except NotFound:  # something is wrong with what is in service: touch nothing of this video
            return True

    async def _has_grown(self, prefix: str, before: datetime) -> bool:
        """Whether something came there since, as it is now and not when all was listed."""
        return any([info.modified_at > before async for info in self.store.list(prefix)])


def _video_of(key: str) -> VideoId:
    return VideoId(key.split("/")[1])


def _leftover(info: ObjectInfo, kept: KeptFiles | None) -> Leftover | None:
    """None for what is needed."""
    place, _, folder, *_ = f"{info.key}/".split("/")  # what somebody else has put there may lie in none
    if place == "uploads":
        kind, reason = LeftoverKind.SOURCE, LeftoverReason.NOT_ACCEPTED
        needed = kept is not None and _is_source(info.key, kept)
    else:
        chosen = folder.startswith((f"{CAPTIONS_FOLDER}-", f"{IMAGE_FOLDER}-"))
        kind = LeftoverKind.CHOSEN if chosen else LeftoverKind.GENERATION
        reason = LeftoverReason.NOT_IN_SERVICE
        needed = kept is not None and folder in kept.generations and not _is_unnamed(info.key, kept)
    if needed:
        return None
    return Leftover(info, kind, reason if kept is not None else LeftoverReason.NO_VIDEO)


def _is_unnamed(key: str, kept: KeptFiles) -> bool:
    """Whether it was made for the finished generation later, and its media does not name it."""
    prefix = kept.added_prefix
    return prefix is not None and key.startswith(prefix) and key not in kept.side_keys


def _added_prefix(key: str, kept: Mapping[VideoId, KeptFiles]) -> str | None:
    """Where it lies, if it was made for a finished generation later."""
    files = kept.get(_video_of(key))
    prefix = files.added_prefix if files else None
    return prefix if prefix and key.startswith(prefix) else None


def _is_source(key: str, kept: KeptFiles) -> bool:
    tail_of_upload = kept.upload_key is not None and key.startswith(f"{kept.upload_key}.")
    return key in (kept.source_key, kept.upload_key) or tail_of_upload
