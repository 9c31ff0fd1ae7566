"""Between videos and rows of the table ``videos``."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from streamcore.shared.visibility import Visibility
from streamcore.videos.models.captions import Caption
from streamcore.videos.models.details import VideoDetails, VideoType
from streamcore.videos.models.images import Still, Thumbnail
from streamcore.videos.models.media import Media, PrintFile, PrintKind, Rendition
from streamcore.videos.models.status import Failure, VideoStatus
from streamcore.videos.models.upload import PendingUpload, Source, Transfer
from streamcore.videos.models.video import Video

_UNSAID: dict[str, Any] = {
    "title": None,
    "description": "",
    "type": VideoType.VIDEO.value,
    "visibility": Visibility.PRIVATE.value,
    "tags": [],
    "category": None,
    "country": None,
    "is_adult": False,
    "is_free": True,
    "publish": True,
    "publish_at": None,
}


def video_values(video: Video, version: int) -> dict[str, Any]:
    """Every column but the id."""
    return _details_values(video.details) | {
        "channel_id": video.channel_id,
        "owner_id": video.owner_id,
        "status": video.status.value,
        "held": video.held,
        "upload": _upload_value(video.upload),
        "upload_expires_at": video.upload.expires_at if video.upload else None,
        "source": asdict(video.source) if video.source else None,
        "job_id": video.job_id,
        "media": asdict(video.media) if video.media else None,
        "generation": video.generation,
        "failure": asdict(video.failure) if video.failure else None,
        "created_at": video.created_at,
        "published_at": video.published_at,
        "deleted_at": video.deleted_at,
        "stored_bytes": video.stored_bytes,
        "captions": [_caption_value(caption) for caption in video.captions],
        "thumbnail": asdict(video.thumbnail) if video.thumbnail else None,
        "version": version,
    }


def _details_values(details: VideoDetails | None) -> dict[str, Any]:
    if details is None:
        return _UNSAID
    values = {name: getattr(details, name) for name in _UNSAID}
    return values | {"type": details.type.value, "visibility": details.visibility.value, "tags": list(details.tags)}


def _upload_value(upload: PendingUpload | None) -> dict[str, Any] | None:
    if upload is None:
        return None
    return {name: value for name, value in asdict(upload).items() if name != "expires_at"}


def video(row: Row[Any]) -> Video:
    return Video(
        id=row.id,
        channel_id=row.channel_id,
        owner_id=row.owner_id,
        status=VideoStatus(row.status),
        details=_details(row),
        created_at=row.created_at,
        upload=_upload(row.upload, row.upload_expires_at),
        source=Source(**row.source) if row.source else None,
        job_id=row.job_id,
        media=media(row.media),
        generation=row.generation,
        failure=failure(row.failure),
        held=row.held,
        published_at=row.published_at,
        deleted_at=row.deleted_at,
        captions=captions(row.captions),
        thumbnail=thumbnail(row.thumbnail),
        version=row.version,
    )


def _details(row: Row[Any]) -> VideoDetails | None:
    if row.title is None:
        return None
    # What was valid when it was stored is shown as it is, whatever the rules are by now.
    return VideoDetails.model_construct(
        title=row.title,
        description=row.description,
        type=VideoType(row.type),
        visibility=Visibility(row.visibility),
        tags=row.tags,
        category=row.category,
        country=row.country,
        is_adult=row.is_adult,
        is_free=row.is_free,
        publish=row.publish,
        publish_at=row.publish_at,
    )


def _upload(value: dict[str, Any] | None, expires_at: datetime) -> PendingUpload | None:
    if not value:
        return None
    transfer = Transfer(**value["transfer"]) if value.get("transfer") else None
    return PendingUpload(expires_at=expires_at, **(value | {"transfer": transfer}))


def media(value: dict[str, Any] | None) -> Media | None:
    if value is None:
        return None
    parts: dict[str, Any] = {
        "renditions": tuple(Rendition(**rendition) for rendition in value["renditions"]),
        "stills": tuple(Still(**still) for still in value.get("stills", ())),
        "sprites": tuple(value.get("sprites", ())),
        "prints": tuple(PrintFile(**(file | {"kind": PrintKind(file["kind"])})) for file in value.get("prints", ())),
    }
    return Media(**(value | parts))


def captions(value: Sequence[Mapping[str, Any]]) -> tuple[Caption, ...]:
    return tuple(Caption(**{**caption, "added_at": datetime.fromisoformat(caption["added_at"])}) for caption in value)


def _caption_value(caption: Caption) -> dict[str, Any]:
    return asdict(caption) | {"added_at": caption.added_at.isoformat()}


def thumbnail(value: Mapping[str, Any] | None) -> Thumbnail | None:
    return Thumbnail(**value) if value else None


def failure(value: dict[str, Any] | None) -> Failure | None:
    return Failure(**value) if value else None
