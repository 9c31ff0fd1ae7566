from dataclasses import dataclass
from datetime import timedelta

from streamcore.shared.access import Actor
from streamcore.shared.clock import Clock
from streamcore.shared.errors import Conflict, Invalid
from streamcore.shared.idempotency import IdempotencyKey
from streamcore.shared.ids import VideoId
from streamcore.shared.objects import ObjectStore, PresignedRequest
from streamcore.videos.models import ABANDONED_AFTER
from streamcore.videos.use_cases.reserve_upload import UPLOAD_LIFETIME, AnnouncedFile, ReserveUpload


@dataclass(frozen=True, slots=True)
class PresignedUpload:
    video_id: VideoId
    request: PresignedRequest


@dataclass(frozen=True, slots=True)
class PresignUpload:
    """Let a client send a file straight to storage for one hour (VID-1)."""

    reserve: ReserveUpload
    store: ObjectStore
    clock: Clock

    async def __call__(self, actor: Actor, file: AnnouncedFile, key: IdempotencyKey | None = None) -> PresignedUpload:
        if file.size is None:
            raise Invalid.field("size_bytes", "Say how large the file is.", "missing")
        video = await self.reserve(actor, file, key)
        if video.upload is None or video.upload.key is None:
            raise Conflict("This upload has already ended.")
        left = video.upload.expires_at + ABANDONED_AFTER - self.clock.now()  # a repeat may come late
        if left <= timedelta(0):
            raise Conflict("The time for this upload is over; begin a new one.")
        request = await self.store.presign_put(
            video.upload.key,
            content_type=file.content_type,
            size=file.size,
            expires_in=min(UPLOAD_LIFETIME, left),
            checksum_sha256=file.checksum_sha256,
        )
        return PresignedUpload(video.id, request)
