"""Videos: upload, lifecycle, reading."""

from typing import Any

from aiohttp import web

from entrypoints.http import answers, presenters
from entrypoints.http.bodies import ConfirmBody, UploadForm, UploadUrlBody, VideosQuery
from entrypoints.http.call import Call
from entrypoints.http.direct_upload import upload_directly
from entrypoints.http.door import Door
from entrypoints.http.operations import Access, Form, Idempotency, Reply, Table
from entrypoints.http.public_lists import channel_id_of, public_videos
from entrypoints.http.rates import RateClass
from entrypoints.http.rendering import envelope
from streamcore.shared.access import ANONYMOUS, Permission
from streamcore.shared.errors import Conflict
from streamcore.shared.ids import VideoId
from streamcore.videos.models.details import VideoChanges
from streamcore.videos.policies import video_tag
from streamcore.videos.use_cases.reserve_upload import AnnouncedFile
from streamcore.videos.views import VideoList

table = Table("videos", "/api/v1/videos", "Upload, lifecycle and reading of videos.")

VIDEO_TTL = 300.0
VIDEO_CACHE_CONTROL = "public, max-age=5"

AnyCall = Call[Any, Any]


async def own_video(door: Door, call: AnyCall) -> None:
    """What the caller is told who may not change the video, before their input is judged."""
    await door.platform.videos.check_owner(call.actor, call.video_id)


async def _may_reprocess(door: Door, call: AnyCall) -> None:
    if not call.actor.may(Permission.ACCESS_ADMIN_API):
        await own_video(door, call)


async def _shown(door: Door, call: AnyCall, video_id: VideoId) -> answers.Video:
    return door.presenter.video(await door.platform.videos.get(call.actor, video_id), call.actor)


@table.operation(
    "POST",
    "/upload-url",
    id="createUploadUrl",
    summary="Announce a file and get an address to send it to",
    description="A repeat with the same key gets the first answer, whatever has become of the upload since. Where its "
    "address has expired before the file was sent, begin a new upload with a new key.",
    access=Permission.UPLOAD_VIDEOS,
    body=UploadUrlBody,
    answer=answers.UploadUrl,
    status=201,
    rate=RateClass.UPLOAD,
    idempotency=Idempotency.REQUIRED,
    errors=(409, 413, 422),
    examples={"body": {"filename": "clip.mp4", "content_type": "video/mp4", "size_bytes": 1055736}},
)
async def create_upload_url(door: Door, call: Call[None, UploadUrlBody]) -> Reply:
    body = call.body
    file = AnnouncedFile(body.filename, body.content_type, body.size_bytes, body.checksum_sha256)
    return Reply(presenters.upload_url(await door.platform.videos.presign_upload(call.actor, file, call.key)))


@table.operation(
    "POST",
    "",
    id="createVideo",
    summary="Confirm an upload, or upload through the API",
    description="JSON confirms a file sent to an upload address (201). multipart/form-data brings the file (202), and "
    "needs an X-Idempotency-Key; its parts may come in any order.",
    access=Permission.UPLOAD_VIDEOS,
    body=ConfirmBody,
    form=Form(fields=UploadForm, status=202, handler=upload_directly, rate=RateClass.UPLOAD),
    answer=answers.Video,
    status=201,
    idempotency=Idempotency.HONOURED,
    errors=(404, 409, 410, 413, 422),
    examples={
        "body": {
            "video_id": "01936b2e-8f4e-7cc3-9b0a-6d2f5a1c7e90",
            "title": "Ink in water",
            "tags": ["ink"],
            "visibility": "public",
        }
    },
)
async def confirm_upload(door: Door, call: Call[None, ConfirmBody]) -> Reply:
    video_id = VideoId(call.body.video_id)
    await door.platform.videos.confirm_upload(call.actor, video_id, call.body.details())
    return Reply(await _shown(door, call, video_id))


@table.operation(
    "GET",
    "",
    id="listVideos",
    summary="Newest public videos",
    query=VideosQuery,
    answer=list[answers.Video],
    paged=True,
    conditional=True,
    errors=(404,),
)
async def list_videos(door: Door, call: Call[VideosQuery, None]) -> Reply | web.Response:
    query = call.query
    channel_id = await channel_id_of(door, query.channel, call.actor) if query.channel else None
    return await public_videos(door, call, VideoList(channel_id, query.type))


