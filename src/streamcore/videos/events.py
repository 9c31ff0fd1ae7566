"""What has happened to videos."""

from dataclasses import dataclass
from typing import ClassVar

from streamcore.shared.events import Event
from streamcore.shared.ids import ChannelId, UserId, VideoId


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoEvent(Event):
    """What all events of a video tell; ``listed``: public lists show it, or have shown it until now."""

    name: ClassVar[str] = "videos.VideoEvent"
    video_id: VideoId
    channel_id: ChannelId
    owner_id: UserId
    listed: bool = False

    @property
    def aggregate_id(self) -> str:
        return self.video_id


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadAccepted(VideoEvent):
    """The source is stored and checked; processing is queued."""

    name: ClassVar[str] = "videos.UploadAccepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoProcessed(VideoEvent):
    """A generation of streams was switched in."""

    name: ClassVar[str] = "videos.VideoProcessed"
    generation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoPublished(VideoEvent):
    """It became visible to its audience for the first time."""

    name: ClassVar[str] = "videos.VideoPublished"
    visibility: str
    type: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoChanged(VideoEvent):
    """Its details or visibility changed."""

    name: ClassVar[str] = "videos.VideoChanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicatesFound(VideoEvent):
    """Its picture or sound is, in part at least, that of ``others``: videos of anybody, whatever their visibility."""

    name: ClassVar[str] = "videos.DuplicatesFound"
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoFailed(VideoEvent):
    name: ClassVar[str] = "videos.VideoFailed"
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoDeleted(VideoEvent):
    name: ClassVar[str] = "videos.VideoDeleted"
    published: bool
    type: str
