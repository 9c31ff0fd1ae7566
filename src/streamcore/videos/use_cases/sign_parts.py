from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from streamcore.shared.access import Actor, Permission
from streamcore.shared.clock import Clock
from streamcore.shared.errors import Conflict, Invalid
from streamcore.shared.ids import VideoId
from streamcore.shared.objects import ObjectStore, PresignedRequest
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models.upload import WHOLE_LIFETIME, PendingUpload
from streamcore.videos.ports import VideosUnitOfWork
from streamcore.videos.use_cases.conceal import Conceal
from streamcore.videos.use_cases.open_multipart import OpenMultipart

SIGNED_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class SignedPart:
    """Where exactly ``size`` bytes are to be sent as part ``number``."""

    number: int
    size: int
    request: PresignedRequest


@dataclass(frozen=True, slots=True)
class SignParts:
    """Addresses for parts of a large file, as many and as often as its client needs them (VID-1)."""

    begin: Begin[VideosUnitOfWork]
    open_multipart: OpenMultipart
    store: ObjectStore
    clock: Clock
    conceal: Conceal

    async def __call__(self, actor: Actor, video_id: VideoId, numbers: Sequence[int]) -> Sequence[SignedPart]:
        actor.require(Permission.UPLOAD_VIDEOS)
        async with self.conceal(actor, video_id), self.begin() as uow:
            video = await uow.videos.get(video_id)
            video.require_owner(actor)
        upload = await self.open_multipart(video)
        upload.require_open(self.clock.now())
        if not upload.in_parts or upload.transfer is not None:
            raise Conflict("This upload does not come in parts.")
        if any(not 1 <= number <= upload.part_count for number in numbers):
            raise Invalid.field("numbers", f"The file has parts 1 to {upload.part_count}.", "part_number")
        left = upload.expires_at - self.clock.now()
        return await self.sign(self.store, upload, numbers, min(WHOLE_LIFETIME, left))

    @staticmethod
    async def sign(
        store: ObjectStore, upload: PendingUpload, numbers: Iterable[int], expires_in: timedelta
    ) -> Sequence[SignedPart]:
        signed = []
        for number in numbers:
            size = upload.size_of_part(number)
            place = (upload.key or "", upload.multipart_id or "", number)
            signed.append(SignedPart(number, size, await store.presign_part(*place, size=size, expires_in=expires_in)))
        return signed
