from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from streamcore.shared.access import Actor
from streamcore.shared.clock import Clock
from streamcore.shared.errors import Conflict, Invalid
from streamcore.shared.idempotency import IdempotencyKey
from streamcore.shared.ids import VideoId
from streamcore.shared.objects import ObjectStore, PresignedRequest
from streamcore.videos.models.upload import ABANDONED_AFTER, WHOLE_LIFETIME, PendingUpload
from streamcore.videos.use_cases.open_multipart import OpenMultipart, open_upload
from streamcore.videos.use_cases.reserve_upload import AnnouncedFile, ReserveUpload, UploadWay
from streamcore.videos.use_cases.sign_parts import SIGNED_AT_ONCE, SignedPart, SignParts


@dataclass(frozen=True, slots=True)
class PresignedUpload:
    """Either one ``request`` for the whole file, or the first ``parts`` of ``upload.part_count``."""

    video_id: VideoId
    upload: PendingUpload
    expires_at: datetime
    request: PresignedRequest | None
    parts: Sequence[SignedPart] = ()


@dataclass(frozen=True, slots=True)
class PresignUpload:
    """Let a client send a file straight to storage for one hour, in parts if it is large (VID-1)."""

    reserve: ReserveUpload
    open_multipart: OpenMultipart
    store: ObjectStore
    clock: Clock

    async def __call__(self, actor: Actor, file: AnnouncedFile, key: IdempotencyKey | None = None) -> PresignedUpload:
        if file.size is None:
            raise Invalid.field("size_bytes", "Say how large the file is.", "missing")
        video = await self.reserve(actor, file, key, way=UploadWay.PRESIGNED)
        left = open_upload(video).expires_at + ABANDONED_AFTER - self.clock.now()  # a repeat may come late
        if left <= timedelta(0):
            raise Conflict("The time for this upload is over; begin a new one.")
        upload = await self.open_multipart(video)
        lifetime = min(WHOLE_LIFETIME, left)
        if upload.in_parts:
            first = range(1, min(upload.part_count, SIGNED_AT_ONCE) + 1)
            parts = await SignParts.sign(self.store, upload, first, lifetime)
            return PresignedUpload(video.id, upload, parts[0].request.expires_at, None, parts)
        request = await self.store.presign_put(
            upload.key or "",
            content_type=upload.content_type,
            size=file.size,
            expires_in=lifetime,
            checksum_sha256=upload.checksum_sha256,
        )
        return PresignedUpload(video.id, upload, request.expires_at, request)
