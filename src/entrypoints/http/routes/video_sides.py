"""What belongs to a video beside its stream: captions, the thumbnail, copies among other videos."""

from typing import Any

from entrypoints.http import answers, presenters
from entrypoints.http.bodies import CaptionsQuery, ThumbnailBody, ThumbnailForm
from entrypoints.http.call import Call
from entrypoints.http.door import Door
from entrypoints.http.form_parts import FormParts
from entrypoints.http.operations import Access, Form, Reply, Table
from entrypoints.http.parsing import read_limited
from entrypoints.http.rates import RateClass
from entrypoints.http.routes.videos import own_video
from streamcore.shared.errors import Invalid
from streamcore.videos.models.images import Thumbnail
from streamcore.videos.models.subtitles import MOST_BYTES
from streamcore.videos.use_cases.set_thumbnail import MOST_IMAGE_BYTES

table = Table("captions and images", "/api/v1/videos", "What belongs to a video beside its stream.")

AnyCall = Call[Any, Any]


async def _shown(door: Door, call: AnyCall) -> answers.Video:
    return door.presenter.video(await door.platform.videos.get(call.actor, call.video_id), call.actor)


@table.operation(
    "PUT",
    "/{video_id}/captions/{lang}",
    id="putCaptions",
    summary="Add captions in a language, or replace them",
    description="The body is a file of WebVTT or SubRip in UTF-8, of at most 2 MiB. It is read strictly (an error "
    "names its line) and kept as plain WebVTT. Players find it in the stream at once; nothing is processed again.",
    access=Access.USER,
    query=CaptionsQuery,
    receives="text/vtt",
    answer=answers.Video,
    guard=own_video,
    errors=(403, 404, 409, 413),
)
async def put_captions(door: Door, call: Call[CaptionsQuery, None]) -> Reply:
    await own_video(door, call)
    body = await read_limited(call.request, MOST_BYTES)
    await door.platform.videos.put_captions(call.actor, call.video_id, call.path["lang"], body, call.query.label)
    return Reply(await _shown(door, call))


@table.operation(
    "DELETE",
    "/{video_id}/captions/{lang}",
    id="deleteCaptions",
    summary="Take captions away",
    access=Access.USER,
    status=204,
    errors=(400, 403, 404),
)
async def delete_captions(door: Door, call: AnyCall) -> Reply:
    await door.platform.videos.delete_captions(call.actor, call.video_id, call.path["lang"])
    return Reply()


@table.operation(
    "GET",
    "/{video_id}/thumbnails",
    id="listThumbnails",
    summary="Thumbnails to choose from",
    access=Access.USER,
    answer=answers.Thumbnails,
    errors=(403, 404),
)
async def list_thumbnails(door: Door, call: AnyCall) -> Reply:
    found = await door.platform.videos.thumbnails(call.actor, call.video_id)
    view = await door.platform.videos.get(call.actor, call.video_id)
    return Reply(presenters.thumbnails(found, door.presenter.base(view, call.actor)))


async def upload_thumbnail(door: Door, call: AnyCall) -> Reply:
    """An image as the part ``file`` of a form."""
    await own_video(door, call)
    parts = await FormParts.of(call.request)
    image: bytes | None = None
    async for part in parts:
        if part.name != "file" or image is not None:
            raise Invalid.field(str(part.name), "Send one part called `file`.", "unexpected_field")
        image = b"".join([chunk async for chunk in parts.chunks(part, limit=MOST_IMAGE_BYTES)])
    if not image:
        raise Invalid.field("file", "Send the image as a part called `file`.", "missing")
    await door.platform.videos.upload_thumbnail(call.actor, call.video_id, image)
    return Reply(await _shown(door, call))


@table.operation(
    "PUT",
    "/{video_id}/thumbnail",
    id="setThumbnail",
    summary="Choose the thumbnail, or upload one",
    description="JSON chooses one of the thumbnails by its `index` (null: the best). multipart/form-data brings a "
    "JPEG, PNG or WebP image of at most 10 MiB, which is drawn anew. The choice outlives reprocessing.",
    access=Access.USER,
    body=ThumbnailBody,
    form=Form(fields=ThumbnailForm, status=200, handler=upload_thumbnail, rate=RateClass.UPLOAD),
    answer=answers.Video,
    guard=own_video,
    errors=(403, 404, 409, 422),
    examples={"body": {"index": 2}},
)
async def set_thumbnail(door: Door, call: Call[None, ThumbnailBody]) -> Reply:
    chosen = None if call.body.index is None else Thumbnail(still=call.body.index)
    await door.platform.videos.choose_thumbnail(call.actor, call.video_id, chosen)
    return Reply(await _shown(door, call))


@table.operation(
    "GET",
    "/{video_id}/duplicates",
    id="listDuplicates",
    summary="Videos that share picture or sound with it",
    description="For its owner, as far as the others are theirs too or lists show them, and for moderators.",
    access=Access.USER,
    answer=list[answers.Duplicate],
    errors=(403, 404),
)
async def list_duplicates(door: Door, call: AnyCall) -> Reply:
    found = await door.platform.videos.duplicates(call.actor, call.video_id)
    return Reply([presenters.duplicate(one) for one in found])