@table.operation(
    "GET", "/{video_id}", id="getVideo", summary="A video", answer=answers.Video, conditional=True, errors=(404,)
)
async def get_video(door: Door, call: Call[None, None]) -> Reply | web.Response:
    video_id = call.video_id
    if call.actor is not ANONYMOUS:
        return Reply(await _shown(door, call, video_id))

    async def load() -> bytes:
        return envelope(await _shown(door, call, video_id))

    return await door.public.answer(
        call,
        f"video:{video_id}",
        load,
        # Addresses in a kept answer have to live on for much longer than it is kept.
        ttl=min(VIDEO_TTL, door.settings.media_link_seconds / 4),
        tags=(video_tag(video_id),),
        cache_control=VIDEO_CACHE_CONTROL,
        of_address=True,
    )


@table.operation(
    "PATCH",
    "/{video_id}",
    id="changeVideo",
    summary="Edit what is said about a video, or when it is published",
    description="Fields that are not given stay as they are. `publish_at` schedules a video that is not published yet, "
    "or moves its schedule, to a time ahead; null takes the schedule back, and the video waits to be published.",
    access=Access.USER,
    body=VideoChanges,
    answer=answers.Video,
    guard=own_video,
    errors=(403, 404, 409),
    examples={"body": {"title": "Ink in warm water", "visibility": "unlisted"}},
)
async def change_video(door: Door, call: Call[None, VideoChanges]) -> Reply:
    await door.platform.videos.change(call.actor, call.video_id, call.body)
    return Reply(await _shown(door, call, call.video_id))


@table.operation(
    "DELETE",
    "/{video_id}",
    id="deleteVideo",
    summary="Delete a video",
    description="It is hidden from everybody at once; its files go after the legal hold.",
    access=Access.USER,
    status=204,
    errors=(403, 404),
)
async def delete_video(door: Door, call: Call[None, None]) -> Reply:
    await door.platform.videos.delete(call.actor, call.video_id)
    return Reply()


@table.operation(
    "GET",
    "/{video_id}/status",
    id="getVideoStatus",
    summary="How far a video is",
    answer=answers.Status,
    conditional=True,
    errors=(404,),
    examples={
        "answer": {
            "video_id": "01936b2e-8f4e-7cc3-9b0a-6d2f5a1c7e90",
            "status": "processing",
            "progress": 42.5,
            "stage": "transcoding",
        }
    },
)
async def get_status(door: Door, call: Call[None, None]) -> Reply:
    status = await door.platform.videos.status(call.actor, call.video_id)
    return Reply(door.presenter.status(status, call.actor))


@table.operation(
    "GET",
    "/{video_id}/stream-url",
    id="getStreamUrl",
    summary="Where the stream lies",
    description="The address of a video that is not public is signed and expires; ask again for a new one. It opens "
    "what its viewer may watch: hidden from them, it closes within seconds.",
    answer=answers.StreamUrl,
    conditional=True,
    errors=(404, 409),
)
async def get_stream_url(door: Door, call: Call[None, None]) -> Reply:
    view = await door.platform.videos.get(call.actor, call.video_id)
    address = door.presenter.stream_url(view, call.actor)
    if address is None:
        raise Conflict(f"The video is {view.status}, so it cannot be played yet.")
    return Reply(address)


@table.operation(
    "POST",
    "/{video_id}/publish",
    id="publishVideo",
    summary="Publish a video now, or as soon as it is ready",
    access=Access.USER,
    answer=answers.Video,
    guard=own_video,
    errors=(403, 404, 409),
)
async def publish_video(door: Door, call: Call[None, None]) -> Reply:
    await door.platform.videos.publish(call.actor, call.video_id)
    return Reply(await _shown(door, call, call.video_id))


@table.operation(
    "POST",
    "/{video_id}/reprocess",
    id="reprocessVideo",
    summary="Process a video again from its kept file",
    description="A failed video: for its owner. One that can be played: for its owner, moderators and admins. It stays "
    "in service until the new files are ready; its status tells of the work by `stage`, and by `error` if that failed. "
    "While it is being processed, asking again changes nothing.",
    access=Access.USER,
    answer=answers.Video,
    status=202,
    guard=_may_reprocess,
    errors=(403, 404, 409),
)
async def reprocess_video(door: Door, call: Call[None, None]) -> Reply:
    await door.platform.videos.reprocess(call.actor, call.video_id)
    return Reply(await _shown(door, call, call.video_id))
