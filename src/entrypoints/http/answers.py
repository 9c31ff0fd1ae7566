"""The shapes of answers. Presenters fill them, the type checker holds presenters to them, OpenAPI describes them."""

from datetime import datetime
from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from streamcore.shared.access import Role
from streamcore.shared.visibility import Visibility
from streamcore.videos.models import VideoStatus, VideoType

Uuid = Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", description="A UUIDv7.")]
Count = Annotated[int, Field(ge=0)]


class User(TypedDict):
    """An account; ``email``, ``country``, ``autoplay`` and ``interests`` are shown to its owner alone."""

    id: Uuid
    username: str
    display_name: str
    avatar_url: str | None
    bio: str
    role: Role
    created_at: datetime
    email: NotRequired[str]
    country: NotRequired[str | None]
    autoplay: NotRequired[bool]
    interests: NotRequired[list[str]]


class LoggedIn(TypedDict):
    """A session: send ``access_token`` as a bearer token, exchange ``refresh_token`` once for the next pair."""

    user: User
    access_token: str
    refresh_token: str
    token_type: Literal["Bearer"]
    expires_in: Annotated[int, Field(description="Seconds until the access token expires.")]


class Channel(TypedDict):
    """A creator's home."""

    id: Uuid
    handle: str
    name: str
    description: str
    avatar_url: str | None
    banner_url: str | None
    support_url: str | None
    followers_count: Count
    videos_count: Count
    shorts_count: Count
    views_count: Count
    likes_count: Count
    country: str | None
    tags: list[str]
    is_following: bool
    created_at: datetime


class VideoChannel(TypedDict):
    """The channel of a video, in brief."""

    id: Uuid
    handle: str
    name: str
    avatar_url: str | None
    is_following: bool


class Rendition(TypedDict):
    """One quality of a video; ``codecs`` as in RFC 6381."""

    name: str
    width: int
    height: int
    bitrate_bps: int
    codecs: str


class Caption(TypedDict):
    lang: str
    url: str


class Video(TypedDict):
    """A video for one viewer; sizes and addresses are null until it can be played. ``stream_url`` is an HLS master."""

    id: Uuid
    channel: VideoChannel
    title: str
    description: str
    type: VideoType
    visibility: Visibility
    status: VideoStatus
    tags: list[str]
    category: str | None
    duration_seconds: float | None
    width: int | None
    height: int | None
    thumbnail_url: str | None
    poster_url: str | None
    preview_vtt_url: str | None
    stream_url: str | None
    renditions: list[Rendition]
    captions: list[Caption]
    view_count: Count
    like_count: Count
    dislike_count: Count
    comment_count: Count
    share_count: Count
    is_liked: bool
    is_disliked: bool
    is_adult: bool
    is_free: bool
    is_featured: bool
    is_banner: bool
    country: str | None
    publish_at: NotRequired[datetime]
    published_at: datetime | None
    created_at: datetime


class StatusError(TypedDict):
    code: str
    message: str


class Status(TypedDict):
    """How far a video is; ``error`` is told to its owner alone."""

    video_id: Uuid
    status: VideoStatus
    progress: Annotated[float, Field(ge=0, le=100)]
    stage: str
    error: NotRequired[StatusError]


class StreamUrl(TypedDict):
    """Where the HLS master playlist lies; addresses of videos that are not public expire."""

    video_id: Uuid
    stream_url: str
    poster_url: str | None


class UploadUrl(TypedDict):
    """Send the file with ``method`` to ``upload_url`` with exactly these ``headers``, then confirm it."""

    video_id: Uuid
    method: Literal["PUT"]
    upload_url: str
    headers: dict[str, str]
    expires_at: datetime


class Check(TypedDict):
    status: Literal["ok", "failed"]
    ms: float


class Health(TypedDict):
    """``degraded``: something that can be done without is away."""

    status: Literal["ok", "degraded"]
    version: str
    checks: NotRequired[dict[str, Check]]


class ErrorDetail(TypedDict):
    field: str
    message: str
    type: str


class RetryAfter(TypedDict):
    retry_after_seconds: float


class Error(TypedDict):
    """What went wrong: ``code`` is stable; ``details`` is an object where the rate limit was hit, else a list."""

    code: str
    message: str
    details: list[ErrorDetail] | RetryAfter
    request_id: str


class PageMeta(TypedDict):
    next_cursor: Annotated[str | None, Field(description="Send it as `cursor` for the next page; null at the end.")]


JsonObject = dict[str, Any]
