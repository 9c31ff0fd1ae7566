"""The shapes of answers. Presenters fill them, the type checker holds presenters to them, OpenAPI describes them."""

from datetime import datetime
from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from streamcore.shared.access import Role
from streamcore.shared.ids import ID_PATTERN
from streamcore.shared.visibility import Visibility
from streamcore.videos.models.details import VideoType
from streamcore.videos.models.status import VideoStatus

Uuid = Annotated[str, Field(pattern=ID_PATTERN, description="A UUIDv7.")]
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
    """Captions in WebVTT; the HLS master names them too. ``lang`` is a tag of BCP 47."""

    lang: str
    label: str
    url: str


class ThumbnailChoice(TypedDict):
    """A picture of the video at ``seconds``, to be chosen by its ``index``; ``card_url`` is what lists show of it."""

    index: int
    seconds: float
    url: str
    card_url: str


class Thumbnails(TypedDict):
    """What there is to choose from. ``chosen`` is null where the best is shown, or an image of the owner's own."""

    chosen: int | None
    own_image: bool
    thumbnails: list[ThumbnailChoice]


class Duplicate(TypedDict):
    """A video that shares picture or sound: ``overlap_seconds`` of it, which come ``offset_seconds`` later there.

    ``similarity`` is the part of them that match, ``coverage`` the part of the shorter video that they are."""

    video_id: Uuid
    kind: Literal["frames", "sound"]
    overlap_seconds: float
    offset_seconds: float
    similarity: Annotated[float, Field(ge=0, le=1)]
    coverage: Annotated[float, Field(ge=0, le=1)]
    found_at: datetime


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
    audio_url: Annotated[str | None, Field(description="The sound by itself, in MP4; null for a video without.")]
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
    is_held: NotRequired[Annotated[bool, Field(description="A moderator hides it for now; told to its owner alone.")]]
    country: str | None
    publish_at: NotRequired[datetime]
    published_at: datetime | None
    created_at: datetime


class StatusError(TypedDict):
    code: str
    message: str


class Status(TypedDict):
    """How far a video is; below 100 in service: better qualities follow. ``error``, and a playlist that grows while the
    first quality is made, are told to its owner alone."""

    video_id: Uuid
    status: VideoStatus
    progress: Annotated[float, Field(ge=0, le=100)]
    stage: str
    error: NotRequired[StatusError]
    preview_url: NotRequired[str]


class StreamUrl(TypedDict):
    """Where the HLS master playlist lies. ``expires_at`` is null for the lasting addresses of public videos."""

    video_id: Uuid
    stream_url: str
    poster_url: str | None
    expires_at: Annotated[
        datetime | None,
        Field(description="When the addresses expire; they close before where watching is no longer allowed."),
    ]


class UploadPart(TypedDict):
    """Send exactly ``size_bytes`` of the file, those of this part, to ``url`` by PUT."""

    number: Annotated[int, Field(ge=1)]
    url: str
    size_bytes: Count


class UploadUrl(TypedDict):
    """Send the file with ``method`` to ``upload_url`` with exactly these ``headers``, then confirm it.

    A large file comes in parts instead (``upload_url`` is null): part n holds the bytes from (n - 1) times
    ``part_size_bytes``. ``parts`` are the first of ``part_count``; addresses for more, and again for those that have
    expired, come from `POST /uploads/{video_id}/parts`.
    """

    video_id: Uuid
    method: Literal["PUT"]
    upload_url: str | None
    headers: dict[str, str]
    expires_at: Annotated[datetime, Field(description="When these addresses expire.")]
    parts: NotRequired[list[UploadPart]]
    part_size_bytes: NotRequired[Count]
    part_count: NotRequired[Count]


class SignedParts(TypedDict):
    parts: list[UploadPart]
    expires_at: Annotated[datetime, Field(description="When these addresses expire.")]


class ArrivedPart(TypedDict):
    number: Annotated[int, Field(ge=1)]
    size_bytes: Count


class UploadParts(TypedDict):
    """How far an upload in parts has come. It can be resumed until ``expires_at``."""

    video_id: Uuid
    size_bytes: Count
    part_size_bytes: Count
    part_count: Count
    received_bytes: Count
    arrived: list[ArrivedPart]
    expires_at: datetime


class TusUpload(TypedDict):
    """An upload by tus: its address is in the Location header, its id is that of the video that it will fill."""

    video_id: Uuid
    offset: Count
    size_bytes: Count


class Tus(TypedDict):
    version: str
    extensions: list[str]
    checksum_algorithms: list[str]


class UploadLimits(TypedDict):
    """What may be uploaded. ``part_size_bytes``: a larger file is sent straight to storage in parts of this size."""

    max_size_bytes: Count
    content_types: list[str]
    max_duration_seconds: float
    part_size_bytes: Count
    quota_bytes: Count
    used_bytes: Annotated[int, Field(ge=0, description="What is stored, and what uploads under way have reserved.")]
    available_bytes: Count
    tus: Tus


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
