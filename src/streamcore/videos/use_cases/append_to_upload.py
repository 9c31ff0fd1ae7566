"""Take more bytes of a file that comes in as many requests as it takes (tus).

Whole parts go to the store as they fill up, and each is written down with its entity tag before the next begins; what
is left at the end of a request, however it ends, becomes the tail. So every byte that an answer has acknowledged
survives the process. Only the newest writer can write anything down; see `Transfer`.
"""

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol, TypeVar

from streamcore.shared.access import Actor
from streamcore.shared.clock import Clock
from streamcore.shared.errors import (
    ChecksumMismatch,
    Conflict,
    Gone,
    NotFound,
    PayloadTooLarge,
    StreamcoreError,
    UnprocessableMedia,
)
from streamcore.shared.ids import VideoId
from streamcore.shared.objects import ObjectInfo, ObjectStore, StoredPart
from streamcore.videos.models.details import VideoDetails
from streamcore.videos.models.status import Failure
from streamcore.videos.models.upload import WRITER_SILENCE, PendingUpload, Source, Transfer, sealed, tail_key
from streamcore.videos.models.video import Video
from streamcore.videos.ports import MediaSignatures
from streamcore.videos.use_cases.fail_upload import UPLOAD_LOST, upload_lost
from streamcore.videos.use_cases.keep_transfer import KeepTransfer

T = TypeVar("T")

RENEWED_EVERY = WRITER_SILENCE.total_seconds() / 3
REWRITTEN = 32
"""How many bytes may be stored again, at most, to make a new one safe while its request is silent."""
CHECKSUMS = ("sha1", "sha256", "md5")

UPLOAD_CORRUPTED = Failure("UPLOAD_CORRUPTED", "Parts of the file were changed while it was sent. Upload it again.")


@dataclass(frozen=True, slots=True)
class Checksum:
    """What the body of one request must hash to; ``algorithm`` is one of `CHECKSUMS`."""

    algorithm: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Appended:
    """Where the upload stands now; ``complete`` once the video is being processed."""

    offset: int
    complete: bool
    expires_at: datetime


class Take(Protocol):
    def __call__(self, actor: Actor, video_id: VideoId, offset: int) -> Awaitable[Video]: ...


Fail = Callable[[VideoId, Failure], Awaitable[None]]


class Accept(Protocol):
    def __call__(
        self, actor: Actor, video_id: VideoId, source: Source, details: VideoDetails, *, writer: int | None = None
    ) -> Awaitable[Video]: ...


@dataclass(frozen=True, slots=True)
class AppendToUpload:
    """Store the bytes of one request at ``offset``; with the last byte the video goes to processing (VID-2).

    A body that breaks off keeps what came of it, and its error goes to the caller; with a ``checksum`` all of it counts
    or nothing (`ChecksumMismatch`). `PayloadTooLarge` for more bytes than were announced, `UnprocessableMedia` as soon
    as the first bytes, proved by their checksum where there is one, show that it is no video, and as `TakeTransfer`
    says.
    """

    take: Take
    keep: KeepTransfer
    accept: Accept
    fail: Fail
    store: ObjectStore
    signatures: MediaSignatures
    clock: Clock

    async def __call__(
        self,
        actor: Actor,
        video_id: VideoId,
        offset: int,
        body: AsyncIterable[bytes],
        *,
        checksum: Checksum | None = None,
    ) -> Appended:
        video = await self.take(actor, video_id, offset)
        appending = _Appending(self, video, checksum)
        try:
            await appending.receive(body)
            if not appending.is_complete:
                return Appended(appending.offset, complete=False, expires_at=appending.upload.expires_at)
            await self._finish(actor, video, appending)
            return Appended(appending.upload.size or 0, complete=True, expires_at=appending.upload.expires_at)
        except UnprocessableMedia as error:
            await self.fail(video_id, Failure(error.reason, error.message))
            raise
        finally:
            with contextlib.suppress(StreamcoreError):
                await self.keep(video_id, appending.transfer, release=True)

    async def _finish(self, actor: Actor, video: Video, appending: "_Appending") -> None:
        upload = appending.upload
        if video.details is None:
            raise AssertionError("a transfer begins with its details")
        info = await appending.complete()
        source = Source(info.key, info.size, upload.content_type, upload.filename, upload.checksum_sha256)
        await self.accept(actor, video.id, source, video.details, writer=appending.transfer.writer)
        await appending.drop_tail()


