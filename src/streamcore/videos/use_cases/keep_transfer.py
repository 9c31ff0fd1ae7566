"""The steps of a transfer that are written down, each in a transaction of its own."""

from collections.abc import Awaitable
from dataclasses import dataclass, replace
from typing import Protocol

from streamcore.shared.access import Actor, Permission
from streamcore.shared.clock import Clock
from streamcore.shared.errors import Conflict, Detail, Gone, Locked, NotFound
from streamcore.shared.ids import VideoId
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models.upload import PendingUpload, Transfer
from streamcore.videos.models.video import Video
from streamcore.videos.ports import VideosUnitOfWork
from streamcore.videos.use_cases.conceal import Conceal
from streamcore.videos.use_cases.get_upload import complete


@dataclass(frozen=True, slots=True)
class TakeTransfer:
    """Become the writer of an upload at ``offset``; from now on no older request can write.

    `Locked` while another writes, `Conflict` offset_mismatch, `Gone` where it can go on no more.
    """

    begin: Begin[VideosUnitOfWork]
    clock: Clock
    conceal: Conceal

    async def __call__(self, actor: Actor, video_id: VideoId, offset: int) -> Video:
        actor.require(Permission.UPLOAD_VIDEOS)
        now = self.clock.now()
        async with self.conceal(actor, video_id), self.begin() as uow:
            video = await uow.videos.get(video_id)
            video.require_owner(actor)
            upload, transfer = _transfer(video, offset)
            upload.require_open(now)
            taken = replace(video, upload=replace(upload, transfer=transfer.taken(offset=offset, now=now)))
            await uow.videos.save(taken)
        return taken


class KeepTransfer(Protocol):
    def __call__(self, video_id: VideoId, transfer: Transfer, *, release: bool = False) -> Awaitable[None]:
        """Write down how far ``transfer`` has come, and that its writer is at work; or (``release``) only that it has
        ended.

        `Locked` where another has taken over, `Gone` where the upload has ended."""
        ...


@dataclass(frozen=True, slots=True)
class WriteTransfer:
    """`KeepTransfer`, once."""

    begin: Begin[VideosUnitOfWork]
    clock: Clock

    async def __call__(self, video_id: VideoId, transfer: Transfer, *, release: bool = False) -> None:
        async with self.begin() as uow:
            try:
                video = await uow.videos.get(video_id)
            except NotFound:
                raise Gone from None
            upload = video.upload
            if upload is None or upload.transfer is None:
                raise Gone("This upload has ended.")
            if upload.transfer.writer != transfer.writer:
                raise Locked("Another request has taken this upload over.")
            kept = upload.transfer.released() if release else transfer.renewed(self.clock.now())
            await uow.videos.save(replace(video, upload=replace(upload, transfer=kept)))


def _transfer(video: Video, offset: int) -> tuple[PendingUpload, Transfer]:
    if video.upload is None:
        size = complete(video).size
        raise Conflict(
            "This upload is complete.",
            details=[Detail("Upload-Offset", f"All {size} bytes have arrived, not {offset}.", "offset_mismatch")],
        )
    if video.upload.transfer is None:
        raise Conflict("This upload is not sent by tus.")
    return video.upload, video.upload.transfer
