"""`ObjectStore` on S3 and compatibles, by boto3."""

import contextlib
from collections.abc import AsyncIterable, AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from botocore.response import StreamingBody

from adapters.s3.bucket import Bucket
from adapters.s3.multipart import COPIED_AT_ONCE, COPIED_PART, Multipart
from adapters.s3.presigning import Presigner
from adapters.s3.uploads import PART_SIZE, blocks, file_blocks
from streamcore.shared.errors import Invalid, PreconditionFailed
from streamcore.shared.objects import (
    ObjectInfo,
    Part,
    PresignedRequest,
    StoredPart,
    check_content_type,
    check_key,
    check_part_number,
    check_range,
)

CHUNK = 256 * 1024
DELETED_AT_ONCE = 1000


class S3ObjectStore:
    """Objects of one bucket, below ``prefix``.

    ``endpoint_url`` is None for Amazon's own; ``public_endpoint_url`` is the address under which clients reach the same
    service, for presigned requests. ``timeout`` bounds each exchange, in seconds. Objects of more than
    ``copied_at_once`` bytes are copied in parts of ``copied_part``.

    ``if_absent`` is exact for bodies of up to `PART_SIZE` where the service knows conditional writes, and for larger
    ones where it knows them for multipart uploads too; elsewhere the store looks just before it joins the parts.
    """

    def __init__(
        self,
        *,
        endpoint_url: str | None,
        bucket: str,
        region: str,
        access_key: str,
        secret_key: str,
        prefix: str = "",
        public_endpoint_url: str | None = None,
        threads: int = 16,
        timeout: float = 30.0,
        copied_at_once: int = COPIED_AT_ONCE,
        copied_part: int = COPIED_PART,
    ) -> None:
        place = (region, access_key, secret_key)
        self._bucket = Bucket(endpoint_url, *place, name=bucket, prefix=prefix, threads=threads, timeout=timeout)
        self._multipart = Multipart(self._bucket, copied_at_once=copied_at_once, copied_part=copied_part)
        self._presigner = Presigner(public_endpoint_url or endpoint_url, *place, bucket=self._bucket)

    async def prepare(self) -> None:
        """Create the bucket if it is not there."""
        await self._bucket.create()

    async def put(
        self,
        key: str,
        body: AsyncIterable[bytes],
        *,
        content_type: str,
        size: int | None = None,
        if_absent: bool = False,
    ) -> ObjectInfo:
        check_key(key)
        check_content_type(content_type)
        return await self._put_blocks(key, blocks(body, size), content_type, if_absent=if_absent)

    async def put_file(self, key: str, path: Path, *, content_type: str) -> ObjectInfo:
        check_key(key)
        check_content_type(content_type)
        return await self._put_blocks(key, file_blocks(self._bucket, path), content_type, if_absent=False)

    async def _put_blocks(
        self, key: str, parts: AsyncIterator[bytes], content_type: str, *, if_absent: bool
    ) -> ObjectInfo:
        """One request for what fits into one block, parts otherwise; nothing is left of a body that ends badly."""
        async with contextlib.aclosing(parts) as body:  # type: ignore[type-var]  # generators, all of them
            first = await anext(body)
            if len(first) < PART_SIZE:
                async for _ in body:
                    raise AssertionError("a short block is the last one")
                return await self._put_whole(key, first, content_type, if_absent=if_absent)
            if if_absent:
                await self._multipart.require_absent(key)  # spare the transfer
            await self._multipart.put(key, first, body, content_type, if_absent=if_absent)
        return await self.head(key)

    async def _put_whole(self, key: str, body: bytes, content_type: str, *, if_absent: bool) -> ObjectInfo:
        parameters = {"Body": body, "ContentType": content_type}
        if if_absent:
            answer = await self._bucket.call_once("put_object", key, **parameters, IfNoneMatch="*")
        else:
            answer = await self._bucket.call("put_object", key, **parameters)
        stored_at = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"]).astimezone(UTC)
        return ObjectInfo(key, len(body), answer["ETag"].strip('"'), content_type, stored_at)

    @asynccontextmanager
    async def get(
        self, key: str, *, start: int = 0, end: int | None = None, if_match: str | None = None
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        check_key(key)
        check_range(start, end)
        whole = start == 0 and end is None
        info = None if whole else await self.head(key)
        if info is not None and if_match not in (None, info.etag):
            raise PreconditionFailed("The object has been replaced.")
        if info is not None and min(info.size, end if end is not None else info.size) <= start:
            yield _nothing()
            return
        wanted = {} if whole else {"Range": f"bytes={start}-{'' if end is None else end - 1}"}
        if if_match is not None:
            wanted["IfMatch"] = f'"{if_match}"'
        bodies: list[StreamingBody] = []  # whoever is cancelled while one is opened has to close it too

        def open_body() -> StreamingBody:
            request = self._bucket.client.get_object
            bodies.append(request(Bucket=self._bucket.name, Key=self._bucket.path(key), **wanted)["Body"])
            return bodies[0]

        try:
            yield self._chunks(await self._bucket.threads.run(open_body))
        finally:
            for body in bodies:
                await self._bucket.threads.run(body.close)

    async def _chunks(self, body: Any) -> AsyncIterator[bytes]:
        while chunk := await self._bucket.threads.run(body.read, CHUNK):
            yield chunk

    async def head(self, key: str) -> ObjectInfo:
        answer = await self._bucket.call("head_object", check_key(key))
        return ObjectInfo(
            key,
            answer["ContentLength"],
            answer["ETag"].strip('"'),
            answer.get("ContentType", "application/octet-stream"),
            answer["LastModified"],
        )

    async def copy(self, source: str, target: str) -> ObjectInfo:
        info = await self.head(source)
        check_key(target)
        if source != target:
            await self._multipart.copy(info, target)
        return await self.head(target)

    async def list(self, prefix: str) -> AsyncIterator[ObjectInfo]:
        async for page in self._bucket.pages("list_objects_v2", Prefix=self._bucket.path(prefix)):
            for item in page.get("Contents", ()):
                key = self._bucket.key(item["Key"])
                if is_key(key):  # anything else in the bucket is somebody else's
                    yield ObjectInfo(key, item["Size"], item["ETag"].strip('"'), "", item["LastModified"])

    async def delete(self, *keys: str) -> None:
        for key in keys:
            check_key(key)
        for start in range(0, len(keys), DELETED_AT_ONCE):
            await self._bucket.delete(keys[start : start + DELETED_AT_ONCE])

    async def start_multipart(self, key: str, *, content_type: str) -> str:
        return await self._multipart.start(check_key(key), check_content_type(content_type))

    async def put_part(self, key: str, upload_id: str, number: int, body: AsyncIterable[bytes], *, size: int) -> Part:
        return await self._multipart.put_part(check_key(key), upload_id, check_part_number(number), body, size)

    async def list_parts(self, key: str, upload_id: str) -> Sequence[StoredPart]:
        return await self._multipart.parts(check_key(key), upload_id)

    async def complete_multipart(self, key: str, upload_id: str, parts: Sequence[Part]) -> ObjectInfo:
        check_key(key)
        numbers = [part.number for part in parts]
        if len(set(numbers)) != len(numbers):
            raise Invalid.field("parts", "A part is named twice.", "parts")
        await self._multipart.join(key, upload_id, parts)
        return await self.head(key)

    async def abort_multipart(self, key: str, upload_id: str) -> None:
        await self._multipart.abort(check_key(key), upload_id)

    async def sweep_unfinished(self, *, before: datetime, kept: Collection[str] = (), dry_run: bool = False) -> int:
        return await self._multipart.sweep(before, kept, dry_run=dry_run)

    async def presign_put(
        self, key: str, *, content_type: str, size: int, expires_in: timedelta, checksum_sha256: str | None = None
    ) -> PresignedRequest:
        return self._presigner.put(check_key(key), check_content_type(content_type), size, expires_in, checksum_sha256)

    async def presign_part(
        self, key: str, upload_id: str, number: int, *, size: int, expires_in: timedelta
    ) -> PresignedRequest:
        return self._presigner.part(check_key(key), upload_id, check_part_number(number), size, expires_in)

    async def presign_get(self, key: str, *, expires_in: timedelta) -> PresignedRequest:
        return self._presigner.get(check_key(key), expires_in)

    async def ping(self) -> None:
        await self._bucket.ping()

    async def close(self) -> None:
        await self._bucket.close()


def is_key(text: str) -> bool:
    try:
        check_key(text)
    except Invalid:
        return False
    return True


async def _nothing() -> AsyncIterator[bytes]:
    empty: tuple[bytes, ...] = ()
    for chunk in empty:
        yield chunk
