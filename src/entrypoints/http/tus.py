"""The tus protocol for resumable uploads, version 1.0.0 (https://tus.io/protocols/resumable-upload): its headers."""

import binascii
import re
from base64 import b64decode
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from aiohttp import web
from aiohttp.client_exceptions import ClientError
from aiohttp.http_exceptions import HttpProcessingError

from entrypoints.http.bodies import UploadForm
from entrypoints.http.call import Scope
from entrypoints.http.cors import Cors, is_preflight
from entrypoints.http.outer import Serve
from entrypoints.http.pace import paced
from entrypoints.http.parsing import as_fields, validate
from entrypoints.http.ranges import http_date
from streamcore.shared.errors import Detail, Invalid, PreconditionFailed, UnsupportedMediaType
from streamcore.videos.models.details import VideoDetails
from streamcore.videos.use_cases.append_to_upload import CHECKSUMS, Checksum
from streamcore.videos.use_cases.get_upload import UploadState
from streamcore.videos.use_cases.reserve_upload import AnnouncedFile

VERSION = "1.0.0"
EXTENSIONS = ("creation", "creation-with-upload", "termination", "checksum", "expiration")
CONTENT_TYPE = "application/offset+octet-stream"
CHUNK = 256 * 1024

_NUMBER = re.compile(r"[0-9]{1,18}")
_KEY = re.compile(r"[!-+\--~]{1,100}")  # visible ASCII without the comma
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
MAX_METADATA = 24 * 1024


class TusDoor:
    """Put around the operations of the protocol: the version is agreed on, and named on every answer."""

    def __init__(self, serve: Serve, cors: Cors) -> None:
        self._serve = serve
        self._cors = cors

    async def __call__(self, request: web.Request, scope: Scope) -> web.StreamResponse:
        if is_preflight(request):
            return self._cors.preflight(request)
        scope.own_headers = (("Tus-Resumable", VERSION),)
        if request.method != "OPTIONS" and request.headers.get("Tus-Resumable") != VERSION:
            scope.own_headers += (("Tus-Version", VERSION),)
            raise PreconditionFailed(f"Send `Tus-Resumable: {VERSION}`.")
        return await self._serve(request, scope)


def options(max_size: int) -> dict[str, str]:
    """What the server can do."""
    return {
        "Tus-Version": VERSION,
        "Tus-Extension": ",".join(EXTENSIONS),
        "Tus-Max-Size": str(max_size),
        "Tus-Checksum-Algorithm": ",".join(CHECKSUMS),
    }


def state_headers(state: UploadState) -> dict[str, str]:
    """Where an upload stands."""
    headers = {"Upload-Offset": str(state.received), "X-Video-ID": state.video_id, "Cache-Control": "no-store"}
    if state.size is not None:
        headers["Upload-Length"] = str(state.size)
    if state.upload is not None:
        headers["Upload-Expires"] = http_date(state.upload.expires_at)
        if state.upload.metadata:
            headers["Upload-Metadata"] = state.upload.metadata
    return headers


def number_of(headers: Mapping[str, str], name: str) -> int:
    """A header that holds a number; `Invalid` where it is missing or holds something else."""
    text = headers.get(name)
    if text is None:
        raise Invalid.field(name, "This header is needed.", "missing")
    if not _NUMBER.fullmatch(text):
        raise Invalid.field(name, "Send a whole number.", "int_parsing")
    return int(text)


def checksum_of(headers: Mapping[str, str]) -> Checksum | None:
    """The checksum of the body, where one was sent; `Invalid` for one that cannot be compared."""
    text = headers.get("Upload-Checksum")
    if text is None:
        return None
    algorithm, _, encoded = text.strip().partition(" ")
    if algorithm.lower() not in CHECKSUMS:
        known = ", ".join(CHECKSUMS)
        raise Invalid.field(
            "Upload-Checksum", f"This algorithm is not known; send one of {known}.", "unknown_algorithm"
        )
    return Checksum(algorithm.lower(), _decoded(encoded.strip(), "Upload-Checksum"))


def require_bytes(request: web.Request) -> None:
    if request.content_type != CONTENT_TYPE:
        raise UnsupportedMediaType(f"Send the bytes as {CONTENT_TYPE}.")


async def body_of(request: web.Request) -> AsyncIterator[bytes]:
    """The bytes as they come; `ConnectionError` where the client goes away before their end."""
    try:
        async for chunk in paced(aiter(request.content.iter_chunked(CHUNK))):
            yield chunk
    except (HttpProcessingError, ClientError, ValueError) as error:
        raise ConnectionResetError("The body broke off.") from error


@dataclass(frozen=True, slots=True)
class Announced:
    """What creating an upload says; ``raw`` is the metadata as they came."""

    file: AnnouncedFile
    details: VideoDetails
    raw: str


def announced(headers: Mapping[str, str]) -> Announced:
    """The file and the video that a creation announces.

    Metadata: ``filename`` (or ``name``), ``filetype`` (or ``content_type``, or a media type as ``type``),
    ``checksum_sha256``, and every field of a video; others are passed over. Without ``title`` the file's name is it.
    """
    if "Upload-Defer-Length" in headers:
        raise Invalid.field("Upload-Defer-Length", "Say how large the file is when you begin.", "not_supported")
    size, raw = number_of(headers, "Upload-Length"), headers.get("Upload-Metadata", "")
    values = metadata_of(raw)
    kind = values.pop("type", "") if "/" in values.get("type", "") else ""
    filename = values.get("filename") or values.get("name") or "upload"
    content_type = values.get("filetype") or values.get("content_type") or kind or "application/octet-stream"
    checksum = values.get("checksum_sha256") or None
    if checksum is not None and not _SHA256.fullmatch(checksum):
        raise Invalid.field("checksum_sha256", "This is no SHA-256 in hex.", "checksum")
    fields = {name: [value] for name, value in values.items() if name in UploadForm.model_fields}
    fields.setdefault("title", [_title(filename)])
    form = validate(UploadForm, as_fields(fields, UploadForm))
    file = AnnouncedFile(
        filename,
        content_type,
        size,
        checksum.lower() if checksum else None,
        metadata=raw or None,
    )
    return Announced(file, VideoDetails.model_validate(form.model_dump()), raw)


def metadata_of(raw: str) -> dict[str, str]:
    """``Upload-Metadata``: pairs of a key and a value in Base64, separated by commas; the value may be left out."""
    if len(raw) > MAX_METADATA:
        raise _wrong(f"Send at most {MAX_METADATA} characters.")
    values: dict[str, str] = {}
    for pair in raw.split(",") if raw.strip() else ():
        key, _, encoded = pair.strip().partition(" ")
        if not _KEY.fullmatch(key) or key in values:
            raise _wrong("Each key comes once, in visible ASCII characters.")
        try:
            values[key] = _decoded(encoded.strip(), "Upload-Metadata").decode()
        except UnicodeDecodeError:
            raise _wrong(f"The value of {key} is no UTF-8.") from None
    return values


def _title(filename: str) -> str:
    stem = PurePosixPath(filename).stem.strip()[:200]
    return stem if len(stem) >= 3 else f"{stem} video".strip()


def _decoded(text: str, header: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid.field(header, "A value is no Base64.", "base64") from None


def _wrong(message: str) -> Invalid:
    return Invalid("The metadata cannot be read.", details=[Detail("Upload-Metadata", message, "metadata")])
