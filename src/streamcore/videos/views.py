"""How videos are shown: flat read models, filled straight from rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from streamcore.shared.ids import ChannelId, JobId, UserId, VideoId
from streamcore.shared.jobs import JobState
from streamcore.shared.visibility import VideoFacts, Visibility
from streamcore.videos.models.captions import Caption
from streamcore.videos.models.chunks import ChunkedRun
from streamcore.videos.models.details import VideoType
from streamcore.videos.models.fingerprints import Match
from streamcore.videos.models.images import Thumbnail
from streamcore.videos.models.media import PREVIEW_STAGE, Media
from streamcore.videos.models.status import Failure, VideoStatus


@dataclass(frozen=True, slots=True)
class ChannelBrief:
    id: ChannelId
    handle: str
    name: str
    avatar_url: str | None
    is_following: bool = False


@dataclass(frozen=True, slots=True)
class VideoView:
    """One video for one viewer. ``media`` and ``generation`` are there once it can be played."""

    id: VideoId
    channel: ChannelBrief
    owner_id: UserId
    title: str
    description: str
    type: VideoType
    visibility: Visibility
    status: VideoStatus
    tags: Sequence[str]
    category: str | None
    country: str | None
    is_adult: bool
    is_free: bool
    held: bool
    owner_banned: bool
    media: Media | None
    generation: str | None
    view_count: int
    like_count: int
    dislike_count: int
    comment_count: int
    share_count: int
    publish_at: datetime | None
    published_at: datetime | None
    created_at: datetime
    is_liked: bool = False
    is_disliked: bool = False
    captions: Sequence[Caption] = ()
    thumbnail: Thumbnail | None = None

    @property
    def facts(self) -> VideoFacts:
        """What the visibility policy looks at, without the viewer's own relation to the video."""
        return VideoFacts(
            published=self.status is VideoStatus.PUBLISHED,
            deleted=self.status is VideoStatus.DELETED,
            visibility=self.visibility,
            held=self.held,
            adult=self.is_adult,
            owner_id=self.owner_id,
            owner_banned=self.owner_banned,
            published_at=self.published_at,
        )


@dataclass(frozen=True, slots=True)
class CaptionsView:
    """What a player has to know of a video's captions; ``seconds`` is how long the video is."""

    captions: Sequence[Caption]
    seconds: float


@dataclass(frozen=True, slots=True)
class DuplicateView:
    """Another video that shares picture or sound with one; the offset tells how much later it comes there."""

    video_id: VideoId
    match: Match
    found_at: datetime


@dataclass(frozen=True, slots=True)
class VideoStatusView:
    """How far a video is; ``progress`` is 0–100, below that for a video in service whose better qualities are missing.

    ``failure`` and ``preview`` (the generation in which a growing playlist can be watched) are only for its owner and
    moderators.
    """

    video_id: VideoId
    status: VideoStatus
    progress: float
    stage: str
    failure: Failure | None
    preview: str | None = None


@dataclass(frozen=True, slots=True)
class JobProgress:
    """The work on a video: percent of the whole, and where its job is; ``generation`` is of its current lease."""

    state: JobState
    percent: float
    stage: str
    generation: str


def progress_of_run(run: ChunkedRun, job: JobProgress, of_jobs: Mapping[JobId, float]) -> JobProgress:
    """That of the job which has cut a source, together with those of all others that work on it."""
    percent = run.progress(of_jobs)
    if job.state is not JobState.DONE:
        return replace(job, percent=percent)
    return replace(job, percent=percent, state=JobState.RUNNING, stage="joining" if run.join_id else "transcoding")


_UNFINISHED = 99.0  # percent at most of what is in service and not complete


def status_view(
    video_id: VideoId, status: VideoStatus, media: Media | None, failure: Failure | None, job: JobProgress | None
) -> VideoStatusView:
    """Everything made is 100; a video in service that is being processed again tells so by the stage alone."""
    made = status in (VideoStatus.READY, VideoStatus.SCHEDULED, VideoStatus.PUBLISHED)
    complete = made and (media is None or media.complete)
    if job is None:
        return VideoStatusView(video_id, status, 100.0 if complete else 0.0, "", failure)
    working = job.state in (JobState.QUEUED, JobState.RUNNING) and failure is None
    shown = job.generation if job.state is JobState.RUNNING and job.stage == PREVIEW_STAGE else None
    percent = 100.0 if complete else min(job.percent, _UNFINISHED) if made else job.percent
    return VideoStatusView(video_id, status, percent, job.stage if working else "", failure, shown)


@dataclass(frozen=True, slots=True)
class VideoList:
    """Which public videos to list, newest first."""

    channel_id: ChannelId | None = None
    type: VideoType | None = None
