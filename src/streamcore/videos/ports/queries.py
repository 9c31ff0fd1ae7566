"""Reads of videos outside of units of work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from streamcore.shared.access import Actor
from streamcore.shared.ids import UserId, VideoId
from streamcore.shared.pages import Page, Position
from streamcore.shared.visibility import Condition, VideoFacts
from streamcore.videos.models.media import ADDED_FOLDER
from streamcore.videos.views import CaptionsView, VideoList, VideoStatusView, VideoView


class VideoQueries(Protocol):
    """Reads outside of units of work."""

    async def newest(
        self, which: VideoList, visible: Condition, *, after: Position | None, limit: int
    ) -> Page[VideoView]:
        """Videos that fulfil ``visible``, by (published_at, id) descending, strictly after a position."""
        ...

    async def of_owner(self, owner_id: UserId, *, after: Position | None, limit: int) -> Page[VideoView]:
        """All videos of a user that are not deleted, by (created_at, id) descending, whatever their status."""
        ...

    async def view(self, video_id: VideoId, visible: Condition, actor: Actor) -> VideoView:
        """`NotFound` if there is none that fulfils ``visible``."""
        ...

    async def facts(self, video_id: VideoId, actor: Actor) -> VideoFacts:
        """What the visibility policy looks at; `NotFound` if there is no such video."""
        ...

    async def captions(self, video_id: VideoId) -> CaptionsView:
        """`NotFound` if there is no such video, or none of it can be played yet."""
        ...

    async def status(self, video_id: VideoId) -> VideoStatusView:
        """With the progress of the job that works on it; `NotFound` if there is none."""
        ...


@dataclass(frozen=True, slots=True)
class KeptFiles:
    """What storage must keep of a video: its source, its captions and own image, one finished generation, and the
    generation being made. ``generations`` are names of folders below the video's prefix;
    ``master_key`` is the master playlist of the finished one, ``side_keys`` is all that its media names beside the
    stream."""

    video_id: VideoId
    source_key: str | None
    upload_key: str | None
    generations: frozenset[str]
    master_key: str | None
    side_keys: frozenset[str]

    @property
    def added_prefix(self) -> str | None:
        """What was made for the finished generation later lies under this prefix."""
        return f"{self.master_key.rpartition('/')[0]}/{ADDED_FOLDER}-" if self.master_key else None


class VideoCare(Protocol):
    """What the scheduler asks."""

    async def due_to_publish(self, now: datetime, *, limit: int) -> Sequence[VideoId]:
        """Scheduled videos whose time has come, oldest first."""
        ...

    async def abandoned(self, before: datetime, *, limit: int) -> Sequence[VideoId]:
        """Videos still uploading whose upload expired before a time."""
        ...

    async def open_multiparts(self) -> frozenset[str]:
        """The store's ids of all uploads in parts that may still go on."""
        ...

    async def in_service(self, *, after: VideoId | None, limit: int) -> Sequence[VideoId]:
        """Videos whose files may be in use (see `Video.in_service`) and have been made, by id, strictly after one."""
        ...

    async def count_in_service(self) -> int:
        """How many those are."""
        ...

    async def kept_files(self, video_ids: Sequence[VideoId], now: datetime) -> Sequence[KeptFiles]:
        """For each id that exists and is not due to be purged (see `Video.purge_due`); ``generations`` holds that of
        the video, those that its chunked runs have made, and, for each running job on it, the one of its current lease
        (see `generation_of`). A job is on a video whose ``job_id`` it is, and a processing job (see `PROCESSING_JOBS`)
        on the one that its payload names."""
        ...


def generation_of(job_id: str, token: int) -> str:
    """The name of what one lease of a processing job makes; no other lease ever writes there."""
    return f"{job_id}-{token}"
