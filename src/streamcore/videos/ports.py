"""What videos need from outside."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from streamcore.shared.access import Actor
from streamcore.shared.idempotency import IdempotencyEffects
from streamcore.shared.ids import ChannelId, UserId, VideoId
from streamcore.shared.pages import Page, Position
from streamcore.shared.unit_of_work import UnitOfWork
from streamcore.shared.visibility import Condition, VideoFacts
from streamcore.videos.models import Media, Video
from streamcore.videos.views import VideoList, VideoStatusView, VideoView


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


class VideosUnitOfWork(UnitOfWork, Protocol):
    @property
    def videos(self) -> Videos: ...

    @property
    def own_channels(self) -> OwnChannels: ...

    @property
    def published_counts(self) -> PublishedCounts: ...

    @property
    def video_grants(self) -> VideoGrants: ...

    @property
    def idempotency(self) -> IdempotencyEffects: ...


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

    async def status(self, video_id: VideoId) -> VideoStatusView:
        """With the progress of the job that works on it; `NotFound` if there is none."""
        ...


@dataclass(frozen=True, slots=True)
class KeptFiles:
    """What storage must keep of a video: its source and one finished generation, and the generation being made."""

    video_id: VideoId
    source_key: str | None
    upload_key: str | None
    generations: frozenset[str]


class VideoCare(Protocol):
    """What the scheduler asks."""

    async def due_to_publish(self, now: datetime, *, limit: int) -> Sequence[VideoId]:
        """Scheduled videos whose time has come, oldest first."""
        ...

    async def abandoned(self, before: datetime, *, limit: int) -> Sequence[VideoId]:
        """Videos still uploading whose upload expired before a time."""
        ...

    async def kept_files(self, video_ids: Sequence[VideoId], now: datetime) -> Sequence[KeptFiles]:
        """For each id that exists and is not due to be purged (see `Video.purge_due`); ``generations`` holds that of
        the video and, for each running job on it, the one of its current lease (see `generation_of`). A job is on a
        video whose ``job_id`` it is, and a processing job on the one that its payload names."""
        ...


def generation_of(job_id: str, token: int) -> str:
    """The name of what one lease of a processing job makes; no other lease ever writes there."""
    return f"{job_id}-{token}"


Progress = Callable[[float, str], Awaitable[None]]
"""Tell how far the work is: percent 0–100 and a stage word. Raises `LeaseLost` when the work is no longer wanted."""


class MediaProcessor(Protocol):
    async def process(self, source: str, target: str, *, progress: Progress) -> Media:
        """Make every rendition, playlist and image of the object ``source`` under the key prefix ``target``.

        The objects are all stored when it returns. `UnprocessableMedia` for what is no usable video; cancellation and
        errors leave no process and no local file behind, and perhaps objects under ``target``.
        """
        ...

    async def close(self) -> None: ...


class MediaLinks(Protocol):
    """Addresses under which a viewer fetches the files of a video."""

    def base(self, video_id: VideoId, generation: str, *, open_to_all: bool) -> str:
        """The URL prefix of a generation: names of its files are appended to it. Signed and expiring unless
        ``open_to_all``."""
        ...

    def opens(self, token: str, key: str) -> bool:
        """Whether ``token``, taken from a signed address, is genuine, unexpired, and made for ``key``'s generation."""
        ...
