"""The parts of a form as they arrive, and a fingerprint of them all."""

from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Self

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from entrypoints.http.pace import in_time, paced
from streamcore.shared.errors import Invalid, PayloadTooLarge

MAX_FIELD = 64 * 1024
MAX_PARTS = 64
CHUNK = 256 * 1024


class FormParts:
    """Iterate over the parts, reading each by `text` or `chunks` before the next; `Invalid` for what is no form."""

    def __init__(self, request: web.Request) -> None:
        self._request = request
        self._digest = sha256()

    @classmethod
    async def of(cls, request: web.Request) -> Self:
        if request.content_type != "multipart/form-data":
            raise _no_form()
        return cls(request)

    def fingerprint(self) -> str:
        """The SHA-256 of the names and values read so far, in order, in hex."""
        return self._digest.hexdigest()

    async def __aiter__(self) -> AsyncIterator[BodyPartReader]:
        count = 0
        try:
            reader = await in_time(self._request.multipart())
        except (ValueError, AssertionError) as error:
            raise _no_form() from error
        while True:
            try:
                part = await in_time(reader.next())
            except (ValueError, AssertionError, HttpProcessingError) as error:
                raise _no_form() from error
            if part is None:
                return
            count += 1
            if not isinstance(part, BodyPartReader) or not part.name or count > MAX_PARTS:
                raise _no_form()
            yield part

    async def chunks(self, part: BodyPartReader, *, limit: int | None = None) -> AsyncIterator[bytes]:
        """The content of a part; it is in the fingerprint once it was read to its end."""
        digest, size = sha256(), 0
        async for chunk in paced(_read(part)):
            size += len(chunk)
            if limit is not None and size > limit:
                raise PayloadTooLarge(f"This part may have up to {limit} bytes.")
            digest.update(chunk)
            yield chunk
        name = (part.name or "").encode()
        self._digest.update(len(name).to_bytes(4, "big") + name + digest.digest())

    async def text(self, part: BodyPartReader) -> str:
        """A field's value, of at most 64 KiB of UTF-8."""
        raw = b"".join([chunk async for chunk in self.chunks(part, limit=MAX_FIELD)])
        try:
            return raw.decode()
        except UnicodeDecodeError as error:
            raise Invalid.field(part.name or "body", "Send text as UTF-8.", "encoding") from error


async def _read(part: BodyPartReader) -> AsyncIterator[bytes]:
    try:
        while chunk := await part.read_chunk(CHUNK):
            yield chunk
    except (ValueError, AssertionError, HttpProcessingError) as error:
        raise _no_form() from error


def _no_form() -> Invalid:
    return Invalid.field("body", "The body is no complete multipart form.", "multipart_invalid")
