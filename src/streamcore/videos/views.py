"""How videos are shown: flat read models, filled straight from rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from streamcore.shared.ids import ChannelId, UserId, VideoId
from streamcore.shared.visibility import Visibility
from streamcore.videos.models import Failure, Media, VideoStatus, VideoType


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


@dataclass(frozen=True, slots=True)
class VideoStatusView:
    """How far a video is; ``progress`` is 0–100, ``failure`` only for its owner and moderators."""

    video_id: VideoId
    status: VideoStatus
    progress: float
    stage: str
    failure: Failure | None


@dataclass(frozen=True, slots=True)
class VideoList:
    """Which public videos to list, newest first."""

    channel_id: ChannelId | None = None
    type: VideoType | None = None
