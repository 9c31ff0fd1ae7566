from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from streamcore.shared.access import Actor, Permission
from streamcore.shared.clock import Clock
from streamcore.shared.errors import Conflict, Detail
from streamcore.shared.idempotency import IdempotencyKey
from streamcore.shared.ids import ChannelId, Ids, UserId, VideoId
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models.details import VideoDetails
from streamcore.videos.models.upload import (
    RESUMABLE_LIFETIME,
    WHOLE_LIFETIME,
    PendingUpload,
    Transfer,
    part_size_for,
    source_key,
)
from streamcore.videos.models.video import Video
from streamcore.videos.policies import UploadLimits
from streamcore.videos.ports import VideosUnitOfWork


@dataclass(frozen=True, slots=True)
class AnnouncedFile:
    """What a client says of a file before it sends it; ``size`` in bytes, None where it cannot know, and then
    ``at_most`` is what it can be at most, where that is known; ``metadata`` are given back as they came.

    ``content_type`` is kept without its parameters: browsers tell codecs there, which the file tells better.
    """

    filename: str
    content_type: str
    size: int | None = None
    checksum_sha256: str | None = None
    at_most: int | None = None
    metadata: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "content_type", self.content_type.partition(";")[0].strip().lower())


class UploadWay(Enum):
    """How the file comes."""

    FORM = "through the API, at once"
    PRESIGNED = "straight to storage, whole or in parts"
    APPENDED = "through the API, in as many requests as it takes"


@dataclass(frozen=True, slots=True)
class ReserveUpload:
    """Make the video that an upload will fill, once per idempotency key; a repeat finds the same one (VID-3).

    What the file will take is reserved in the same commit: uploads that begin at once cannot pass the quota together.
    For one of unknown size that is all that is left, up to the largest size.
    """

    begin: Begin[VideosUnitOfWork]
    clock: Clock
    ids: Ids
    limits: UploadLimits

    async def __call__(
        self,
        actor: Actor,
        file: AnnouncedFile,
        key: IdempotencyKey | None = None,
        *,
        way: UploadWay = UploadWay.FORM,
        details: VideoDetails | None = None,
    ) -> Video:
        owner_id = actor.require(Permission.UPLOAD_VIDEOS)
        self.limits.check(filename=file.filename, content_type=file.content_type, size=file.size)
        now = self.clock.now()
        async with self.begin() as uow:
            await uow.upload_quotas.lock(owner_id)
            if key and (effect := await uow.idempotency.find(key)):
                return await self._again(uow, await uow.videos.get(VideoId(effect.resource_id)), file, now)
            channel_id = await self._channel(uow, owner_id)
            video_id = VideoId(self.ids.new())
            reserved = self._reserved(file, await uow.upload_quotas.used(owner_id, now))
            upload = self._upload(video_id, file, way, reserved, now)
            video = Video.begin_upload(
                upload, id=video_id, channel_id=channel_id, owner_id=owner_id, at=now, details=details
            )
            await uow.videos.add(video)
            if key:
                await uow.idempotency.add(key, video.id)
        return video

    async def _again(self, uow: VideosUnitOfWork, video: Video, file: AnnouncedFile, now: datetime) -> Video:
        """A repeat: what an attempt before it has given back is reserved anew."""
        upload, least = video.upload, min(file.size or file.at_most or 1, self.limits.max_size)
        if upload is None or upload.reserved >= least:
            return video
        reserved = self._reserved(file, await uow.upload_quotas.used(video.owner_id, now) - upload.reserved)
        await uow.videos.save(replace(video, upload=replace(upload, reserved=reserved)))
        return await uow.videos.get(video.id)

    def _reserved(self, file: AnnouncedFile, used: int) -> int:
        """Bytes, beside those that are ``used``; `QuotaExceeded` where there is no room for them."""
        if file.size is None and file.at_most is None:
            return self.limits.room(used)
        reserved = file.size or min(file.at_most or 0, self.limits.max_size)
        self.limits.check_quota(used, reserved)
        return reserved

    async def _channel(self, uow: VideosUnitOfWork, owner_id: UserId) -> ChannelId:
        channel_id = await uow.own_channels.channel_of(owner_id)
        if channel_id is None:
            raise Conflict(
                "Create your channel before you upload.",
                details=[Detail("channel", "There is no channel to upload to.", "no_channel")],
            )
        return channel_id

    def _upload(
        self, video_id: VideoId, file: AnnouncedFile, way: UploadWay, reserved: int, now: datetime
    ) -> PendingUpload:
        part_size = None
        if file.size is not None and way is not UploadWay.FORM:
            least = self.limits.appended_part if way is UploadWay.APPENDED else self.limits.part_size
            part_size = part_size_for(file.size, least)
        resumable = way is UploadWay.APPENDED or (part_size is not None and (file.size or 0) > part_size)
        return PendingUpload(
            filename=file.filename,
            content_type=file.content_type,
            expires_at=now + (RESUMABLE_LIFETIME if resumable else WHOLE_LIFETIME),
            key=source_key(video_id, self.ids.new()),
            size=file.size,
            checksum_sha256=file.checksum_sha256,
            reserved=reserved,
            part_size=part_size,
            transfer=Transfer() if way is UploadWay.APPENDED else None,
            metadata=file.metadata,
        )
