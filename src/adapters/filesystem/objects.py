"""Objects as files below one folder, shared by any number of processes of one machine."""

import asyncio
import os
from collections.abc import AsyncIterable, AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import islice
from math import ceil
from pathlib import Path
from urllib.parse import quote

from adapters.filesystem.durable import Incoming
from adapters.filesystem.errors import translated
from adapters.filesystem.signing import PutGrant, Signer, check_sha256
from adapters.filesystem.streams import FileStreams, link_if_possible, require_file
from adapters.filesystem.threads import FileThreads
from adapters.filesystem.tree import Tree
from adapters.filesystem.uploads import Uploads, wrong_parts
from streamcore.shared.clock import Clock
from streamcore.shared.errors import Invalid, NotFound, PreconditionFailed, Unavailable
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

_BATCH = 200
_A_MOMENT = 0.02


class FileObjectStore:
    """The object store below ``root``, which is made if it is missing (see `adapters.filesystem.tree`).

    Presigned requests go to ``{base_url}/media/{key}`` and are signed with ``signer_secret``. The server there passes
    them to `verify_put` and `receive`, or to `verify_get`. ``base_url`` may be a function, for a server that learns its
    address later. ``clock`` dates objects, uploads and signatures.
    """

    def __init__(
        self,
        root: Path | str,
        *,
        base_url: str | Callable[[], str],
        signer_secret: bytes | str,
        clock: Clock,
        threads: int = 8,
    ) -> None:
        self._tree = Tree(Path(os.path.realpath(root)))
        with translated():
            self._tree.create()
        self._uploads = Uploads(self._tree)
        self._base_url = base_url
        self._signer = Signer(signer_secret.encode() if isinstance(signer_secret, str) else signer_secret)
        self._clock = clock
        self._threads = FileThreads(threads)
        self._streams = FileStreams(self._tree, self._threads)

    @staticmethod
    def keys_on_disk(root: Path | str) -> Sequence[str]:
        """The keys of all objects below ``root``, in order; for tools and tests, without a store."""
        return list(Tree(Path(os.path.realpath(root))).keys())

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
        if if_absent:
            with suppress(NotFound):
                await self._threads.run(self._tree.read, key)
                raise PreconditionFailed("There is such an object already.")
        async with self._streams.incoming(self._microseconds()) as file:
            await self._streams.write(file, body, size)
            return await self._store(key, file, content_type, if_absent=if_absent)

    async def put_file(self, key: str, path: Path, *, content_type: str) -> ObjectInfo:
        check_key(key)
        check_content_type(content_type)
        await self._threads.run(require_file, path)
        async with self._streams.incoming(self._microseconds()) as file:
            if not await self._threads.run(file.link, path):
                await self._streams.append(file, path)
            return await self._store(key, file, content_type)

    @asynccontextmanager
    async def get(
        self, key: str, *, start: int = 0, end: int | None = None, if_match: str | None = None
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        check_key(key)
        check_range(start, end)
        async with self._streams.opened(key) as content:
            if if_match not in (None, content.entry.id):
                raise PreconditionFailed("The object has been replaced.")
            size = content.entry.size
            last = size if end is None else min(end, size)
            async with aclosing(self._streams.chunks(content, start, last)) as chunks:
                yield chunks

    async def head(self, key: str) -> ObjectInfo:
        check_key(key)
        return (await self._threads.run(self._tree.read, key)).info(key)

    async def local_path(self, key: str) -> Path:
        check_key(key)
        entry = await self._threads.run(self._tree.read, key)
        return self._tree.content(key, entry)

    async def copy(self, source: str, target: str) -> ObjectInfo:
        check_key(source)
        check_key(target)
        if source == target:
            return await self.head(source)
        async with self._streams.opened(source) as content, self._streams.incoming(self._microseconds()) as file:
            path = self._tree.content(source, content.entry)
            if not await self._threads.run(link_if_possible, file, path):
                await self._streams.append_content(file, content)
            return await self._store(target, file, content.entry.content_type)

    async def list(self, prefix: str) -> AsyncIterator[ObjectInfo]:
        infos = self._tree.list(prefix)
        while batch := await self._threads.run(lambda: [*islice(infos, _BATCH)]):
            for info in batch:
                yield info

    async def delete(self, *keys: str) -> None:
        for key in keys:
            check_key(key)
        for start in range(0, len(keys), _BATCH):
            await self._threads.run(self._tree.delete, keys[start : start + _BATCH])

    async def start_multipart(self, key: str, *, content_type: str) -> str:
        check_key(key)
        check_content_type(content_type)
        return await self._threads.run(self._uploads.start, key, content_type, self._microseconds())

    async def put_part(self, key: str, upload_id: str, number: int, body: AsyncIterable[bytes], *, size: int) -> Part:
        check_key(key)
        check_part_number(number)
        await self._threads.run(self._uploads.content_type, key, upload_id)
        async with self._streams.incoming(self._microseconds()) as file:
            await self._streams.write(file, body, size, digest=True)
            await self._threads.run(file.finish)
            return await self._threads.run(self._uploads.add, key, upload_id, number, file)

    async def list_parts(self, key: str, upload_id: str) -> Sequence[StoredPart]:
        check_key(key)
        return await self._threads.run(self._uploads.parts, key, upload_id)

    async def complete_multipart(self, key: str, upload_id: str, parts: Sequence[Part]) -> ObjectInfo:
        check_key(key)
        async with self._joining(upload_id):
            return await self._join(key, upload_id, parts)

    @asynccontextmanager
    async def _joining(self, upload_id: str) -> AsyncIterator[None]:
        """One at a time: who comes second must not replace what the first has made."""
        while (held := await self._threads.run(self._uploads.hold, upload_id)) is None:  # noqa: ASYNC110  # a process
            await asyncio.sleep(_A_MOMENT)
        try:
            yield
        finally:
            await self._threads.run(os.close, held)

    async def _join(self, key: str, upload_id: str, parts: Sequence[Part]) -> ObjectInfo:
        content_type = await self._threads.run(self._uploads.content_type, key, upload_id)
        async with self._streams.incoming(self._microseconds()) as whole:
            await self._put_together(whole, key, upload_id, parts)
            info = await self._store(key, whole, content_type)
        await self._threads.run(self._uploads.remove, upload_id)
        return info

    async def _put_together(self, whole: Incoming, key: str, upload_id: str, parts: Sequence[Part]) -> None:
        """`Invalid` also where a part is replaced at this moment."""
        try:
            files = await self._threads.run(self._uploads.files, upload_id, parts)
            if len(files) > 1 or not await self._threads.run(whole.link, files[0]):
                for path in files:
                    await self._streams.append(whole, path)
        except NotFound as error:
            await self._threads.run(self._uploads.content_type, key, upload_id)  # unless it is the upload that is gone
            raise wrong_parts() from error

    async def abort_multipart(self, key: str, upload_id: str) -> None:
        check_key(key)
        with suppress(NotFound):
            await self._threads.run(self._uploads.content_type, key, upload_id)
            await self._threads.run(self._uploads.remove, upload_id)

    async def sweep_unfinished(self, *, before: datetime, kept: Collection[str] = (), dry_run: bool = False) -> int:
        microseconds = int(before.timestamp() * 1_000_000)
        count = 0
        uploads = self._uploads.leftovers(microseconds, kept, dry_run=dry_run)
        for leftovers in (uploads, self._tree.leftovers(microseconds, dry_run=dry_run)):
            while (found := await self._threads.run(next, leftovers, None)) is not None:
                count += found
        return count

    async def presign_put(
        self, key: str, *, content_type: str, size: int, expires_in: timedelta, checksum_sha256: str | None = None
    ) -> PresignedRequest:
        parameters = {"type": check_content_type(content_type), "size": str(size)}
        if checksum_sha256 is not None:
            parameters["sha256"] = check_sha256(checksum_sha256)
        return self._presign("PUT", key, parameters, expires_in, {"Content-Type": content_type})

    async def presign_part(
        self, key: str, upload_id: str, number: int, *, size: int, expires_in: timedelta
    ) -> PresignedRequest:
        parameters = {"upload": upload_id, "part": str(check_part_number(number)), "size": str(size)}
        return self._presign("PUT", key, parameters, expires_in, {})

    async def presign_get(self, key: str, *, expires_in: timedelta) -> PresignedRequest:
        return self._presign("GET", key, {}, expires_in, {})

    def verify_put(self, key: str, query: Mapping[str, str], headers: Mapping[str, str]) -> PutGrant:
        """What a request to ``/media/{key}`` may store, for `receive`.

        `Forbidden` unless it was signed here and is in time; `Invalid` where its headers differ from what was signed.
        """
        return self._signer.verify_put(key, query, headers, self._clock.now())

    def verify_get(self, key: str, query: Mapping[str, str]) -> None:
        """`Forbidden` unless an address for reading ``key`` was signed here and is in time."""
        self._signer.verify("GET", check_key(key), query, self._clock.now())

    async def receive(self, grant: PutGrant, body: AsyncIterable[bytes]) -> str:
        """Store the body of a verified request, whole and exactly as granted; the ETag (unquoted)."""
        if grant.upload_id is not None:
            part = await self.put_part(grant.key, grant.upload_id, grant.part_number, body, size=grant.size)
            return part.etag
        async with self._streams.incoming(self._microseconds()) as file:
            await self._streams.write(file, body, grant.size, digest=True)
            if grant.checksum_sha256 not in (None, file.checksum()):
                raise Invalid.field("checksum_sha256", "The body has another checksum.", "checksum_mismatch")
            return (await self._store(grant.key, file, grant.content_type)).etag

    async def ping(self) -> None:
        await self._threads.run(self._require_usable)

    async def close(self) -> None:
        await self._threads.close()

    async def _store(self, key: str, file: Incoming, content_type: str, *, if_absent: bool = False) -> ObjectInfo:
        await self._threads.run(file.finish)
        return await self._threads.run(
            self._tree.store, key, file, content_type, self._clock.now(), if_absent=if_absent
        )

    def _presign(
        self, method: str, key: str, parameters: Mapping[str, str], expires_in: timedelta, headers: Mapping[str, str]
    ) -> PresignedRequest:
        check_key(key)
        expires = ceil((self._clock.now() + expires_in).timestamp())
        query = self._signer.query(method, key, {"expires": str(expires), **parameters})
        base = self._base_url if isinstance(self._base_url, str) else self._base_url()
        url = f"{base.rstrip('/')}/media/{quote(key)}?{query}"
        return PresignedRequest(method, url, datetime.fromtimestamp(expires, UTC), headers)

    def _microseconds(self) -> int:
        return int(self._clock.now().timestamp() * 1_000_000)

    def _require_usable(self) -> None:
        if not os.access(self._tree.objects, os.R_OK | os.W_OK | os.X_OK):
            raise Unavailable("The folder of the object store cannot be used now.")
