"""Object stores with one defect each in uploads: in parts, unfinished, and by clients themselves."""

import asyncio
from collections.abc import AsyncIterable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from adapters.memory.object_grants import SCHEME_AND_HOST, Grant, Grants
from adapters.memory.objects import MemoryObjectStore, Upload
from streamcore.shared.errors import NotFound
from streamcore.shared.objects import ObjectInfo, Part, StoredPart


class JoinsInTheGivenOrder(MemoryObjectStore):
    async def complete_multipart(self, key: str, upload_id: str, parts: Sequence[Part]) -> ObjectInfo:
        upload = self.find_upload(key, upload_id)
        self.join(upload, sorted(parts, key=lambda part: part.number))
        content = b"".join(upload.parts[part.number][1] for part in parts)
        await super().complete_multipart(key, upload_id, parts)
        return self.commit(key, content, upload.content_type)


class KeepsTheFirstPart(MemoryObjectStore):
    async def put_part(self, key: str, upload_id: str, number: int, body: AsyncIterable[bytes], *, size: int) -> Part:
        part = await super().put_part(key, upload_id, number, body, size=size)
        if number in self._kept(upload_id):
            return Part(number, self._kept(upload_id)[number][0])
        self._kept(upload_id)[number] = self.uploads[upload_id].parts[number]
        return part

    def _kept(self, upload_id: str) -> dict[int, tuple[str, bytes]]:
        kept: dict[str, dict[int, tuple[str, bytes]]] = self.__dict__.setdefault("kept", {})
        return kept.setdefault(upload_id, {})

    def join(self, upload: Upload, parts: Sequence[Part]) -> bytes:
        upload_id = next(name for name, known in self.uploads.items() if known is upload)
        upload.parts.update(self._kept(upload_id))
        return super().join(upload, parts)


class AcceptsStaleParts(MemoryObjectStore):
    def join(self, upload: Upload, parts: Sequence[Part]) -> bytes:
        known = [replace(part, etag=upload.parts.get(part.number, (part.etag,))[0]) for part in parts]
        return super().join(upload, known)


class LeavesOutUnknownParts(MemoryObjectStore):
    def join(self, upload: Upload, parts: Sequence[Part]) -> bytes:
        return super().join(upload, [part for part in parts if part.number in upload.parts])


class AcceptsSmallParts(MemoryObjectStore):
    def join(self, upload: Upload, parts: Sequence[Part]) -> bytes:
        try:
            return super().join(upload, parts)
        except Exception as error:
            if "fewer" in str(error):
                return b"".join(upload.parts[part.number][1] for part in parts)
            raise


class ShowsPartsBeforeTheEnd(MemoryObjectStore):
    async def put_part(self, key: str, upload_id: str, number: int, body: AsyncIterable[bytes], *, size: int) -> Part:
        part = await super().put_part(key, upload_id, number, body, size=size)
        upload = self.find_upload(key, upload_id)
        self.commit(key, upload.parts[number][1], upload.content_type)
        return part


class ConfusesUploadsOfOtherKeys(MemoryObjectStore):
    def find_upload(self, key: str, upload_id: str) -> Upload:
        if upload_id not in self.uploads:
            return super().find_upload(key, upload_id)
        return self.uploads[upload_id]


class CompletesAgainAndAgain(MemoryObjectStore):
    async def complete_multipart(self, key: str, upload_id: str, parts: Sequence[Part]) -> ObjectInfo:
        upload = self.find_upload(key, upload_id)
        content = self.join(upload, sorted(parts, key=lambda part: part.number))
        await asyncio.sleep(0)
        self.uploads.pop(upload_id, None)
        return self.commit(key, content, upload.content_type)


class ListsPartsAsTheyCame(MemoryObjectStore):
    async def list_parts(self, key: str, upload_id: str) -> Sequence[StoredPart]:
        listed = {part.number: part for part in await super().list_parts(key, upload_id)}
        return [listed[number] for number in self.uploads[upload_id].parts]


class ListsOnePageOfParts(MemoryObjectStore):
    async def list_parts(self, key: str, upload_id: str) -> Sequence[StoredPart]:
        return (await super().list_parts(key, upload_id))[:1000]


