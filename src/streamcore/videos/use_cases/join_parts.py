import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

from streamcore.shared.errors import Conflict, Detail, Invalid, NotFound, StreamcoreError, Unavailable
from streamcore.shared.objects import ObjectInfo, ObjectStore, StoredPart
from streamcore.videos.models.upload import PendingUpload
from streamcore.videos.use_cases.fail_upload import upload_lost

_NAMED = 20
_WHILE_JOINING = (0.0, 0.5, 1.5)
"""Seconds after which is looked again for what somebody else joins: a store may forget the parts a little earlier."""


@dataclass(frozen=True, slots=True)
class JoinParts:
    """Make one object of the parts of an upload, once, however often it is asked for.

    `Conflict` parts_missing while some are missing, file_missing where nothing was sent at all; `Gone` upload_lost
    where the store knows neither the parts nor what was made of them.
    """

    store: ObjectStore

    async def __call__(self, upload: PendingUpload) -> ObjectInfo:
        key = upload.key or ""
        try:
            return await self.store.head(key)
        except NotFound:
            if upload.multipart_id is None:
                raise file_missing() from None
        try:
            return await self._joined(upload, key, upload.multipart_id)
        except NotFound:  # perhaps somebody else has just joined them
            missing: StreamcoreError = upload_lost()
        except Unavailable as error:  # perhaps only the answer was lost
            missing = error
        for pause in _WHILE_JOINING:
            await asyncio.sleep(pause)
            with contextlib.suppress(NotFound):
                return await self.store.head(key)
        raise missing

    async def _joined(self, upload: PendingUpload, key: str, multipart_id: str) -> ObjectInfo:
        """Their object. A part that comes once more between the listing and the joining makes the list wrong."""
        for once_more in (True, True, False):
            parts = await self.store.list_parts(key, multipart_id)
            _check_complete(upload, parts)
            try:
                return await self.store.complete_multipart(key, multipart_id, parts)
            except Invalid:
                if not once_more:
                    raise
        raise AssertionError("the last try ends with an answer or an error")


def _check_complete(upload: PendingUpload, parts: Sequence[StoredPart]) -> None:
    arrived = {part.number for part in parts if part.size == upload.size_of_part(part.number)}
    missing = [number for number in range(1, upload.part_count + 1) if number not in arrived]
    if missing:
        named = ", ".join(str(number) for number in missing[:_NAMED])
        more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
        raise Conflict(
            f"{len(missing)} of {upload.part_count} parts have not arrived yet.",
            details=[Detail("parts", f"Send {named}{more}.", "parts_missing")],
        )


def file_missing() -> Conflict:
    return Conflict(
        "The file has not arrived yet.",
        details=[Detail("video_id", "Send the file to its upload URL first.", "file_missing")],
    )
