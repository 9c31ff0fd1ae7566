"""A file that comes through the API as multipart/form-data (RFC 7578): streamed to storage as it arrives."""

import contextlib
from dataclasses import replace
from typing import Any

import structlog
from aiohttp import BodyPartReader, web
from pydantic import ValidationError

from entrypoints.http.bodies import UploadForm
from entrypoints.http.call import Call
from entrypoints.http.door import Door
from entrypoints.http.form_parts import FormParts
from entrypoints.http.idempotent import HEADER, kept_answer
from entrypoints.http.operations import Reply
from entrypoints.http.parsing import as_fields, invalid, validate
from streamcore.shared.errors import Conflict, Invalid, PayloadTooLarge, StreamcoreError, Unavailable
from streamcore.shared.idempotency import IdempotencyKey
from streamcore.videos.models.details import VideoDetails
from streamcore.videos.models.upload import Source
from streamcore.videos.models.video import Video
from streamcore.videos.use_cases.reserve_upload import AnnouncedFile

log = structlog.get_logger()

FORM_OVERHEAD = 8 * 1024 * 1024
"""Bytes that all fields and boundaries of a form may add to the file."""

AnyCall = Call[Any, Any]


async def upload_directly(door: Door, call: AnyCall) -> Reply | web.StreamResponse:
    """Store the file, take it as the video's source, queue its processing.

    The fingerprint of the body is known only at its end, so a repeat is read to its end too before it is answered.
    """
    if call.key is None:
        raise Invalid.field(HEADER, "Send a key that is new for each upload.", "missing")
    _check_length(door, call.request)
    parts = await FormParts.of(call.request)
    if await kept_answer(door.platform.ports.idempotency_answers, call.key):
        return await _repeat(door, call, parts)
    upload = _Upload(door, call, parts)
    try:
        video = await upload.run()
    except Exception as error:
        await upload.give_up(error)
        raise
    if upload.source and video.source and video.source.key != upload.source.key:
        await upload.discard()  # another attempt with the same key was first
    call.key = replace(call.key, fingerprint=parts.fingerprint())
    view = await door.platform.videos.get(call.actor, video.id)
    return Reply(door.presenter.video(view, call.actor))


def _check_length(door: Door, request: web.Request) -> None:
    limit = door.platform.ports.upload_limits.max_size
    if request.content_length is not None and request.content_length > limit + FORM_OVERHEAD:
        raise PayloadTooLarge(f"A video may have up to {limit} bytes.")


async def _repeat(door: Door, call: AnyCall, parts: FormParts) -> web.StreamResponse:
    """The first answer, if this is the same form again; `Conflict` otherwise."""
    limit = door.platform.ports.upload_limits.max_size + FORM_OVERHEAD
    async for part in parts:
        async for _ in parts.chunks(part, limit=limit):
            pass
    key = replace(_key(call), fingerprint=parts.fingerprint())
    call.key = key
    answer = await kept_answer(door.platform.ports.idempotency_answers, key)
    if answer is None:
        raise Conflict("This idempotency key has just expired; begin a new upload.")
    return answer


def _key(call: AnyCall) -> IdempotencyKey:
    if call.key is None:
        raise AssertionError("uploads have a key")
    return call.key


class _Upload:
    """One attempt: ``source`` is what it has stored."""

    def __init__(self, door: Door, call: AnyCall, parts: FormParts) -> None:
        self._door = door
        self._call = call
        self._parts = parts
        self._fields: dict[str, list[str]] = {}
        self._video: Video | None = None
        self.source: Source | None = None
        self._accepting = False

    async def run(self) -> Video:
        async for part in self._parts:
            if part.name == "file":
                await self._file(part)
            else:
                self._fields.setdefault(str(part.name), []).append(await self._parts.text(part))
        details = self._details()
        if self._video is None or self.source is None:
            raise Invalid.field("file", "Send the file as a part called `file`.", "missing")
        self._accepting = True
        return await self._door.platform.videos.accept_source(self._call.actor, self._video.id, self.source, details)

    async def _file(self, part: BodyPartReader) -> None:
        if self._video is not None:
            raise Invalid.field("file", "Send one file.", "repeated_field")
        self._check_so_far()
        content_type = part.headers.get("Content-Type", "application/octet-stream")
        file = AnnouncedFile(part.filename or "", content_type, at_most=self._call.request.content_length)
        self._video = await self._reserve(file)
        upload, chunks = self._video.upload, self._parts.chunks(part)
        self.source = await self._door.platform.videos.receive_upload(
            self._video.id, file, chunks, reserved=upload.reserved if upload else None
        )

    async def _reserve(self, file: AnnouncedFile) -> Video:
        """One video for each key: where another request with it was first by a moment, that one's."""
        reserve = self._door.platform.videos.reserve_upload
        key = replace(_key(self._call), fingerprint=None)
        try:
            return await reserve(self._call.actor, file, key)
        except Conflict:
            return await reserve(self._call.actor, file, key)

    def _check_so_far(self) -> None:
        """Refuse wrong fields before the file is read; those that are missing may still come."""
        try:
            UploadForm.model_validate(as_fields(self._fields, UploadForm))
        except ValidationError as error:
            if any(item["type"] != "missing" for item in error.errors()):
                raise invalid(error) from error

    def _details(self) -> VideoDetails:
        form = validate(UploadForm, as_fields(self._fields, UploadForm))
        return VideoDetails.model_validate(form.model_dump())

    async def give_up(self, error: Exception) -> None:
        """Drop what was stored and free what was reserved.

        Of a file that was about to be accepted only a refusal proves that nothing was committed. Whatever else ends the
        request (a connection lost on the commit) may have come after it, and then the source is the video's own; the
        sweep knows.
        """
        if self._accepting and (isinstance(error, Unavailable) or not isinstance(error, StreamcoreError)):
            return
        await self.discard()
        if self._video is not None:
            with contextlib.suppress(StreamcoreError):  # it is abandoned later
                await self._door.platform.videos.release_upload(self._video.id)

    async def discard(self) -> None:
        """Drop what was stored, as far as that works; the sweep finds the rest."""
        if self.source is not None:
            with contextlib.suppress(Exception):
                await self._door.platform.ports.store.delete(self.source.key)
