"""Objects in parts."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Sequence
from datetime import datetime
from typing import Any

from adapters.s3.bucket import Bucket
from adapters.s3.uploads import spooled
from streamcore.shared.errors import Invalid, NotFound
from streamcore.shared.objects import ObjectInfo, Part

COPIED_AT_ONCE = 5 * 1024**3
"""Bytes that S3 copies in one request; larger objects are copied in parts of `COPIED_PART`."""
COPIED_PART = 512 * 1024**2


class Multipart:
    """Multipart uploads to one bucket, for clients that bring their parts and for bodies that are too long for one."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    async def put(
        self, key: str, first: bytes, rest: AsyncIterator[bytes], content_type: str, *, if_absent: bool
    ) -> None:
        """Send blocks as parts; whatever ends the body early, no part is left."""
        upload_id = await self.start(key, content_type)
        try:
            parts = [await self._send(key, upload_id, 1, first)]
            async for block in rest:
                if block:
                    parts.append(await self._send(key, upload_id, len(parts) + 1, block))
            await self.complete(key, upload_id, parts, if_absent=if_absent)
        except BaseException:
            await self._abort_surely(key, upload_id)
            raise

    async def copy(self, source: ObjectInfo, target: str) -> None:
        place = {"Bucket": self._bucket.name, "Key": self._bucket.path(source.key)}
        if source.size <= COPIED_AT_ONCE:
            await self._bucket.call("copy_object", target, CopySource=place)
            return
        upload_id = await self.start(target, source.content_type)
        try:
            parts = []
            for number, start in enumerate(range(0, source.size, COPIED_PART), start=1):
                part = f"bytes={start}-{min(start + COPIED_PART, source.size) - 1}"
                answer = await self._bucket.call(
                    "upload_part_copy",
                    target,
                    UploadId=upload_id,
                    PartNumber=number,
                    CopySource=place,
                    CopySourceRange=part,
                )
                parts.append(Part(number, answer["CopyPartResult"]["ETag"].strip('"')))
            await self.complete(target, upload_id, parts)
        except BaseException:
            await self._abort_surely(target, upload_id)
            raise

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

    async def complete(self, key: str, upload_id: str, parts: Sequence[Part], *, if_absent: bool = False) -> None:
        await self._known(key, upload_id)
        if not parts:
            raise Invalid.field("parts", "Name the parts to join.", "parts")
        joined = [{"PartNumber": part.number, "ETag": f'"{part.etag}"'} for part in sorted(parts, key=_number)]
        condition = {"IfNoneMatch": "*"} if if_absent else {}
        await self._bucket.call(
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

    async def _abort_surely(self, key: str, upload_id: str) -> None:
        """Abort even where the task is being cancelled; what the store refuses now, the sweep finds."""
        await asyncio.gather(asyncio.shield(self.abort(key, upload_id)), return_exceptions=True)

    async def sweep(self, before: datetime) -> int:
        swept = 0
        async for page in self._bucket.pages("list_multipart_uploads", Prefix=self._bucket.path("")):
            for upload in page.get("Uploads", ()):
                if upload["Initiated"] < before:
                    await self.abort(self._bucket.key(upload["Key"]), upload["UploadId"])
                    swept += 1
        return swept


def _number(part: Part) -> int:
    return part.number
