"""Object stores with one fault each, named for it; the contract must fail on every one of them."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from adapters.memory.objects import Chunks, MemoryObjectStore, StoredObject, Upload
from streamcore.shared.errors import NotFound
from streamcore.shared.objects import ObjectInfo


class IgnoresTheSize(MemoryObjectStore):
    async def collect(self, operation: str, body: AsyncIterable[bytes], size: int | None) -> bytes:
        return await super().collect(operation, body, None)


class CutsAtTheSize(MemoryObjectStore):
    async def collect(self, operation: str, body: AsyncIterable[bytes], size: int | None) -> bytes:
        data = await super().collect(operation, body, None)
        return data if size is None or len(data) < size else data[:size]


class StoresWhatCameOfABrokenBody(MemoryObjectStore):
    async def collect(self, operation: str, body: AsyncIterable[bytes], size: int | None) -> bytes:
        content = bytearray()
        try:
            async for chunk in body:
                content += chunk
        except Exception:
            return bytes(content)
        return bytes(content)


class LeavesAnUploadBehindWhenCancelled(MemoryObjectStore):
    async def collect(self, operation: str, body: AsyncIterable[bytes], size: int | None) -> bytes:
        try:
            return await super().collect(operation, body, size)
        except asyncio.CancelledError:
            self.uploads["left"] = Upload("left", "", self.clock.now())
            raise


class ShowsTheObjectWhileItComesIn(MemoryObjectStore):
    async def put(
        self,
        key: str,
        body: AsyncIterable[bytes],
        *,
        content_type: str,
        size: int | None = None,
        if_absent: bool = False,
    ) -> ObjectInfo:
        async def shown() -> AsyncIterator[bytes]:
            so_far = b""
            async for chunk in body:
                so_far += chunk
                self.commit(key, so_far, content_type)
                yield chunk

        return await super().put(key, shown(), content_type=content_type, size=size)


class ChecksAbsenceOnlyAtTheStart(MemoryObjectStore):
    async def put(
        self,
        key: str,
        body: AsyncIterable[bytes],
        *,
        content_type: str,
        size: int | None = None,
        if_absent: bool = False,
    ) -> ObjectInfo:
        if if_absent and key in self.objects:
            return await super().put(key, body, content_type=content_type, size=size, if_absent=True)
        await asyncio.sleep(0)
        return await super().put(key, body, content_type=content_type, size=size)


class ReadsTheLastByteToo(MemoryObjectStore):
    def chunks(self, key: str, start: int, end: int | None) -> Chunks:
        return super().chunks(key, start, None if end is None else end + 1)


class ReadsWhateverIsThereNow(MemoryObjectStore):
    class _Chunks(Chunks):
        def __init__(self, store: MemoryObjectStore, key: str, start: int, end: int | None) -> None:
            super().__init__(store, memoryview(store.find(key).content)[start:end])
            self._place = (store, key, start, end)

        async def __anext__(self) -> bytes:
            store, key, start, end = self._place
            self._view = memoryview(store.find(key).content)[start:end]
            chunk = await super().__anext__()
            self._place = (store, key, start + len(chunk), end)
            return chunk

    def chunks(self, key: str, start: int, end: int | None) -> Chunks:
        return self._Chunks(self, key, start, end)


class FindsOutTooLateThatNothingIsThere(MemoryObjectStore):
    @asynccontextmanager
    async def get(
        self, key: str, *, start: int = 0, end: int | None = None, if_match: str | None = None
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        async def late() -> AsyncIterator[bytes]:
            async with MemoryObjectStore.get(self, key, start=start, end=end, if_match=if_match) as chunks:
                async for chunk in chunks:
                    yield chunk

        yield late()


class ReadsWhateverTheTag(MemoryObjectStore):
    @asynccontextmanager
    async def get(
        self, key: str, *, start: int = 0, end: int | None = None, if_match: str | None = None
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        async with super().get(key, start=start, end=end) as chunks:
            yield chunks


class KeepsTheFirstContentType(MemoryObjectStore):
    def commit(self, key: str, content: bytes, content_type: str) -> ObjectInfo:
        old = self.objects.get(key)
        return super().commit(key, content, old.info.content_type if old else content_type)


class KeepsTheFirstEtag(MemoryObjectStore):
    def commit(self, key: str, content: bytes, content_type: str) -> ObjectInfo:
        old = self.objects.get(key)
        info = super().commit(key, content, content_type)
        info = replace(info, etag=old.info.etag if old else info.etag)
        self.objects[key] = StoredObject(info, content)
        return info


class AcceptsAnyKey(MemoryObjectStore):
    async def enter(self, operation: str, *keys: str) -> None:
        await super().enter(operation)


class FollowsLinks(MemoryObjectStore):
    async def put_file(self, key: str, path: Path, *, content_type: str) -> ObjectInfo:
        return await super().put_file(key, await asyncio.to_thread(path.resolve), content_type=content_type)


class TakesTheFileAway(MemoryObjectStore):
    async def put_file(self, key: str, path: Path, *, content_type: str) -> ObjectInfo:
        info = await super().put_file(key, path, content_type=content_type)
        await asyncio.to_thread(path.unlink)
        return info


class ListsInTheOrderOfStoring(MemoryObjectStore):
    async def list(self, prefix: str) -> AsyncIterator[ObjectInfo]:
        for key in [*self.objects]:
            if key.startswith(prefix) and key in self.objects:
                yield replace(self.objects[key].info, content_type="")


class ListsFolderByFolder(MemoryObjectStore):
    async def list(self, prefix: str) -> AsyncIterator[ObjectInfo]:
        infos = [info async for info in super().list(prefix)]
        for info in sorted(infos, key=lambda info: info.key.split("/")):
            yield info


class TakesPrefixesForFolders(MemoryObjectStore):
    async def list(self, prefix: str) -> AsyncIterator[ObjectInfo]:
        async for info in super().list(prefix):
            if not prefix or info.key == prefix or info.key.startswith(prefix.removesuffix("/") + "/"):
                yield info


class ListsOnePageOnly(MemoryObjectStore):
    async def list(self, prefix: str) -> AsyncIterator[ObjectInfo]:
        count = 0
        async for info in super().list(prefix):
            count += 1
            if count <= 1000:
                yield info


class DeletesOneBatchOnly(MemoryObjectStore):
    async def delete(self, *keys: str) -> None:
        await super().delete(*keys[:1000])


class DeletesWhatLiesBelow(MemoryObjectStore):
    async def delete(self, *keys: str) -> None:
        below = [name for name in self.objects for key in keys if name.startswith(f"{key}/")]
        await super().delete(*keys, *below)


class MissesWhatIsToBeDeleted(MemoryObjectStore):
    async def delete(self, *keys: str) -> None:
        if any(key not in self.objects for key in keys):
            raise NotFound
        await super().delete(*keys)


class MovesInsteadOfCopying(MemoryObjectStore):
    async def copy(self, source: str, target: str) -> ObjectInfo:
        info = await super().copy(source, target)
        await self.delete(source)
        return info


class CopiesWithoutTheType(MemoryObjectStore):
    async def copy(self, source: str, target: str) -> ObjectInfo:
        await super().copy(source, target)
        return self.commit(target, self.find(source).content, "application/octet-stream")


FAULTY_STORES = (
    IgnoresTheSize,
    CutsAtTheSize,
    StoresWhatCameOfABrokenBody,
    LeavesAnUploadBehindWhenCancelled,
    ShowsTheObjectWhileItComesIn,
    ChecksAbsenceOnlyAtTheStart,
    ReadsTheLastByteToo,
    ReadsWhateverIsThereNow,
    FindsOutTooLateThatNothingIsThere,
    ReadsWhateverTheTag,
    KeepsTheFirstContentType,
    KeepsTheFirstEtag,
    AcceptsAnyKey,
    FollowsLinks,
    TakesTheFileAway,
    ListsInTheOrderOfStoring,
    ListsFolderByFolder,
    TakesPrefixesForFolders,
    ListsOnePageOnly,
    DeletesOneBatchOnly,
    DeletesWhatLiesBelow,
    MissesWhatIsToBeDeleted,
    MovesInsteadOfCopying,
    CopiesWithoutTheType,
)
