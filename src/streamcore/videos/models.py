"""Videos: facts, lifecycle, and how they are shown.

draft ─▶ uploading ─▶ processing ─▶ ready ─▶ scheduled ─▶ published        failed, deleted: from any
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, TypedDict

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from streamcore.shared.access import Actor, Permission
from streamcore.shared.errors import Conflict, Forbidden, NotFound
from streamcore.shared.events import Event
from streamcore.shared.ids import ChannelId, JobId, UserId, VideoId
from streamcore.shared.text import LINE, PROSE, Country, Tag
from streamcore.shared.visibility import Visibility
from streamcore.videos.events import (
    UploadAccepted,
    VideoChanged,
    VideoDeleted,
    VideoFailed,
    VideoProcessed,
    VideoPublished,
)

ABANDONED_AFTER = timedelta(days=1)
LEGAL_HOLD = timedelta(days=30)

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=200), LINE]
Description = Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000), PROSE]
Tags = Annotated[list[Tag], Field(max_length=10)]
Category = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=50), LINE]


def _in_utc(at: datetime) -> datetime:
    try:
        at = at.astimezone(UTC)
    except OverflowError:
        raise ValueError("This time is out of range.") from None
    if not 1970 <= at.year < 9000:
        raise ValueError("This time is out of range.")
    return at


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]


class VideoType(StrEnum):
    VIDEO = "video"
    SHORT = "short"


class VideoStatus(StrEnum):
    DRAFT = "draft"
    UPLOADING = "uploading"
    PROCESSING = "processing"
    READY = "ready"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    FAILED = "failed"
    DELETED = "deleted"


class VideoDetails(BaseModel):
    """What the uploader says about the video."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Title
    description: Description = ""
    type: VideoType = VideoType.VIDEO
    visibility: Visibility = Visibility.PUBLIC
    tags: Tags = []
    category: Category | None = None
    country: Country | None = None
    is_adult: bool = False
    is_free: bool = True
    publish: bool = True
    publish_at: Moment | None = None


class VideoChanges(BaseModel):
    """What a PATCH may change; fields that are not given stay as they are."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Title | None = None
    description: Description | None = None
    visibility: Visibility | None = None
    tags: Tags | None = None
    category: Category | None = None
    country: Country | None = None
    is_adult: bool | None = None
    is_free: bool | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """The uploaded file: where it lies, ``size`` in bytes, SHA-256 in hex where it is known."""

    key: str
    size: int
    content_type: str
    filename: str
    checksum_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class PendingUpload:
    """A source that somebody may still be sending until ``expires_at``, as announced.

    ``key`` is where a presigned upload will lie; one that comes through the API chooses a key for each attempt.
    """

    filename: str
    content_type: str
    expires_at: datetime
    key: str | None = None
    size: int | None = None
    checksum_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Rendition:
    """One rung of the ladder. ``bitrate_bps`` is the peak and ``average_bps`` the mean of audio and video together
    (the BANDWIDTH and AVERAGE-BANDWIDTH of RFC 8216, section 4.3.4.2); ``codecs`` as in RFC 6381."""

    name: str
    width: int
    height: int
    frame_rate: float
    bitrate_bps: int
    average_bps: int
    codecs: str
    playlist: str


@dataclass(frozen=True, slots=True)
class Media:
    """What processing has made: the picture as shown (after rotation), and file names below the generation's prefix."""

    duration_seconds: float
    width: int
    height: int
    frame_rate: float
    has_audio: bool
    renditions: tuple[Rendition, ...]
    master: str
    poster: str


@dataclass(frozen=True, slots=True)
class Failure:
    """Why it failed: a stable UPPER_SNAKE code and a sentence that its owner understands."""

    code: str
    message: str


class _Names(TypedDict):
    video_id: VideoId
    channel_id: ChannelId
    owner_id: UserId
    listed: bool


def source_key(video_id: VideoId, upload: str) -> str:
    return f"uploads/{video_id}/{upload}"


