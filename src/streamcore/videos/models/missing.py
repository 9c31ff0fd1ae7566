"""What a video that was processed by an older release, or elsewhere, does not have yet."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from streamcore.videos.models.media import Media, PrintKind


class MediaPart(StrEnum):
    """What can be missing; each is looked for by one rule below."""

    METADATA = "metadata"
    THUMBNAILS = "thumbnails"
    FINGERPRINTS = "fingerprints"
    RUNGS = "rungs"


def missing_parts(media: Media, rungs: Sequence[str]) -> frozenset[MediaPart]:
    """The parts that ``media`` lacks; ``rungs`` are the names of the renditions that it should have by now."""
    lacking = {part for part, lacks in _LACKS.items() if lacks(media)}
    if not set(rungs) <= {rendition.name for rendition in media.renditions}:
        lacking.add(MediaPart.RUNGS)
    return frozenset(lacking)


def _lacks_metadata(media: Media) -> bool:
    return min(media.duration_seconds, media.width, media.height, media.frame_rate) <= 0


def _lacks_thumbnails(media: Media) -> bool:
    return not (media.poster and media.card and media.stills and media.preview and media.sprites)


def _lacks_fingerprints(media: Media) -> bool:
    wanted = {PrintKind.FRAMES, PrintKind.SOUND} if media.has_audio else {PrintKind.FRAMES}
    return not wanted <= {file.kind for file in media.prints}


_LACKS: Mapping[MediaPart, Callable[[Media], bool]] = {
    MediaPart.METADATA: _lacks_metadata,
    MediaPart.THUMBNAILS: _lacks_thumbnails,
    MediaPart.FINGERPRINTS: _lacks_fingerprints,
}
