import contextlib

from streamcore.shared.errors import StreamcoreError
from streamcore.shared.objects import ObjectStore
from streamcore.videos.models.upload import PendingUpload


async def discard_upload(store: ObjectStore, upload: PendingUpload | None) -> None:
    """Drop what has come of an upload that ended without a source, as far as that works; the sweep finds the rest."""
    if upload is None or upload.key is None:
        return
    with contextlib.suppress(StreamcoreError):
        if upload.multipart_id:
            await store.abort_multipart(upload.key, upload.multipart_id)
        tail = upload.transfer.tail if upload.transfer else None
        await store.delete(upload.key, *([tail] if tail else []))
