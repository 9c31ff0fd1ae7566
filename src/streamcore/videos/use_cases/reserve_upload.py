from dataclasses import dataclass
from datetime import timedelta

from streamcore.shared.access import Actor, Permission
from streamcore.shared.clock import Clock
from streamcore.shared.errors import Conflict, Detail
from streamcore.shared.idempotency import IdempotencyKey
from streamcore.shared.ids import Ids, UserId, VideoId
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models import PendingUpload, Video, source_key
from streamcore.videos.policies import UploadLimits
from streamcore.videos.ports import VideosUnitOfWork

UPLOAD_LIFETIME = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class AnnouncedFile:
    """What a client says of a file before it sends it; ``size`` in bytes, None where it cannot know."""

    filename: str
    content_type: str
    size: int | None = None
    checksum_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class ReserveUpload:
    """Make the video that an upload will fill, once per idempotency key; a repeat finds the same one (VID-3)."""

    begin: Begin[VideosUnitOfWork]
    clock: Clock
    ids: Ids
    limits: UploadLimits

    async def __call__(self, actor: Actor, file: AnnouncedFile, key: IdempotencyKey | None = None) -> Video:
        owner_id = actor.require(Permission.UPLOAD_VIDEOS)
        self.limits.check(filename=file.filename, content_type=file.content_type, size=file.size)
        async with self.begin() as uow:
            if key and (effect := await uow.idempotency.find(key)):
                return await uow.videos.get(VideoId(effect.resource_id))
            video = await self._new_video(uow, owner_id, file)
            await uow.videos.add(video)
            if key:
                await uow.idempotency.add(key, video.id)
        return video

    async def _new_video(self, uow: VideosUnitOfWork, owner_id: UserId, file: AnnouncedFile) -> Video:
        channel_id = await uow.own_channels.channel_of(owner_id)
        if channel_id is None:
            raise Conflict(
                "Create your channel before you upload.",
                details=[Detail("channel", "There is no channel to upload to.", "no_channel")],
            )
        video_id = VideoId(self.ids.new())
        now = self.clock.now()
        upload = PendingUpload(
            filename=file.filename,
            content_type=file.content_type,
            expires_at=now + UPLOAD_LIFETIME,
            key=source_key(video_id, self.ids.new()),
            size=file.size,
            checksum_sha256=file.checksum_sha256,
        )
        return Video.begin_upload(upload, id=video_id, channel_id=channel_id, owner_id=owner_id, at=now)
