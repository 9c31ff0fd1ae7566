import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from streamcore.shared.access import Actor, Permission
from streamcore.shared.errors import Conflict, Detail, Gone, NotFound, StreamcoreError, Unavailable, UnprocessableMedia
from streamcore.shared.ids import Ids, VideoId
from streamcore.shared.objects import ObjectInfo, ObjectStore
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models.details import VideoDetails
from streamcore.videos.models.status import Failure, VideoStatus
from streamcore.videos.models.upload import PendingUpload, Source, copy_key
from streamcore.videos.models.video import Video
from streamcore.videos.ports import MediaSignatures, VideosUnitOfWork
from streamcore.videos.use_cases.abandon_upload import UPLOAD_ABANDONED
from streamcore.videos.use_cases.accept_source import AcceptSource
from streamcore.videos.use_cases.check_source import check_head
from streamcore.videos.use_cases.conceal import Conceal
from streamcore.videos.use_cases.fail_upload import UPLOAD_LOST, upload_lost
from streamcore.videos.use_cases.join_parts import JoinParts, file_missing

Fail = Callable[[VideoId, Failure], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class ConfirmUpload:
    """Check that a file has come to storage as it was announced, and start its processing (VID-1).

    Parts are joined, the size and the first bytes are looked at here; an announced SHA-256 is compared before the file
    is processed (`CheckSource`), since reading all of a large file would take longer than a request may. A file that is
    no video ends the upload, and so do parts that the store has lost (`Gone`).

    A file that came whole is copied away first (within the store; on disk it is a link): its address still works, and
    what is sent there from now on is nobody's source. A joined file cannot be replaced any more.
    """

    begin: Begin[VideosUnitOfWork]
    store: ObjectStore
    ids: Ids
    signatures: MediaSignatures
    join: JoinParts
    accept: AcceptSource
    fail: Fail
    conceal: Conceal

    async def __call__(self, actor: Actor, video_id: VideoId, details: VideoDetails) -> Video:
        actor.require(Permission.UPLOAD_VIDEOS)
        async with self.conceal(actor, video_id), self.begin() as uow:
            video = await uow.videos.get(video_id)
            video.require_owner(actor)
        if video.source is not None:
            return await self.accept(actor, video_id, video.source, details)
        upload = _open(video)
        source = await self._arrived(video_id, upload)
        async with self._dropped_if_refused(source):
            await self._check(video_id, upload, source)
            accepted = await self.accept(actor, video_id, source, details)
        await self._tidy_up(accepted, source)
        return accepted

    async def _arrived(self, video_id: VideoId, upload: PendingUpload) -> Source:
        try:
            info = await self.join(upload)
        except Gone:
            await self.fail(video_id, UPLOAD_LOST)
            raise
        _check_size(upload, info.size)
        if not upload.in_parts:
            info = await self._copied_away(info.key)
        return Source(info.key, info.size, upload.content_type, upload.filename, upload.checksum_sha256)

    async def _copied_away(self, key: str) -> ObjectInfo:
        try:
            return await self.store.copy(key, copy_key(key, self.ids.new()))
        except NotFound:  # another confirmation has just tidied up
            raise file_missing() from None

    @contextlib.asynccontextmanager
    async def _dropped_if_refused(self, source: Source) -> AsyncIterator[None]:
        """A copy that is nobody's goes; where nobody knows whether it was accepted, the sweep does."""
        try:
            yield
        except StreamcoreError as error:
            if source.key != source.origin and not isinstance(error, Unavailable):
                with contextlib.suppress(StreamcoreError):
                    await self.store.delete(source.key)
            raise

    async def _check(self, video_id: VideoId, upload: PendingUpload, source: Source) -> None:
        _check_size(upload, source.size)
        try:
            await check_head(self.store, self.signatures, source.key)
        except UnprocessableMedia as error:
            await self.fail(video_id, Failure(error.reason, error.message))
            raise

    async def _tidy_up(self, accepted: Video, source: Source) -> None:
        """Drop what was copied, and a copy that another confirmation was faster than; the sweep finds the rest."""
        kept = accepted.source.key if accepted.source else source.key
        with contextlib.suppress(StreamcoreError):
            await self.store.delete(*{source.key, source.origin} - {kept})


def _open(video: Video) -> PendingUpload:
    upload = video.upload
    if upload is None or upload.key is None:
        raise _refused_before(video) or Conflict(f"The video is {video.status}, so no upload can be confirmed.")
    if upload.transfer is not None:
        raise Conflict("This upload confirms itself when its last byte has arrived.")
    return upload


def _check_size(upload: PendingUpload, size: int) -> None:
    if upload.size is not None and size != upload.size:
        raise Conflict(
            "The file has another size than announced.",
            details=[Detail("size_bytes", f"Announced {upload.size}, arrived {size}.", "size_mismatch")],
        )


def _refused_before(video: Video) -> StreamcoreError | None:
    """The same answer again, where the file was refused already, or lost."""
    failure = video.failure
    if video.status is not VideoStatus.FAILED or failure is None or failure == UPLOAD_ABANDONED:
        return None
    if failure == UPLOAD_LOST:
        return upload_lost()
    return UnprocessableMedia(failure.code, failure.message)
