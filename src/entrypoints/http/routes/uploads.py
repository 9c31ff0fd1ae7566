"""Uploads: what is allowed, large files in parts, and resumable ones by tus."""

import contextlib
from dataclasses import replace
from typing import Any

from aiohttp import web

from entrypoints.http import answers, presenters, tus
from entrypoints.http.bodies import PartsBody
from entrypoints.http.call import Call
from entrypoints.http.door import Door
from entrypoints.http.idempotent import HEADER
from entrypoints.http.operations import Access, Idempotency, Reply, Table
from entrypoints.http.parsing import fingerprint
from entrypoints.http.ranges import http_date
from entrypoints.http.rates import RateClass
from streamcore.shared.access import Permission
from streamcore.shared.errors import Conflict, Invalid, Locked, NotFound, Unavailable
from streamcore.shared.ids import VideoId
from streamcore.videos.policies import ACCEPTED_TYPES
from streamcore.videos.use_cases.append_to_upload import CHECKSUMS
from streamcore.videos.use_cases.get_upload import UploadState

table = Table("uploads", "/api/v1/uploads", "Limits, large files in parts, and resumable uploads (tus 1.0).")

AnyCall = Call[Any, Any]
RESUMABLE = {"Tus-Resumable": "`1.0.0`; 412 without it."}
OFFSET = {"Upload-Offset": "Where the bytes begin: what the server has told last."}
CHECKSUM = {"Upload-Checksum": "`sha1`, `sha256` or `md5`, a space, the digest of this body in Base64."}


@table.operation(
    "GET",
    "/limits",
    id="getUploadLimits",
    summary="What may be uploaded",
    description="Sizes, types, the longest duration, and how much of one's quota is left.",
    access=Access.USER,
    answer=answers.UploadLimits,
)
async def get_limits(door: Door, call: AnyCall) -> Reply:
    allowance = await door.platform.videos.upload_limits(call.actor)
    limits = allowance.limits
    shown: answers.UploadLimits = {
        "max_size_bytes": limits.max_size,
        "content_types": list(ACCEPTED_TYPES),
        "max_duration_seconds": limits.longest_seconds,
        "part_size_bytes": limits.part_size,
        "quota_bytes": limits.quota,
        "used_bytes": allowance.used,
        "available_bytes": max(0, limits.quota - allowance.used),
        "tus": {
            "version": tus.VERSION,
            "extensions": list(tus.EXTENSIONS),
            "checksum_algorithms": list(CHECKSUMS),
        },
    }
    return Reply(shown)


@table.operation(
    "GET",
    "/{video_id}/parts",
    id="getUploadParts",
    summary="Which parts of a large file have arrived",
    description="To go on after an interruption, send those that are missing.",
    access=Access.USER,
    answer=answers.UploadParts,
    errors=(403, 404, 409, 410),
)
async def get_parts(door: Door, call: AnyCall) -> Reply:
    state = await door.platform.videos.get_upload(call.actor, call.video_id)
    upload = state.upload
    if upload is None or upload.transfer is not None or not upload.in_parts:
        raise Conflict("This upload does not come in parts." if upload else "This upload is complete.")
    return Reply(presenters.upload_parts(state, upload))


@table.operation(
    "POST",
    "/{video_id}/parts",
    id="signUploadParts",
    summary="Get addresses for parts of a large file",
    description="As many as are needed next, and as often: an address works for an hour.",
    access=Access.USER,
    body=PartsBody,
    answer=answers.SignedParts,
    idempotency=Idempotency.NATURAL,
    errors=(403, 404, 409, 410),
    examples={"body": {"numbers": [101, 102, 103]}},
)
async def sign_parts(door: Door, call: Call[None, PartsBody]) -> Reply:
    parts = await door.platform.videos.sign_parts(call.actor, call.video_id, call.body.numbers)
    expires_at = min(part.request.expires_at for part in parts)
    shown: answers.SignedParts = {"parts": [presenters.part(part) for part in parts], "expires_at": expires_at}
    return Reply(shown)


@table.operation(
    "OPTIONS",
    "",
    id="getTusOptions",
    summary="What the tus server can do",
    status=204,
    tus=True,
)
async def get_options(door: Door, call: AnyCall) -> web.Response:
    return web.Response(status=204, headers=tus.options(door.platform.ports.upload_limits.max_size))


@table.operation(
    "OPTIONS",
    "/{video_id}",
    id="getTusUploadOptions",
    summary="What the tus server can do",
    status=204,
    tus=True,
)
async def get_upload_options(door: Door, call: AnyCall) -> web.Response:
    return await get_options(door, call)