def media_prefix(video_id: VideoId, generation: str) -> str:
    """Everything that one run of processing has made lies under this prefix."""
    return f"videos/{video_id}/{generation}/"


@dataclass(frozen=True, slots=True)
class Video:
    """The aggregate. Each transition returns the changed video and what has happened; ``version`` is the lock."""

    id: VideoId
    channel_id: ChannelId
    owner_id: UserId
    status: VideoStatus
    details: VideoDetails | None
    created_at: datetime
    upload: PendingUpload | None = None
    source: Source | None = None
    job_id: JobId | None = None
    media: Media | None = None
    generation: str | None = None
    failure: Failure | None = None
    held: bool = False
    published_at: datetime | None = None
    deleted_at: datetime | None = None
    version: int = 0

    @classmethod
    def begin_upload(
        cls,
        upload: PendingUpload,
        *,
        id: VideoId,
        channel_id: ChannelId,
        owner_id: UserId,
        at: datetime,
    ) -> "Video":
        """A video of which nothing is known yet but that its source is on its way."""
        return cls(
            id=id,
            channel_id=channel_id,
            owner_id=owner_id,
            status=VideoStatus.UPLOADING,
            details=None,
            created_at=at,
            upload=upload,
        )

    def require_owner(self, actor: Actor) -> None:
        """`NotFound` for everybody who may not even know of an unfinished video, `Forbidden` for other strangers."""
        if self.status is VideoStatus.DELETED:
            raise NotFound
        if actor.require_user() != self.owner_id:
            raise Forbidden if self.public_now else NotFound

    @property
    def listed(self) -> bool:
        """Whether public lists show it and its channel's public counts include it."""
        return (
            self.status is VideoStatus.PUBLISHED
            and not self.held
            and self.details is not None
            and self.details.visibility is Visibility.PUBLIC
        )

    @property
    def public_now(self) -> bool:
        return (
            self.status is VideoStatus.PUBLISHED
            and not self.held
            and self.details is not None
            and not self.details.is_adult
            and self.details.visibility in (Visibility.PUBLIC, Visibility.UNLISTED)
        )

    def accept_source(
        self, source: Source, details: VideoDetails, *, job_id: JobId, at: datetime
    ) -> tuple["Video", Sequence[Event]]:
        """The source is complete: process it. `Conflict` unless an upload is open."""
        if self.status is not VideoStatus.UPLOADING:
            raise Conflict(f"The video is {self.status}, so no upload can be confirmed.")
        video = replace(self, status=VideoStatus.PROCESSING, details=details, source=source, upload=None, job_id=job_id)
        return video, (UploadAccepted(at=at, **video._names()),)

    def finish_processing(self, media: Media, generation: str, *, at: datetime) -> tuple["Video", Sequence[Event]]:
        """Switch a finished generation in. A deleted video stays deleted and takes none."""
        if self.status is VideoStatus.DELETED:
            return self, ()
        video = replace(self, media=media, generation=generation, failure=None)
        events: list[Event] = [VideoProcessed(at=at, generation=generation, **self._names())]
        if self.status in (VideoStatus.PROCESSING, VideoStatus.FAILED):  # failed: an operator replayed its dead job
            video = replace(video, status=VideoStatus.READY)
            if self._details().publish:
                video, more = video._publish_when_due(at)
                events += more
        return video, events

    def publish(self, *, by: Actor, at: datetime) -> tuple["Video", Sequence[Event]]:
        """Make a ready video visible, or ask for it to become so as soon as it is ready. Idempotent."""
        self.require_owner(by)
        match self.status:
            case VideoStatus.PUBLISHED:
                return self, ()
            case VideoStatus.READY | VideoStatus.SCHEDULED:
                details = self._details().model_copy(update={"publish": True, "publish_at": None})
                return replace(self, details=details)._publish_when_due(at)
            case VideoStatus.PROCESSING:
                details = self._details().model_copy(update={"publish": True, "publish_at": None})
                return replace(self, details=details), ()
            case _:
                raise Conflict(f"The video is {self.status}, so it cannot be published.")

    def publish_due(self, at: datetime) -> tuple["Video", Sequence[Event]]:
        """Publish a scheduled video whose time has come; otherwise nothing."""
        if self.status is not VideoStatus.SCHEDULED:
            return self, ()
        return self._publish_when_due(at)

    def _publish_when_due(self, at: datetime) -> tuple["Video", Sequence[Event]]:
        details = self._details()
        if details.publish_at and details.publish_at > at:
            return replace(self, status=VideoStatus.SCHEDULED), ()
        video = replace(self, status=VideoStatus.PUBLISHED, published_at=self.published_at or at)
        event = VideoPublished(
            at=at,
            visibility=details.visibility,
            type=details.type,
            tags=tuple(details.tags),
            **video._names(),
        )
        return video, (event,)

    def change(self, changes: VideoChanges, *, by: Actor, at: datetime) -> tuple["Video", Sequence[Event]]:
        """Edit the details. `Conflict` while nothing has been said about the video yet."""
        self.require_owner(by)
        if self.details is None:
            raise Conflict("The upload has to be confirmed first.")
        given = {name: getattr(changes, name) for name in changes.model_fields_set}
        never_null = {"title", "description", "visibility", "tags", "is_adult", "is_free"}
        update = {name: value for name, value in given.items() if value is not None or name not in never_null}
        details = self.details.model_copy(update=update)
        if details == self.details:
            return self, ()
        video = replace(self, details=details)
        names = video._names() | {"listed": self.listed or video.listed}
        return video, (VideoChanged(at=at, **names),)

    def fail(self, failure: Failure, *, at: datetime) -> tuple["Video", Sequence[Event]]:
        """Processing or uploading has ended badly. A video in service keeps its published generation."""
        if self.status not in (VideoStatus.UPLOADING, VideoStatus.PROCESSING):
            return self, ()
        video = replace(self, status=VideoStatus.FAILED, failure=failure, upload=None)
        return video, (VideoFailed(at=at, code=failure.code, **self._names()),)

    def retry(self, *, by: Actor, job_id: JobId, at: datetime) -> tuple["Video", Sequence[Event]]:
        """Process a failed video again from its kept source; `Conflict` where there is none."""
        self.require_owner(by)
        if self.status is not VideoStatus.FAILED or self.source is None:
            raise Conflict("Only a failed video whose source was received can be processed again.")
        video = replace(self, status=VideoStatus.PROCESSING, failure=None, job_id=job_id)
        return video, (UploadAccepted(at=at, **video._names()),)

    def delete(self, *, by: Actor, at: datetime) -> tuple["Video", Sequence[Event]]:
        """Hide it from everybody; its files are kept for the legal hold (VID-11)."""
        user = by.require_user()
        if self.status is VideoStatus.DELETED:
            raise NotFound
        allowed = Permission.DELETE_OWN_VIDEOS if user == self.owner_id else Permission.DELETE_ANY_VIDEO
        if not by.may(allowed):
            raise Forbidden if self.public_now or user == self.owner_id else NotFound
        video = replace(self, status=VideoStatus.DELETED, deleted_at=at, upload=None)
        event = VideoDeleted(
            at=at,
            published=self.status is VideoStatus.PUBLISHED,
            type=self.details.type if self.details else VideoType.VIDEO,
            **self._names(),
        )
        return video, (event,)

    def purge_due(self, now: datetime) -> bool:
        """Whether its files may go for good."""
        return self.deleted_at is not None and self.deleted_at + LEGAL_HOLD <= now

    def _details(self) -> VideoDetails:
        if self.details is None:
            raise Conflict("The upload has to be confirmed first.")
        return self.details

    def _names(self) -> _Names:
        return {
            "video_id": self.id,
            "channel_id": self.channel_id,
            "owner_id": self.owner_id,
            "listed": self.listed,
        }
