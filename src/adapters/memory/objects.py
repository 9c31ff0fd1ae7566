"""Objects in this process: nothing survives it, all else is as a real store does it."""

import asyncio
import secrets
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import ClassVar

from adapters.memory.object_grants import Answer, Grant, Grants
from streamcore.shared.clock import Clock
from streamcore.shared.errors import Forbidden, Invalid, NotFound, PreconditionFailed, StreamcoreError, Unavailable
from streamcore.shared.objects import (
    MIN_PART_SIZE,
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


class _WallClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


async def _go_on(operation: str) -> None:
    """The checkpoint that stops nowhere, but lets others run as any I/O does."""
    await asyncio.sleep(0)


@dataclass(frozen=True, slots=True)
class StoredObject:
    info: ObjectInfo
    content: bytes


@dataclass(slots=True)
class Upload:
    """An unfinished multipart upload: number → (etag, content)."""

    key: str
    content_type: str
    begun_at: datetime
    parts: dict[int, tuple[str, bytes]] = field(default_factory=dict)


class MemoryObjectStore:
    """The object store port within one event loop.

    ``checkpoint`` is awaited with a step's name before the step has any effect, so that a simulation may pause, fail
    or cancel it there: "objects.put" and so on for each method, "objects.put.chunk" after each chunk of a body,
    "objects.put.commit" before the object appears, "objects.get.chunk" before each chunk that goes out.
    """

    grants_type: ClassVar[type[Grants]] = Grants

    def __init__(self, *, clock: Clock | None = None, checkpoint: Callable[[str], Awaitable[None]] = _go_on) -> None:
        self.checkpoint = checkpoint
        self.clock = clock or _WallClock()
        self.objects: dict[str, StoredObject] = {}
        self.uploads: dict[str, Upload] = {}
        self.grants = self.grants_type()
        self._closed = False

    async def put(
        self,
        key: str,
        body: AsyncIterable[bytes],
        *,
        content_type: str,
        size: int | None = None,
        if_absent: bool = False,
    ) -> ObjectInfo:
        await self.enter("put", key)
        check_content_type(content_type)
        if if_absent:
            self._require_absent(key)
        content = await self.collect("put", body, size)
        await self.checkpoint("objects.put.commit")
        if if_absent:
            self._require_absent(key)
        return self.commit(key, content, content_type)

    async def put_file(self, key: str, path: Path, *, content_type: str) -> ObjectInfo:
        await self.enter("put_file", key)
        check_content_type(content_type)
        content = _read(path)
        await self.checkpoint("objects.put_file.commit")
        return self.commit(key, content, content_type)

    @asynccontextmanager
    async def get(
        self, key: str, *, start: int = 0, end: int | None = None, if_match: str | None = None
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        await self.enter("get", key)
        check_range(start, end)
        if if_match not in (None, self.find(key).info.etag):
            raise PreconditionFailed("The object has been replaced.")
        chunks = self.chunks(key, start, end)
        try:
            yield chunks
        finally:
            await chunks.aclose()

    async def head(self, key: str) -> ObjectInfo:
        await self.enter("head", key)
        return self.find(key).info

    async def copy(self, source: str, target: str) -> ObjectInfo:
        await self.enter("copy", source, target)
        stored = self.find(source)
        return stored.info if source == target else self.commit(target, stored.content, stored.info.content_type)

    async def list(self, prefix: str) -> AsyncIterator[ObjectInfo]:
        await self.enter("list")
        for key in sorted(key for key in self.objects if key.startswith(prefix)):
            await self.checkpoint("objects.list.next")
            if key in self.objects:
                yield replace(self.objects[key].info, content_type="")

    async def delete(self, *keys: str) -> None:
        await self.enter("delete", *keys)
        for key in keys:
            await self.checkpoint("objects.delete.next")
            self.objects.pop(key, None)

    async def start_multipart(self, key: str, *, content_type: str) -> str:
        await self.enter("start_multipart", key)
        upload_id = secrets.token_hex(16)
        self.uploads[upload_id] = Upload(key, check_content_type(content_type), self.clock.now())
        return upload_id

    async def put_part(self, key: str, upload_id: str, number: int, body: AsyncIterable[bytes], *, size: int) -> Part:
        await self.enter("put_part", key)
        check_part_number(number)
        self.find_upload(key, upload_id)
        content = await self.collect("put_part", body, size)
        await self.checkpoint("objects.put_part.commit")
        etag = secrets.token_hex(16)
        self.find_upload(key, upload_id).parts[number] = (etag, content)
        return Part(number, etag)

    async def list_parts(self, key: str, upload_id: str) -> Sequence[StoredPart]:
        await self.enter("list_parts", key)
        parts = sorted(self.find_upload(key, upload_id).parts.items())
        return [StoredPart(number, etag, len(content)) for number, (etag, content) in parts]

    async def complete_multipart(self, key: str, upload_id: str, parts: Sequence[Part]) -> ObjectInfo:
        await self.enter("complete_multipart", key)
        upload = self.find_upload(key, upload_id)
        content = self.join(upload, sorted(parts, key=lambda part: part.number))
        del self.uploads[upload_id]
        return self.commit(key, content, upload.content_type)

    async def abort_multipart(self, key: str, upload_id: str) -> None:
        await self.enter("abort_multipart", key)
        self.uploads.pop(upload_id, None)

    async def sweep_unfinished(self, *, before: datetime, kept: Collection[str] = (), dry_run: bool = False) -> int:
        await self.enter("sweep_unfinished")
        old = [id for id, upload in self.uploads.items() if upload.begun_at < before and id not in kept]
        for upload_id in () if dry_run else old:
            del self.uploads[upload_id]
        return len(old)

    async def presign_put(
        self, key: str, *, content_type: str, size: int, expires_in: timedelta, checksum_sha256: str | None = None
    ) -> PresignedRequest:
        await self.enter("presign_put", key)
        expires_at = self.clock.now() + expires_in
        return self.grants.give(Grant("PUT", key, expires_at, size, check_content_type(content_type), checksum_sha256))

    async def presign_part(
        self, key: str, upload_id: str, number: int, *, size: int, expires_in: timedelta
    ) -> PresignedRequest:
        await self.enter("presign_part", key)
        expires_at = self.clock.now() + expires_in
        return self.grants.give(
            Grant("PUT", key, expires_at, size, upload_id=upload_id, part=check_part_number(number))
        )

    async def presign_get(self, key: str, *, expires_in: timedelta) -> PresignedRequest:
        await self.enter("presign_get", key)
        return self.grants.give(Grant("GET", key, self.clock.now() + expires_in))

    async def answer(self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        """What the store's HTTP door answers to a presigned request; there is no door in a process of its own."""
        try:
            grant = self.grants.find(method, url, headers, len(body), self.clock.now())
            if method == "GET":
                stored = self.find(grant.key)
                return Answer(200, {"Content-Type": stored.info.content_type}, stored.content)
            if grant.checksum_sha256 not in (None, sha256(body).hexdigest()):
                return Answer(400)
            return Answer(200, {"ETag": f'"{await self._accept(grant, body)}"'})
        except Forbidden:
            return Answer(403)
        except NotFound:
            return Answer(404)
        except StreamcoreError:
            return Answer(400)

    async def ping(self) -> None:
        await self.enter("ping")

    async def close(self) -> None:
        self._closed = True

    async def enter(self, operation: str, *keys: str) -> None:
        """What every method begins with."""
        await self.checkpoint(f"objects.{operation}")
        if self._closed:
            raise Unavailable("The object store is closed.")
        for key in keys:
            check_key(key)

    async def collect(self, operation: str, body: AsyncIterable[bytes], size: int | None) -> bytes:
        """The whole of a body; `Invalid` if it has another size."""
        content = bytearray()
        async for chunk in body:
            await self.checkpoint(f"objects.{operation}.chunk")
            content += chunk
            if size is not None and len(content) > size:
                break
        if size is not None and len(content) != size:
            raise Invalid.field("size", "The body has another size than announced.", "size_mismatch")
        return bytes(content)

    def commit(self, key: str, content: bytes, content_type: str) -> ObjectInfo:
        info = ObjectInfo(key, len(content), secrets.token_hex(16), content_type, self.clock.now())
        self.objects[key] = StoredObject(info, content)
        return info

    def find(self, key: str) -> StoredObject:
        if key not in self.objects:
            raise NotFound("There is no such object.")
        return self.objects[key]

    def chunks(self, key: str, start: int, end: int | None) -> "Chunks":
        return Chunks(self, memoryview(self.find(key).content)[start:end])

    def find_upload(self, key: str, upload_id: str) -> Upload:
        upload = self.uploads.get(upload_id)
        if upload is None or upload.key != key:
            raise NotFound("There is no such upload.")
        return upload

    def join(self, upload: Upload, parts: Sequence[Part]) -> bytes:
        """The content of the parts, which are in order; `Invalid` unless they fit together."""
        numbers = [part.number for part in parts]
        known = all(part.number in upload.parts and upload.parts[part.number][0] == part.etag for part in parts)
        if not parts or len(set(numbers)) < len(numbers) or not known:
            raise Invalid.field("parts", "These are not the parts that were stored.", "wrong_parts")
        contents = [upload.parts[number][1] for number in numbers]
        if any(len(content) < MIN_PART_SIZE for content in contents[:-1]):
            raise Invalid.field("parts", f"A part has fewer than {MIN_PART_SIZE} bytes.", "part_too_small")
        return b"".join(contents)

    def _require_absent(self, key: str) -> None:
        if key in self.objects:
            raise PreconditionFailed("There is such an object already.")

    async def _accept(self, grant: Grant, body: bytes) -> str:
        async def once() -> AsyncIterator[bytes]:
            yield body

        if grant.upload_id:
            return (await self.put_part(grant.key, grant.upload_id, grant.part, once(), size=grant.size)).etag
        return (await self.put(grant.key, once(), content_type=grant.content_type or "", size=grant.size)).etag


def _read(path: Path) -> bytes:
    if path.is_symlink() or not path.is_file():
        raise Invalid.field("path", "This is no regular file.", "no_file")
    return path.read_bytes()


class Chunks:
    """The iterator over an object's bytes; what was opened stays as it was, whatever happens to the key."""

    def __init__(self, store: MemoryObjectStore, view: memoryview) -> None:
        self._store = store
        self._view = view

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        await self._store.checkpoint("objects.get.chunk")
        if not self._view:
            raise StopAsyncIteration
        chunk, self._view = bytes(self._view[:CHUNK]), self._view[CHUNK:]
        return chunk

    async def aclose(self) -> None:
        self._view = memoryview(b"")