@table.operation(
    "POST",
    "",
    id="createTusUpload",
    summary="Begin a resumable upload (tus)",
    description="The metadata say what the video is: `filename`, `filetype`, `checksum_sha256`, and every field of a "
    "video such as `title`, `visibility` or `tags` (separated by commas). The address of the upload is in `Location`, "
    "the video's id in `X-Video-ID`. The first bytes may come along. A repeat with the same key finds the same upload. "
    "The video is processed as soon as the last byte is there.",
    access=Permission.UPLOAD_VIDEOS,
    answer=answers.TusUpload,
    status=201,
    rate=RateClass.UPLOAD,
    idempotency=Idempotency.EFFECT,
    receives=tus.CONTENT_TYPE,
    request_headers=RESUMABLE
    | {"Upload-Length": "Bytes of the file.", "Upload-Metadata": "Keys, each with a value in Base64."}
    | CHECKSUM,
    errors=(409, 410, 412, 413, 415, 422, 460),
    tus=True,
)
async def create_upload(door: Door, call: AnyCall) -> Reply:
    if call.key is None:
        raise Invalid.field(HEADER, "Send a key that is new for each upload.", "missing")
    headers = call.request.headers
    told = tus.announced(headers)
    key = replace(call.key, fingerprint=fingerprint([told.file.size, told.raw]))
    state = await door.platform.videos.create_upload(call.actor, told.file, told.details, key)
    if state.received == 0 and call.request.can_read_body and call.request.content_length != 0:
        tus.require_bytes(call.request)
        state = await _first_bytes(door, call, state)
    shown: answers.TusUpload = {
        "video_id": state.video_id,
        "offset": state.received,
        "size_bytes": told.file.size or 0,
    }
    location = {"Location": f"{table.prefix}/{state.video_id}"}
    return Reply(shown, headers=tus.state_headers(state) | location)


async def _first_bytes(door: Door, call: AnyCall, state: UploadState) -> UploadState:
    """The upload is there whatever becomes of the bytes: where they cannot be taken now, the client goes on later."""
    append, body = door.platform.videos.append_to_upload, tus.body_of(call.request)
    with contextlib.suppress(Conflict, Locked, Unavailable):
        await append(call.actor, state.video_id, 0, body, checksum=tus.checksum_of(call.request.headers))
    return await door.platform.videos.get_upload(call.actor, state.video_id)


@table.operation(
    "HEAD",
    "/{video_id}",
    id="getTusUpload",
    summary="How far an upload has come (tus)",
    description="`Upload-Offset` tells where to go on; it is the whole length once the upload is complete.",
    access=Access.USER,
    request_headers=RESUMABLE,
    errors=(401, 403, 404, 410, 412, 503),
    tus=True,
)
async def head_upload(door: Door, call: AnyCall) -> web.Response:
    return web.Response(status=200, headers=tus.state_headers(await _state(door, call)))


async def _state(door: Door, call: AnyCall) -> UploadState:
    state = await door.platform.videos.get_upload(call.actor, call.video_id)
    if state.upload is not None and state.upload.transfer is None:
        raise NotFound("This upload is not sent by tus.")
    return state


@table.operation(
    "PATCH",
    "/{video_id}",
    id="appendToTusUpload",
    summary="Send more bytes (tus)",
    description="They begin at `Upload-Offset`; the new offset is answered in the same header. What came of a request "
    "that broke off is kept. While another request writes, 423. With the last byte the video goes to processing; ask "
    "its status.",
    access=Access.USER,
    status=204,
    receives=tus.CONTENT_TYPE,
    request_headers=RESUMABLE | OFFSET | CHECKSUM,
    errors=(400, 403, 404, 409, 410, 412, 413, 415, 422, 423, 460),
    tus=True,
)
async def append_to_upload(door: Door, call: AnyCall) -> web.Response:
    request = call.request
    tus.require_bytes(request)
    offset, checksum = tus.number_of(request.headers, "Upload-Offset"), tus.checksum_of(request.headers)
    video_id = call.video_id
    appended = await door.platform.videos.append_to_upload(
        call.actor, video_id, offset, tus.body_of(request), checksum=checksum
    )
    headers = {"Upload-Offset": str(appended.offset), "X-Video-ID": video_id, "Cache-Control": "no-store"}
    if not appended.complete:
        headers["Upload-Expires"] = http_date(appended.expires_at)
    return web.Response(status=204, headers=headers)


@table.operation(
    "DELETE",
    "/{video_id}",
    id="terminateTusUpload",
    summary="Give an upload up (tus)",
    description="What had arrived is removed, and the video with it.",
    access=Access.USER,
    status=204,
    request_headers=RESUMABLE,
    errors=(403, 404, 409, 412),
    tus=True,
)
async def terminate_upload(door: Door, call: AnyCall) -> web.Response:
    await door.platform.videos.terminate_upload(call.actor, VideoId(call.video_id))
    return web.Response(status=204)


@table.operation(
    "POST",
    "/{video_id}",
    id="overrideTusMethod",
    summary="PATCH or DELETE for clients that can only POST (tus)",
    access=Access.USER,
    status=204,
    receives=tus.CONTENT_TYPE,
    request_headers=RESUMABLE | OFFSET | CHECKSUM | {"X-HTTP-Method-Override": "`PATCH` or `DELETE`."},
    idempotency=Idempotency.NATURAL,
    errors=(400, 403, 404, 405, 409, 410, 412, 413, 415, 422, 423, 460),
    tus=True,
)
async def override_method(door: Door, call: AnyCall) -> web.Response:
    match call.request.headers.get("X-HTTP-Method-Override", "").upper():
        case "PATCH":
            return await append_to_upload(door, call)
        case "DELETE":
            return await terminate_upload(door, call)
        case _:
            raise web.HTTPMethodNotAllowed("POST", ["HEAD", "PATCH", "DELETE"])
