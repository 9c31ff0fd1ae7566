"""Objects in parts."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from adapters.s3.bucket import Bucket
from adapters.s3.errors import code_of
from adapters.s3.uploads import spooled
from streamcore.shared.errors import Invalid, NotFound, PreconditionFailed, Unavailable
from streamcore.shared.objects import ObjectInfo, Part, StoredPart

COPIED_AT_ONCE = 5 * 1024**3
"""Bytes that S3 copies in one request; larger objects are copied in parts of `COPIED_PART`."""
COPIED_PART = 512 * 1024**2
"""Bytes of such a part."""
_WHILE_JOINING = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2)
"""Seconds after which is looked again whether somebody else has joined an upload."""


class Multipart:
    """Multipart uploads to one bucket, for clients that bring their parts and for bodies that are too long for one."""

    def __init__(self, bucket: Bucket, *, copied_at_once: int = COPIED_AT_ONCE, copied_part: int = COPIED_PART) -> None:
        self._bucket = bucket
        self._copied_at_once = copied_at_once
        self._copied_part = copied_part

    async def put(
        self, key: str, first: bytes, rest: AsyncIterator[bytes], content_type: str, *, if_absent: bool
    ) -> None:
        """Send blocks as parts; whatever ends the body early, no part is left."""
        async with self._upload(key, content_type) as upload_id:
            parts = [await self._send(key, upload_id, 1, first)]
            async for block in rest:
                if block:
                    parts.append(await self._send(key, upload_id, len(parts) + 1, block))
            if if_absent:
                await self.require_absent(key)  # for services that know the condition on single requests only
            await self.complete(key, upload_id, parts, if_absent=if_absent)

    async def require_absent(self, key: str) -> None:
        """`PreconditionFailed` if there is an object now."""
        with suppress(NotFound):
            await self._bucket.call("head_object", key)
            raise PreconditionFailed("There is such an object already.")

    @asynccontextmanager
    async def _upload(self, key: str, content_type: str) -> AsyncIterator[str]:
        """An upload that is aborted unless the block succeeds, even if its starter did not live to hear its id."""
        ids: list[str] = []

        def start() -> str:
            request = self._bucket.client.create_multipart_upload
            answer = request(Bucket=self._bucket.name, Key=self._bucket.path(key), ContentType=content_type)
            ids.append(answer["UploadId"])
            return ids[0]

        try:
            yield await self._bucket.threads.run(start)
        except BaseException:
            for upload_id in ids:
                with suppress(Unavailable):  # the sweep finds it
                    await self.abort(key, upload_id)
            raise

    async def copy(self, source: ObjectInfo, target: str) -> None:
        place = {"Bucket": self._bucket.name, "Key": self._bucket.path(source.key)}
        if source.size <= self._copied_at_once:
            await self._bucket.call("copy_object", target, CopySource=place)
            return
        async with self._upload(target, source.content_type) as upload_id:
            parts = []
            for number, start in enumerate(range(0, source.size, self._copied_part), start=1):
                answer = await self._bucket.call(
                    "upload_part_copy",
                    target,
                    UploadId=upload_id,
                    PartNumber=number,
                    CopySource=place,
                    CopySourceIfMatch=f'"{source.etag}"',  # all parts of one and the same object
                    CopySourceRange=f"bytes={start}-{min(start + self._copied_part, source.size) - 1}",
                )
                parts.append(Part(number, answer["CopyPartResult"]["ETag"].strip('"')))
            await self.complete(target, upload_id, parts)

    async def start(self, key: str, content_type: str) -> str:
        answer = await self._bucket.call("create_multipart_upload", key, ContentType=content_type)
        upload_id: str = answer["UploadId"]
        return upload_id

    async def put_part(self, key: str, upload_id: str, number: int, body: AsyncIterable[bytes], size: int) -> Part:
        with await spooled(body, size) as file:
            return await self._send(key, upload_id, number, file)

    async def _send(self, key: str, upload_id: str, number: int, body: Any) -> Part:
        answer = await self._bucket.call("upload_part", key, UploadId=upload_id, PartNumber=number, Body=body)
        return Part(number, answer["ETag"].strip('"'))

    async def parts(self, key: str, upload_id: str) -> Sequence[StoredPart]:
        named = {"Key": self._bucket.path(key), "UploadId": upload_id}
        return [
            StoredPart(part["PartNumber"], part["ETag"].strip('"'), part["Size"])
            async for page in self._bucket.pages("list_parts", **named)
            for part in page.get("Parts", ())
        ]

    async def join(self, key: str, upload_id: str, parts: Sequence[Part]) -> None:
        """`complete`, for parts that somebody else may be joining at the same moment."""
        for pause in _WHILE_JOINING:
            try:
                await self.complete(key, upload_id, parts)
            except Unavailable as error:
                if not _is_joining(error):
                    raise
            else:
                return
            await asyncio.sleep(pause)
        await self.complete(key, upload_id, parts)

    async def complete(self, key: str, upload_id: str, parts: Sequence[Part], *, if_absent: bool = False) -> None:
        await self._known(key, upload_id)
        if not parts:
            raise Invalid.field("parts", "Name the parts to join.", "parts")
        joined = [{"PartNumber": part.number, "ETag": f'"{part.etag}"'} for part in sorted(parts, key=_number)]
        condition = {"IfNoneMatch": "*"} if if_absent else {}
        await self._bucket.call_once(
            "complete_multipart_upload", key, UploadId=upload_id, MultipartUpload={"Parts": joined}, **condition
        )

    async def _known(self, key: str, upload_id: str) -> None:
        """`NotFound` without the upload: some stores would call its parts wrong."""
        await self._bucket.call("list_parts", key, UploadId=upload_id, MaxParts=1)

    async def abort(self, key: str, upload_id: str) -> None:
        try:
            await self._bucket.call("abort_multipart_upload", key, UploadId=upload_id)
        except NotFound:
            return

    async def sweep(self, before: datetime, kept: Collection[str], *, dry_run: bool) -> int:
        swept = 0
        async for page in self._bucket.pages("list_multipart_uploads", Prefix=self._bucket.path("")):
            for upload in page.get("Uploads", ()):
                if upload["Initiated"] < before and upload["UploadId"] not in kept:
                    if not dry_run:
                        await self.abort(self._bucket.key(upload["Key"]), upload["UploadId"])
                    swept += 1
        return swept


def _is_joining(error: Unavailable) -> bool:
    """Ceph's gateway answers so while it joins the same parts for another request."""
    cause = error.__cause__
    return isinstance(cause, ClientError) and code_of(cause) == "InternalError"


def _number(part: Part) -> int:
    return part.number
