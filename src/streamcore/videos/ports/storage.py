"""What one unit of work on videos can read and write."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from streamcore.shared.idempotency import IdempotencyEffects
from streamcore.shared.ids import ChannelId, JobId, UserId, VideoId
from streamcore.shared.unit_of_work import UnitOfWork
from streamcore.videos.models.backfill import Backfill, BackfillId
from streamcore.videos.models.chunks import ChunkedRun
from streamcore.videos.models.fingerprints import Match
from streamcore.videos.models.video import Video
from streamcore.videos.views import DuplicateView


class Videos(Protocol):
    async def add(self, video: Video) -> None:
        """`Conflict` if the id is taken."""
        ...

    async def get(self, video_id: VideoId) -> Video:
        """`NotFound` if there is none; deleted ones are still there."""
        ...

    async def save(self, video: Video) -> None:
        """Write it as version + 1; `StaleVersion` unless storage has ``video.version``."""
        ...


class OwnChannels(Protocol):
    async def channel_of(self, owner_id: UserId) -> ChannelId | None:
        """The channel that a user uploads to."""
        ...


class PublishedCounts(Protocol):
    """The public counts of a channel, moved with what they count."""

    async def move(self, channel_id: ChannelId, video_type: str, delta: int) -> None: ...


class VideoGrants(Protocol):
    async def add(self, user_id: UserId, video_id: VideoId, at: datetime) -> bool:
        """Let one user see a private or followers-only video; False where they may already."""
        ...


class Duplicates(Protocol):
    """Which videos share picture or sound, as they were found."""

    async def replace(self, video_id: VideoId, found: Mapping[VideoId, Sequence[Match]], at: datetime) -> None:
        """What was found for this video now stands instead of what was found for it before; at most one match of each
        kind with each other video. What was found for others stays."""
        ...

    async def of(self, video_id: VideoId) -> Sequence[DuplicateView]:
        """What was found for this video, and for others with this one (turned around), the longest overlap first, then
        by the other's id and the kind; of a pair that was found from both sides what was found for this one.

        Everything that was found for this one, and of the others as many as make up `MOST_DUPLICATES`.
        """
        ...

    async def forget(self, video_id: VideoId) -> None:
        """Nothing was found for this video, nor for any other with this one."""
        ...


MOST_DUPLICATES = 100


class ChunkedRuns(Protocol):
    """Long sources in the making."""

    async def add(self, run: ChunkedRun) -> None:
        """`Conflict` if there is one of this id."""
        ...

    async def find(self, run_id: JobId) -> ChunkedRun | None: ...

    async def save(self, run: ChunkedRun) -> None:
        """Write it as version + 1; `StaleVersion` unless storage has ``run.version``."""
        ...

    async def remove(self, run_id: JobId) -> None:
        """It is over; nothing happens where there is none."""
        ...


class Backfills(Protocol):
    async def add(self, backfill: Backfill) -> None:
        """`Conflict` if the id is taken."""
        ...

    async def get(self, backfill_id: BackfillId) -> Backfill:
        """`NotFound` if there is none."""
        ...

    async def save(self, backfill: Backfill) -> None:
        """Write it as version + 1; `StaleVersion` unless storage has ``backfill.version``."""
        ...

    async def newest(self, *, limit: int) -> Sequence[Backfill]:
        """By (created_at, id) descending."""
        ...


class UploadQuotas(Protocol):
    """What a user's uploads take. Reserving: `lock`, look at `used`, add the video, all in one unit of work."""

    async def lock(self, owner_id: UserId) -> None:
        """Wait until no other transaction reserves for this user, and keep others waiting until this one ends."""
        ...

    async def used(self, owner_id: UserId, now: datetime) -> int:
        """The bytes of all kept sources and of all announced uploads (`Video.stored_bytes`). Those of
        deleted videos count until these are due to be purged."""
        ...


class VideosUnitOfWork(UnitOfWork, Protocol):
    @property
    def videos(self) -> Videos: ...

    @property
    def chunked_runs(self) -> ChunkedRuns: ...

    @property
    def backfills(self) -> Backfills: ...

    @property
    def own_channels(self) -> OwnChannels: ...

    @property
    def published_counts(self) -> PublishedCounts: ...

    @property
    def video_grants(self) -> VideoGrants: ...

    @property
    def duplicates(self) -> Duplicates: ...

    @property
    def upload_quotas(self) -> UploadQuotas: ...

    @property
    def idempotency(self) -> IdempotencyEffects: ...
