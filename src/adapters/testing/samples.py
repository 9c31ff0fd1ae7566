"""Users, channels, videos and jobs to fill a stack with; each is new and valid, and differs where it is told to."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from adapters.testing.stack import Stack
from streamcore.channels.models import Channel
from streamcore.identity.models import REFRESH_LIFETIME, Session, User
from streamcore.shared.access import Role
from streamcore.shared.events import Event
from streamcore.shared.ids import ChannelId, JobId, SessionId, UserId, VideoId
from streamcore.shared.jobs import Job
from streamcore.videos.events import UploadAccepted
from streamcore.videos.models.details import VideoDetails
from streamcore.videos.models.media import Media, Rendition
from streamcore.videos.models.status import VideoStatus
from streamcore.videos.models.upload import PendingUpload, Source
from streamcore.videos.models.video import Video
from streamcore.videos.policies import PROCESS_JOB

_FINISHED = (VideoStatus.READY, VideoStatus.SCHEDULED, VideoStatus.PUBLISHED)

MEDIA = Media(
    duration_seconds=60.04,
    width=1920,
    height=1080,
    frame_rate=29.97,
    has_audio=True,
    renditions=(
        Rendition("360p", 640, 360, 29.97, 900_000, 700_000, "avc1.4d401e,mp4a.40.2", "360p/index.m3u8"),
        Rendition("1080p", 1920, 1080, 29.97, 5_400_000, 4_100_000, "avc1.640028,mp4a.40.2", "1080p/index.m3u8"),
    ),
    master="master.m3u8",
    poster="poster.webp",
)


def new_user(stack: Stack, **changes: Any) -> User:
    id = UserId(stack.ids.new())
    name = "u" + id.replace("-", "")
    user = User(
        id=id,
        email=f"{name}@example.com",
        username=name,
        password_hash="$argon2id$stored",
        display_name="A Person",
        role=Role.VIEWER,
        created_at=stack.clock.now(),
    )
    return replace(user, **changes)


def new_session(stack: Stack, user: User, **changes: Any) -> Session:
    now = stack.clock.now()
    session = Session(SessionId(stack.ids.new()), user.id, "a" * 64, None, now, now + REFRESH_LIFETIME)
    return replace(session, **changes)


def new_channel(stack: Stack, owner: User, **changes: Any) -> Channel:
    id = ChannelId(stack.ids.new())
    channel = Channel(
        id=id,
        owner_id=owner.id,
        handle="c" + id.replace("-", ""),
        name="A Channel",
        description="",
        support_url=None,
        country=None,
        tags=(),
        created_at=stack.clock.now(),
    )
    return replace(channel, **changes)


def new_video(stack: Stack, channel: Channel, status: VideoStatus = VideoStatus.PUBLISHED, **changes: Any) -> Video:
    """A video as it is in ``status``; keywords that are fields of its details change these, others the video."""
    now = stack.clock.now()
    id = VideoId(stack.ids.new())
    told = {name: changes.pop(name) for name in list(changes) if name in VideoDetails.model_fields}
    uploading = status is VideoStatus.UPLOADING
    key = f"uploads/{id}/1"
    video = Video(
        id=id,
        channel_id=channel.id,
        owner_id=channel.owner_id,
        status=status,
        details=None if uploading else VideoDetails(**({"title": "A Video"} | told)),
        created_at=now,
        upload=PendingUpload("a.mp4", "video/mp4", now + timedelta(hours=1), key) if uploading else None,
        source=None if uploading else Source(key, 1000, "video/mp4", "a.mp4"),
        media=MEDIA if status in _FINISHED else None,
        generation="g-1" if status in _FINISHED else None,
        published_at=now if status is VideoStatus.PUBLISHED else None,
        deleted_at=now if status is VideoStatus.DELETED else None,
    )
    return replace(video, **changes)


async def add_user(stack: Stack, **changes: Any) -> User:
    user = new_user(stack, **changes)
    async with stack.begin() as uow:
        await uow.users.add(user)
    return user


async def add_channel(stack: Stack, owner: User | None = None, **changes: Any) -> Channel:
    owner = owner or await add_user(stack, role=Role.CREATOR)
    channel = new_channel(stack, owner, **changes)
    async with stack.begin() as uow:
        await uow.channels.add(channel)
    return channel


async def add_video(
    stack: Stack, channel: Channel, status: VideoStatus = VideoStatus.PUBLISHED, **changes: Any
) -> Video:
    video = new_video(stack, channel, status, **changes)
    async with stack.begin() as uow:
        await uow.videos.add(video)
    return video


def new_job(stack: Stack, **changes: Any) -> Job:
    job = Job(JobId(stack.ids.new()), PROCESS_JOB, {"video_id": stack.ids.new()})
    return replace(job, **changes)


async def enqueue(stack: Stack, *jobs: Job) -> None:
    async with stack.begin() as uow:
        for job in jobs:
            uow.enqueue(job)


def new_event(stack: Stack, aggregate_id: str | None = None) -> Event:
    """Something that happened to a video."""
    return UploadAccepted(
        at=stack.clock.now(),
        video_id=VideoId(aggregate_id or stack.ids.new()),
        channel_id=ChannelId(stack.ids.new()),
        owner_id=UserId(stack.ids.new()),
    )
