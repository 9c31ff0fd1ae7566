from collections.abc import Sequence
from dataclasses import dataclass

from streamcore.shared.errors import Conflict, Detail, NotFound, StreamcoreError, Unavailable
from streamcore.shared.objects import ObjectInfo, ObjectStore, StoredPart
from streamcore.videos.models.upload import PendingUpload

_NAMED = 20


@dataclass(frozen=True, slots=True)
class JoinParts:
    """Make one object of the parts of an upload, once, however often it is asked for.

    `Conflict` parts_missing while some are missing, file_missing where there is nothing at all.
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
            parts = await self.store.list_parts(key, upload.multipart_id)
            _check_complete(upload, parts)
            return await self.store.complete_multipart(key, upload.multipart_id, parts)
        except NotFound:  # somebody else has just joined them
            missing: StreamcoreError = file_missing()
        except Unavailable as error:  # perhaps only the answer was lost
            missing = error
        try:
            return await self.store.head(key)
        except NotFound:
            raise missing from None


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
