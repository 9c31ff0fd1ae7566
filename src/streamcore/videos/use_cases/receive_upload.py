from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass
from hashlib import sha256

from streamcore.shared.errors import Invalid, PayloadTooLarge, QuotaExceeded
from streamcore.shared.ids import Ids, VideoId
from streamcore.shared.objects import ObjectStore
from streamcore.videos.models.upload import Source, source_key
from streamcore.videos.policies import UploadLimits
from streamcore.videos.ports import MediaSignatures
from streamcore.videos.use_cases.reserve_upload import AnnouncedFile


@dataclass(frozen=True, slots=True)
class ReceiveUpload:
    """Stream a file that comes through the API into storage, never the whole of it in memory (VID-2).

    What is no video by its first bytes is refused before the rest is read, and more than ``reserved`` bytes are
    `QuotaExceeded` as soon as they come. Each attempt writes under a key of its own, so that two at once cannot mix;
    `AcceptSource` decides which one counts.
    """

    store: ObjectStore
    ids: Ids
    limits: UploadLimits
    signatures: MediaSignatures

    async def __call__(
        self, video_id: VideoId, file: AnnouncedFile, body: AsyncIterable[bytes], *, reserved: int | None = None
    ) -> Source:
        digest = sha256()
        size = 0

        async def measured() -> AsyncIterator[bytes]:
            nonlocal size
            async for chunk in self._checked(body):
                size += len(chunk)
                if size > self.limits.max_size:
                    raise PayloadTooLarge(f"A video may have up to {self.limits.max_size} bytes.")
                if reserved is not None and size > reserved:
                    raise QuotaExceeded(used=self.limits.quota, quota=self.limits.quota)
                digest.update(chunk)
                yield chunk
            if size == 0:
                raise Invalid.field("file", "The file is empty.", "empty_file")

        key = source_key(video_id, self.ids.new())
        await self.store.put(key, measured(), content_type=file.content_type)
        return Source(key, size, file.content_type, file.filename, digest.hexdigest(), verified=True)

    async def _checked(self, body: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
        """The same bytes; `UnprocessableMedia` as soon as enough of them have come to tell."""
        head, looked = b"", False
        async for chunk in body:
            if looked:
                yield chunk
                continue
            head += chunk
            if len(head) >= self.signatures.head_size:
                looked = True
                self.signatures.check(head[: self.signatures.head_size])
                yield head
        if not looked and head:
            self.signatures.check(head)
            yield head
