"""The aggregate and its lifecycle.

uploading ─▶ processing ─▶ ready ◀─▶ scheduled ─▶ published        failed, deleted: from any
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypedDict

from streamcore.shared.access import Actor, Permission
from streamcore.shared.errors import Conflict, Detail, Forbidden, Invalid, NotFound
from streamcore.shared.events import Event
from streamcore.shared.ids import ChannelId, JobId, UserId, VideoId
from streamcore.shared.visibility import Visibility
from streamcore.videos.events import (
    UploadAccepted,
    VideoChanged,
    VideoDeleted,
    VideoFailed,
    VideoProcessed,
    VideoPublished,
)
from streamcore.videos.models.captions import MOST_LANGUAGES, Caption, with_caption
from streamcore.videos.models.details import VideoChanges, VideoDetails, VideoType
from streamcore.videos.models.images import Thumbnail
from streamcore.videos.models.media import Media
from streamcore.videos.models.status import Failure, VideoStatus
from streamcore.videos.models.upload import PendingUpload, Source

LEGAL_HOLD = timedelta(days=30)


class _Names(TypedDict):
    video_id: VideoId
    channel_id: ChannelId
    owner_id: UserId
    listed: bool


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
    captions: tuple[Caption, ...] = ()
    thumbnail: Thumbnail | None = None
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
        details: VideoDetails | None = None,
    ) -> "Video":
        """A video of which nothing is known yet but that its source is on its way, and perhaps what it will be."""
        return cls(
            id=id,
            channel_id=channel_id,
            owner_id=owner_id,
            status=VideoStatus.UPLOADING,
            details=details,
            created_at=at,
            upload=upload,
        )

    def require_owner(self, actor: Actor) -> None:
        """`Forbidden` for everybody else; whether they may know of it is for `Conceal` to judge. `NotFound` once it is
        deleted."""
        if self.status is VideoStatus.DELETED:
            raise NotFound
        if actor.require_user() != self.owner_id:
            raise Forbidden

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
    def in_service(self) -> bool:
        """Whether its files may be in use."""
        return self.status in (VideoStatus.READY, VideoStatus.SCHEDULED, VideoStatus.PUBLISHED)

    @property
    def stored_bytes(self) -> int:
        """What counts against its owner's quota: its source, or what an upload has reserved for it."""
        if self.source is not None:
            return self.source.size
        return self.upload.reserved if self.upload is not None else 0

    def accept_source(
        self, source: Source, details: VideoDetails, *, job_id: JobId, at: datetime
    ) -> tuple["Video", Sequence[Event]]:
        """The source is complete: process it. `Conflict` unless an upload is open."""
        if self.status is not VideoStatus.UPLOADING:
            raise Conflict(f"The video is {self.status}, so no upload can be confirmed.")
        video = replace(self, status=VideoStatus.PROCESSING, details=details, source=source, upload=None, job_id=job_id)
        return video, (UploadAccepted(at=at, **video._names()),)

    def finish_processing(self, media: Media, generation: str, *, at: datetime) -> tuple["Video", Sequence[Event]]:
        """Switch a generation in. A deleted video stays deleted and takes none; a first quality never takes the place
        of what can be played already, and mends no failure: one of the jobs that make the others may have died."""
        if self.status is VideoStatus.DELETED or (self.media is not None and not media.complete):
            return self, ()
        failure = None if media.complete else self.failure
        video = replace(self, media=media, generation=generation, failure=failure)
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
                return replace(self, details=self._details().to_publish())._publish_when_due(at)
            case VideoStatus.UPLOADING | VideoStatus.PROCESSING:
                return replace(self, details=self._details().to_publish()), ()
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
        """Edit the details, and the schedule with them. `Conflict` while nothing has been said about the video yet."""
        self.require_owner(by)
        video = replace(self, details=changes.apply(self._details()))
        if changes.reschedules:
            video = video._reschedule(changes.publish_at, now=at)
        if video == self:
            return self, ()
        names = video._names() | {"listed": self.listed or video.listed}
        return video, (VideoChanged(at=at, **names),)

    def _reschedule(self, publish_at: datetime | None, *, now: datetime) -> "Video":
        """To be published at another time, or (None) not before its owner asks.

        `Invalid` for a time that has come, `Conflict` where it is published already; what is said already is no change.
        """
        details = self._details()
        if publish_at == details.publish_at and (details.publish or publish_at is None):
            return self
        if publish_at is not None and publish_at <= now:
            raise Invalid.field("publish_at", "Give a time that lies ahead.", "datetime_future")
        if self.status is VideoStatus.PUBLISHED:
            published = Detail("publish_at", "A published video has no schedule.", "video_published")
            raise Conflict("The video is published already.", details=[published])
        status = self.status
        if status in (VideoStatus.READY, VideoStatus.SCHEDULED):
            status = VideoStatus.SCHEDULED if publish_at else VideoStatus.READY
        told = details.to_publish(publish_at) if publish_at else details.to_keep_back()
        return replace(self, status=status, details=told)

    def put_caption(self, caption: Caption, *, by: Actor, at: datetime) -> tuple["Video", Sequence[Event]]:
        """Add the captions of a language, or replace them. `Conflict` for more languages than a video may have."""
        self.require_owner(by)
        video = replace(self, captions=with_caption(self.captions, caption))
        if len(video.captions) > MOST_LANGUAGES:
            raise Conflict(f"A video may have captions in {MOST_LANGUAGES} languages.")
        return video, (VideoChanged(at=at, **self._names()),)

    def delete_caption(self, lang: str, *, by: Actor, at: datetime) -> tuple["Video", Sequence[Event]]:
        """`NotFound` where there are none in this language."""
        self.require_owner(by)
        kept = tuple(caption for caption in self.captions if caption.lang != lang)
        if kept == self.captions:
            raise NotFound
        return replace(self, captions=kept), (VideoChanged(at=at, **self._names()),)

    def choose_thumbnail(
        self, thumbnail: Thumbnail | None, *, by: Actor, at: datetime
    ) -> tuple["Video", Sequence[Event]]:
        """Show one of the stills, an image of the owner's own, or (None) the best still again.

        `Conflict` while there are no stills, `Invalid` for a number that none of them has.
        """
        self.require_owner(by)
        if thumbnail is not None and thumbnail.still is not None:
            if self.media is None or not self.media.stills:
                raise Conflict("The video has no thumbnails to choose from yet.")
            if thumbnail.still >= len(self.media.stills):
                last = len(self.media.stills) - 1
                raise Invalid.field("index", f"The thumbnails are numbered from 0 to {last}.", "less_than_equal")
        if thumbnail == self.thumbnail:
            return self, ()
        return replace(self, thumbnail=thumbnail), (VideoChanged(at=at, **self._names()),)

    def fail(self, failure: Failure, *, at: datetime) -> tuple["Video", Sequence[Event]]:
        """Processing or uploading has ended badly. A video in service keeps its generation, and its status; where that
        is not complete, or was to be made anew, the failure says why there is no better one."""
        if self.in_service and self.media:
            events = () if self.media.complete else (VideoFailed(at=at, code=failure.code, **self._names()),)
            return replace(self, failure=failure), events
        if self.status not in (VideoStatus.UPLOADING, VideoStatus.PROCESSING):
            return self, ()
        video = replace(self, status=VideoStatus.FAILED, failure=failure, upload=None)
        return video, (VideoFailed(at=at, code=failure.code, **self._names()),)

    def retry(self, *, by: Actor, job_id: JobId, at: datetime) -> tuple["Video", Sequence[Event]]:
        """Process a failed video again from its kept source; `Conflict` where there is none. One that can be played
        stays in service meanwhile."""
        self.require_owner(by)
        if self.failure is None or self.source is None:
            raise Conflict("Only a failed video whose source was received can be processed again.")
        status = self.status if self.in_service else VideoStatus.PROCESSING
        video = replace(self, status=status, failure=None, job_id=job_id)
        return video, (UploadAccepted(at=at, **video._names()),)

    def process_again(self, *, job_id: JobId) -> "Video":
        """Another job does what the last one could not."""
        return replace(self, job_id=job_id)

    def reprocess(self, *, job_id: JobId) -> "Video":
        """Make a new generation of a video that stays in service meanwhile; `Conflict` for another, or without a
        source. Who may ask is for the caller to say."""
        if not self.in_service or self.source is None:
            raise Conflict(f"The video is {self.status}, or its file was not kept, so it cannot be made anew.")
        return replace(self, job_id=job_id, failure=None)

    def amend(self, media: Media, generation: str, *, at: datetime) -> tuple["Video", Sequence[Event]]:
        """Say more of the generation in service; nothing where another has taken its place."""
        if generation != self.generation or not self.in_service or media == self.media:
            return self, ()
        return replace(self, media=media), (VideoProcessed(at=at, generation=generation, **self._names()),)

    def delete(self, *, by: Actor, at: datetime) -> tuple["Video", Sequence[Event]]:
        """Hide it from everybody; its files are kept for the legal hold (VID-11)."""
        user = by.require_user()
        if self.status is VideoStatus.DELETED:
            raise NotFound
        allowed = Permission.DELETE_OWN_VIDEOS if user == self.owner_id else Permission.DELETE_ANY_VIDEO
        if not by.may(allowed):
            raise Forbidden
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