class _Appending:
    """One request at work. ``transfer`` is what is written down; ``stored`` bytes lie in parts, ``held`` ones not."""

    def __init__(self, ports: AppendToUpload, video: Video, checksum: Checksum | None) -> None:
        if video.upload is None or video.upload.transfer is None or video.upload.size is None:
            raise AssertionError("taken before")
        self._ports = ports
        self._video_id = video.id
        self.upload: PendingUpload = video.upload
        self.transfer: Transfer = video.upload.transfer
        self._size = video.upload.size
        self._part_size = video.upload.part_size or self._size
        self._checksum = checksum
        self._digest = hashlib.new(checksum.algorithm, usedforsecurity=False) if checksum else None
        self._seal = self.transfer.seal
        self._stored = self.transfer.received // self._part_size * self._part_size
        self._held = bytearray()  # and no list: a client may send single bytes
        self._looked = self.transfer.received >= ports.signatures.head_size
        self._head = b""  # the first bytes, where they were stored before they could be looked at
        self._renewed_at = 0.0

    @property
    def offset(self) -> int:
        return self._stored + len(self._held)

    @property
    def is_complete(self) -> bool:
        return self.offset == self._size

    async def receive(self, body: AsyncIterable[bytes]) -> None:
        """All of the body. What came of one that breaks off is kept, and its error raised."""
        await self._load_tail()
        self._renewed_at = asyncio.get_running_loop().time()
        broken = await self._read(body)
        if self._digest is not None and self._checksum is not None:
            if broken is None and self._digest.digest() != self._checksum.digest:
                raise ChecksumMismatch
            if broken is not None:
                raise broken
            self._look()
        if not self.is_complete:
            await self._keep_tail()
        if broken is not None and not self.is_complete:
            raise broken

    async def _read(self, body: AsyncIterable[bytes]) -> Exception | None:
        """Take chunk after chunk; the error that ended the body early."""
        chunks = aiter(body)
        reading: asyncio.Task[bytes] | None = None
        try:
            while not self.is_complete:
                reading = reading or asyncio.ensure_future(_next(chunks))
                done, _ = await asyncio.wait({reading}, timeout=RENEWED_EVERY)
                if not done:
                    new = self.offset - self.transfer.received
                    if self._checksum is None and len(self._held) <= REWRITTEN * new:
                        await self._keep_tail()  # once: afterwards there is nothing new, and others may take over
                    continue
                ended, reading = reading, None
                try:
                    chunk = ended.result()
                except StopAsyncIteration:
                    return None
                except Exception as error:
                    return error
                await self._add(chunk)
            return None
        finally:
            if reading is not None:
                reading.cancel()
                await asyncio.wait({reading})

    async def _add(self, chunk: bytes) -> None:
        if self.offset + len(chunk) > self._size:
            raise PayloadTooLarge(f"The file was announced with {self._size} bytes.")
        if self._digest is not None:
            self._digest.update(chunk)
        self._held += chunk
        if self._digest is None:  # else not yet: what was damaged on its way says nothing about the file
            self._look()
        if asyncio.get_running_loop().time() - self._renewed_at > RENEWED_EVERY:
            await self._write(self.transfer)  # before anything is stored: whoever was silent may have been taken over
        while len(self._held) >= self._part_size and self._stored + self._part_size < self._size:
            await self._store_part(self._part_size)

    def _look(self) -> None:
        """At the first bytes, once enough of them are there."""
        wanted = min(self._ports.signatures.head_size, self._size)
        if not self._looked and self.offset >= wanted:
            self._looked = True
            self._ports.signatures.check(self._head or bytes(self._held[:wanted]))

    async def _store_part(self, size: int) -> None:
        number = self._stored // self._part_size + 1
        if number == 1 and not self._looked:
            self._head = bytes(self._held[: self._ports.signatures.head_size])
        data = self._cut(size)
        key, multipart_id = self.upload.key or "", self.upload.multipart_id or ""
        try:
            part = await self._meanwhile_renewing(
                self._ports.store.put_part(key, multipart_id, number, _whole(data), size=size)
            )
        except NotFound as error:
            raise await self._lost() from error
        self._seal = sealed(self._seal, StoredPart(number, part.etag, size))
        self._stored += size
        if self._checksum is None and self._stored < self._size:
            await self._write(replace(self.transfer, received=self._stored, seal=self._seal, tail=None))

    def _cut(self, size: int) -> bytes:
        """The first ``size`` bytes of those that are held."""
        with memoryview(self._held) as held:
            data = bytes(held[:size])
        del self._held[:size]
        return data

    async def _load_tail(self) -> None:
        if self.transfer.tail is None:
            return
        async with self._ports.store.get(self.transfer.tail) as chunks:
            async for chunk in chunks:
                self._held += chunk

    async def _keep_tail(self) -> None:
        """Have everything that came on disk, and write down that it is."""
        if self.offset == self.transfer.received and self._seal == self.transfer.seal:
            return
        tail = None
        if self._held:
            tail = tail_key(self.upload.key or "", self.transfer.writer, self.offset)
            put = self._ports.store.put(
                tail, _whole(bytes(self._held)), content_type="application/octet-stream", size=len(self._held)
            )
            await self._meanwhile_renewing(put)
        await self._write(replace(self.transfer, received=self.offset, seal=self._seal, tail=tail))

    async def complete(self) -> ObjectInfo:
        """Everything is here: make the object of it."""
        self._look()
        key = self.upload.key or ""
        if not self.upload.in_parts:
            put = self._ports.store.put(
                key, _whole(bytes(self._held)), content_type=self.upload.content_type, size=self._size
            )
            return await self._meanwhile_renewing(put)
        multipart_id = self.upload.multipart_id or ""
        if self._stored > self.transfer.received:  # so that whoever finds them joined has the last one to send alone
            await self._write(replace(self.transfer, received=self._stored, seal=self._seal, tail=None))
        try:
            await self._store_part(len(self._held))
            parts = await self._ports.store.list_parts(key, multipart_id)
            await self._check_seal(parts)
            return await self._meanwhile_renewing(self._ports.store.complete_multipart(key, multipart_id, parts))
        except (NotFound, Gone):  # a request before this one got as far, and then its process died
            info = await self._joined(key)
            if info is None:
                raise
            return info

    async def _lost(self) -> Gone:
        """The store knows the parts no more: the upload ends, unless it has, or somebody else goes on with it."""
        await self._write(self.transfer)  # who was taken over learns it here
        if await self._joined(self.upload.key or "") is None:
            await self._ports.fail(self._video_id, UPLOAD_LOST)
        return upload_lost()

    async def _joined(self, key: str) -> ObjectInfo | None:
        with contextlib.suppress(NotFound):
            info = await self._ports.store.head(key)
            if info.size == self._size:
                return info
        return None

    async def _check_seal(self, parts: Sequence[StoredPart]) -> None:
        """A writer that was stopped for long and goes on unaware could replace a part after it was taken over."""
        seal = ""
        for part in parts:
            seal = sealed(seal, part)
        if seal != self._seal:
            await self._ports.fail(self._video_id, UPLOAD_CORRUPTED)
            raise Conflict(UPLOAD_CORRUPTED.message)

    async def _write(self, transfer: Transfer) -> None:
        before = self.transfer
        await self._ports.keep(self._video_id, transfer)
        self.transfer = transfer
        self._renewed_at = asyncio.get_running_loop().time()
        if before.tail and before.tail != transfer.tail:
            await self._delete(before.tail)

    async def drop_tail(self) -> None:
        if self.transfer.tail:
            await self._delete(self.transfer.tail)

    async def _delete(self, key: str) -> None:
        with contextlib.suppress(StreamcoreError):  # the sweep finds it
            await self._ports.store.delete(key)

    async def _meanwhile_renewing(self, storing: Coroutine[Any, Any, T]) -> T:
        """What ``storing`` answers; the store may take longer than silence is allowed."""
        task = asyncio.ensure_future(storing)
        try:
            while not (await asyncio.wait({task}, timeout=RENEWED_EVERY))[0]:
                await self._write(self.transfer)
            return task.result()
        finally:
            if not task.done():
                task.cancel()
                await asyncio.wait({task})


async def _next(chunks: AsyncIterator[bytes]) -> bytes:
    return await anext(chunks)


async def _whole(data: bytes) -> AsyncIterator[bytes]:
    yield data
