"""Is what lies in storage what had been announced?"""

from dataclasses import dataclass
from hashlib import sha256

from streamcore.shared.errors import UnprocessableMedia
from streamcore.shared.objects import ObjectStore
from streamcore.videos.models.upload import Source
from streamcore.videos.ports import MediaSignatures, Progress

_TOLD_EVERY = 64 * 1024**2


@dataclass(frozen=True, slots=True)
class CheckSource:
    """Before a source is processed for the first time: it has the SHA-256 that was announced, which is computed here
    unless it was while it came in. That a store was asked to check it is no proof: some services pass over the header.

    `UnprocessableMedia` CHECKSUM_MISMATCH.
    """

    store: ObjectStore

    async def __call__(self, source: Source, progress: Progress) -> None:
        if source.checksum_sha256 is not None and not source.verified:
            await self._verify(source, progress)

    async def _verify(self, source: Source, progress: Progress) -> None:
        digest, done, told = sha256(), 0, 0
        await progress(0.0, "checking")
        async with self.store.get(source.key) as chunks:
            async for chunk in chunks:
                digest.update(chunk)
                done += len(chunk)
                if done - told >= _TOLD_EVERY:
                    told = done
                    await progress(0.0, "checking")
        if digest.hexdigest() != source.checksum_sha256:
            raise UnprocessableMedia("CHECKSUM_MISMATCH", "The file that arrived is not the one that was announced.")


async def check_head(store: ObjectStore, signatures: MediaSignatures, key: str) -> None:
    """`UnprocessableMedia` if the stored file is no video by its first bytes."""
    async with store.get(key, end=signatures.head_size) as chunks:
        signatures.check(b"".join([chunk async for chunk in chunks]))