class ListsNothingOfUnknownUploads(MemoryObjectStore):
    async def list_parts(self, key: str, upload_id: str) -> Sequence[StoredPart]:
        try:
            return await super().list_parts(key, upload_id)
        except NotFound:
            return []


class SweepsWhatIsYoung(MemoryObjectStore):
    async def sweep_unfinished(self, *, before: datetime, kept: Collection[str] = (), dry_run: bool = False) -> int:
        return await super().sweep_unfinished(before=before + timedelta(days=1000), kept=kept, dry_run=dry_run)


class SweepsNothing(MemoryObjectStore):
    async def sweep_unfinished(self, *, before: datetime, kept: Collection[str] = (), dry_run: bool = False) -> int:
        return 0


class SweepsWhatIsKept(MemoryObjectStore):
    async def sweep_unfinished(self, *, before: datetime, kept: Collection[str] = (), dry_run: bool = False) -> int:
        return await super().sweep_unfinished(before=before, dry_run=dry_run)


class SweepsWhenAskedToCount(MemoryObjectStore):
    async def sweep_unfinished(self, *, before: datetime, kept: Collection[str] = (), dry_run: bool = False) -> int:
        return await super().sweep_unfinished(before=before, kept=kept)


class _AnySize(Grants):
    def find(self, method: str, url: str, headers: Mapping[str, str], size: int, now: datetime) -> Grant:
        return replace(super().find(method, url, headers, self.granted(url).size, now), size=size)


class LetsClientsPutAnySize(MemoryObjectStore):
    grants_type = _AnySize


class _AnyType(Grants):
    def find(self, method: str, url: str, headers: Mapping[str, str], size: int, now: datetime) -> Grant:
        return super().find(method, url, {"Content-Type": self.granted(url).content_type or ""}, size, now)


class LetsClientsPutAnyType(MemoryObjectStore):
    grants_type = _AnyType


class _AnyMethod(Grants):
    def find(self, method: str, url: str, headers: Mapping[str, str], size: int, now: datetime) -> Grant:
        return super().find(self.granted(url).method, url, headers, self.granted(url).size, now)


class LetsReadersWrite(MemoryObjectStore):
    grants_type = _AnyMethod


class _AnyTime(Grants):
    def find(self, method: str, url: str, headers: Mapping[str, str], size: int, now: datetime) -> Grant:
        return super().find(method, url, headers, size, self.granted(url).expires_at - timedelta(seconds=1))


class LetsClientsPutForEver(MemoryObjectStore):
    grants_type = _AnyTime


class _AnyKey(Grants):
    def find(self, method: str, url: str, headers: Mapping[str, str], size: int, now: datetime) -> Grant:
        key = url.removeprefix(SCHEME_AND_HOST).partition("?")[0]
        granted = self.granted(url)
        return replace(super().find(method, url.replace(key, granted.key, 1), headers, size, now), key=key)


class LetsClientsPutUnderAnyKey(MemoryObjectStore):
    grants_type = _AnyKey


class _AnyBytes(Grants):
    def find(self, method: str, url: str, headers: Mapping[str, str], size: int, now: datetime) -> Grant:
        return replace(super().find(method, url, headers, size, now), checksum_sha256=None)


class LetsClientsPutOtherBytes(MemoryObjectStore):
    grants_type = _AnyBytes


FAULTY_UPLOADS = (
    JoinsInTheGivenOrder,
    KeepsTheFirstPart,
    AcceptsStaleParts,
    LeavesOutUnknownParts,
    AcceptsSmallParts,
    ShowsPartsBeforeTheEnd,
    ConfusesUploadsOfOtherKeys,
    CompletesAgainAndAgain,
    ListsPartsAsTheyCame,
    ListsOnePageOfParts,
    ListsNothingOfUnknownUploads,
    SweepsWhatIsYoung,
    SweepsNothing,
    SweepsWhatIsKept,
    SweepsWhenAskedToCount,
    LetsClientsPutAnySize,
    LetsClientsPutAnyType,
    LetsReadersWrite,
    LetsClientsPutForEver,
    LetsClientsPutUnderAnyKey,
    LetsClientsPutOtherBytes,
)
