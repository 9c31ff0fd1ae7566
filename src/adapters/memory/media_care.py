"""`MediaCare` for what `MemoryMediaProcessor` makes."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from adapters.memory.media import MemoryMediaProcessor
from streamcore.shared.objects import ObjectStore
from streamcore.videos.models.images import Still
from streamcore.videos.models.media import Media, PrintFile, PrintKind
from streamcore.videos.models.missing import MediaPart
from streamcore.videos.ports import Progress

_BROKEN = b"broken"
_JPEG, _WEBP, _VTT, _BIN = "image/jpeg", "image/webp", "text/vtt; charset=utf-8", "application/octet-stream"


class MemoryMediaCare:
    """Stores a few small objects for each part; a stream with the word ``broken`` in it cannot be decoded."""

    parts = frozenset({MediaPart.METADATA, MediaPart.THUMBNAILS, MediaPart.FINGERPRINTS})

    def __init__(self, store: ObjectStore) -> None:
        self.store = store
        self._processor = MemoryMediaProcessor(store)

    def rungs(self, media: Media) -> Sequence[str]:
        return [rendition.name for rendition in self._processor.media().renditions if rendition.height <= media.height]

    async def complete(
        self, source: str, target: str, media: Media, parts: Collection[MediaPart], *, progress: Progress
    ) -> Media:
        await progress(0.0, "fetching")
        await self._processor.read(source)
        for part in sorted(parts):
            await progress(50.0, part)
            changes, files = self._made(media, part)
            for name, (content_type, body) in files.items():
                await self.put(f"{target.rstrip('/')}/{name}", body, content_type)
            media = replace(media, **changes)
        return media

    async def decode(self, keys: Sequence[str], *, progress: Progress) -> Sequence[str]:
        errors = []
        for key in keys:
            await progress(0.0, "decoding")
            async with self.store.get(key) as chunks:
                if _BROKEN in b"".join([chunk async for chunk in chunks]):
                    errors.append(f"{key} is broken")
        return errors

    async def close(self) -> None:
        pass

    def _made(self, media: Media, part: MediaPart) -> tuple[Mapping[str, Any], Mapping[str, tuple[str, bytes]]]:
        """Fields of the media, and content type and body of each file."""
        if part is MediaPart.METADATA:
            known = self._processor.media()
            names = ("duration_seconds", "width", "height", "frame_rate")
            return {name: getattr(media, name) or getattr(known, name) for name in names}, {}
        if part is MediaPart.THUMBNAILS:
            fields = {
                "poster": "added-1/poster.jpg",
                "card": "added-1/card.webp",
                "stills": (Still(0.0, "added-1/poster.jpg", "added-1/card.webp"),),
                "preview": "added-1/preview.vtt",
                "sprites": ("added-1/sprite.jpg",),
            }
            jpeg, webp = b"\xff\xd8\xff\xd9", b"RIFF\x04\0\0\0WEBP"
            return fields, {
                "added-1/poster.jpg": (_JPEG, jpeg),
                "added-1/card.webp": (_WEBP, webp),
                "added-1/preview.vtt": (_VTT, b"WEBVTT\n"),
                "added-1/sprite.jpg": (_JPEG, jpeg),
            }
        kinds = [PrintKind.FRAMES, PrintKind.SOUND] if media.has_audio else [PrintKind.FRAMES]
        prints = tuple(PrintFile(kind, 1.0, f"added-1/{kind}.bin") for kind in kinds)
        return {"prints": prints}, {file.name: (_BIN, b"") for file in prints}

    async def put(self, key: str, body: bytes, content_type: str) -> None:
        async def chunks() -> AsyncIterator[bytes]:
            yield body

        await self.store.put(key, chunks(), content_type=content_type, size=len(body))
