"""Uploads through networks that reset, stall and repeat themselves, and through servers that are killed: every
resumable way ends with exactly the bytes that were sent, on the local store and on S3."""

import asyncio
import hashlib
import os
import random
import struct
import sys
import uuid
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from yarl import URL

from adapters.filesystem.objects import FileObjectStore
from adapters.memory.system import SystemClock
from adapters.s3.objects import S3ObjectStore
from streamcore.shared.objects import ObjectStore
from tests.integration.proxy import Mode, Proxy
from tests.integration.s3_server import KEYS
from tests.integration.servers import BIN, Creator, Server

MIB = 1024**2
SIZE = 21 * MIB + 7
TUS = {"Tus-Resumable": "1.0.0"}
E2E = Path(__file__).parents[2] / "e2e"
LOST = (aiohttp.ClientError, OSError, TimeoutError)
pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass
class Place:
    """A server, and the store behind it as a witness."""

    server: Server
    store: Callable[[], ObjectStore]

    async def sha_of_source(self, video_id: str) -> str:
        """Of the one object that the upload has left, after a sweep where it was killed before it had tidied up."""
        store = self.store()
        try:
            keys = [info.key async for info in store.list(f"uploads/{video_id}/")]
            if len(keys) > 1:
                await self.server.command("sweep", "--delete", "--grace", "0")
                keys = [info.key async for info in store.list(f"uploads/{video_id}/")]
            assert len(keys) == 1, keys
            digest = hashlib.sha256()
            async with store.get(keys[0]) as chunks:
                async for chunk in chunks:
                    digest.update(chunk)
            return digest.hexdigest()
        finally:
            await store.close()


@pytest_asyncio.fixture(
    scope="module", loop_scope="module", params=["folder", pytest.param("s3", marks=pytest.mark.s3)]
)
async def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    """A server without a worker, so that sources stay as they came; parts of 5 MiB."""
    folder = tmp_path_factory.mktemp(request.param)
    data = folder / "data"
    settings = {"STREAMCORE_UPLOAD_PART_BYTES": str(5 * MIB), "XDG_CONFIG_HOME": str(folder / "config")}
    if request.param == "s3":
        url, bucket = request.getfixturevalue("s3_url"), f"t{uuid.uuid4().hex[:16]}"
        settings |= {
            "STREAMCORE_STORAGE_URL": f"s3://{bucket}?endpoint={url}",
            "STREAMCORE_S3_ACCESS_KEY": KEYS[0],
            "STREAMCORE_S3_SECRET_KEY": KEYS[1],
        }

        def store() -> ObjectStore:
            return S3ObjectStore(
                endpoint_url=url, bucket=bucket, region="us-east-1", access_key=KEYS[0], secret_key=KEYS[1]
            )

        witness = S3ObjectStore(
            endpoint_url=url, bucket=bucket, region="us-east-1", access_key=KEYS[0], secret_key=KEYS[1]
        )
        await witness.prepare()
        await witness.close()
    else:

        def store() -> ObjectStore:
            return FileObjectStore(data / "media", base_url="", signer_secret=b"", clock=SystemClock())

    server = Server(data, settings)
    await server.start("--no-worker")
    yield Place(server, store)
    await server.kill()


@pytest_asyncio.fixture(loop_scope="module")
async def place(shared: Place) -> Place:
    """The one server of a stack; started again where a test before has left it dead."""
    if shared.server.process is None or shared.server.process.returncode is not None:
        await shared.server.start("--no-worker")
    return shared


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Begins like an MP4 file, and is noise."""
    path = tmp_path_factory.mktemp("films") / "film.mp4"
    path.write_bytes(struct.pack(">I4s4sI4s", 20, b"ftyp", b"isom", 512, b"isom") + random.randbytes(SIZE - 20))
    return path


def sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@dataclass
class TusClient:
    """A client of tus that never gives up, and sends through whatever address it is given."""

    http: aiohttp.ClientSession
    token: str
    base: str
    address: str = ""

    async def create(self, size: int) -> None:
        names = {"filename": "film.mp4", "filetype": "video/mp4", "title": "A film"}
        metadata = ",".join(f"{name} {b64encode(value.encode()).decode()}" for name, value in names.items())
        headers = self._headers() | {"Upload-Length": str(size), "Upload-Metadata": metadata}
        headers["X-Idempotency-Key"] = uuid.uuid4().hex
        async with self.http.post(f"{self.base}/api/v1/uploads", headers=headers) as answer:
            assert answer.status == 201, await answer.text()
            self.address = answer.headers["Location"]

    async def offset(self) -> int:
        while True:
            try:
                async with self.http.head(self.base + self.address, headers=self._headers()) as answer:
                    assert answer.status == 200
                    return int(answer.headers["Upload-Offset"])
            except LOST:
                await asyncio.sleep(0.05)

    async def send(self, offset: int, data: Any, **more: str) -> int:
        """The status; 0 where the connection was lost."""
        headers = self._headers() | {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        try:
            async with self.http.patch(self.base + self.address, data=data, headers=headers | more) as answer:
                return answer.status
        except LOST:
            return 0

    async def finish(self, content: bytes, chunk: int = SIZE) -> int:
        """Go on until all is there; how many requests it took."""
        requests = 0
        async with asyncio.timeout(90):
            while (offset := await self.offset()) < len(content):
                requests += 1
                status = await self.send(offset, BytesIO(content[offset : offset + chunk]))
                assert status in (0, 204, 409, 423, 503), status
                if status != 204:
                    await asyncio.sleep(0.1)
        return requests

    @property
    def video_id(self) -> str:
        return self.address.rpartition("/")[2]

    def _headers(self) -> dict[str, str]:
        return {**TUS, "Authorization": f"Bearer {self.token}"}


@asynccontextmanager
async def creator_of(place: Place) -> AsyncIterator[Creator]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30, sock_read=10)) as http:
        yield await Creator.register(http, place.server)


async def while_(doing: Awaitable[Any], trouble: Callable[[], Awaitable[None]], every: Callable[[], float]) -> None:
    """Make trouble again and again until it is done."""
    task = asyncio.ensure_future(doing)
    try:
        while not (await asyncio.wait({task}, timeout=every()))[0]:
            await trouble()
        await task
    finally:
        task.cancel()


async def test_tus_through_resets_at_random_moments(place: Place, film: Path) -> None:
    content = film.read_bytes()
    async with creator_of(place) as creator, Proxy("127.0.0.1", place.server.port) as proxy:
        tus = TusClient(creator.http, creator.token, f"http://127.0.0.1:{proxy.port}")
        await tus.create(len(content))
        proxy.latency = 0.002  # so that a request lasts long enough to be cut
        cuts = 0

        async def cut() -> None:
            nonlocal cuts
            cuts += 1
            if cuts <= 60:
                proxy.reset()
            if cuts == 12:
                proxy.latency = 0

        await while_(tus.finish(content), cut, lambda: random.uniform(0.02, 0.3))
        assert cuts >= 3
        assert await place.sha_of_source(tus.video_id) == sha(film)


async def test_tus_keeps_what_came_before_a_reset(place: Place, film: Path) -> None:
    content = film.read_bytes()
    async with creator_of(place) as creator, Proxy("127.0.0.1", place.server.port) as proxy:
        tus = TusClient(creator.http, creator.token, f"http://127.0.0.1:{proxy.port}")
        await tus.create(len(content))

        async def some() -> AsyncIterator[bytes]:
            yield content[: 3 * MIB]
            await asyncio.sleep(0.5)
            proxy.reset()
            yield content[3 * MIB :]

        assert await tus.send(0, some()) == 0
        async with asyncio.timeout(10):
            while await tus.offset() < 3 * MIB:
                await asyncio.sleep(0.05)
        assert await tus.finish(content) <= 4
        assert await place.sha_of_source(tus.video_id) == sha(film)


async def test_tus_through_a_stall_that_another_connection_overtakes(place: Place, film: Path) -> None:
    content = film.read_bytes()
    async with creator_of(place) as creator, Proxy("127.0.0.1", place.server.port) as proxy:
        stale = TusClient(creator.http, creator.token, f"http://127.0.0.1:{proxy.port}")
        await stale.create(len(content))
        tus = TusClient(creator.http, creator.token, place.server.url, stale.address)

        async def stalling() -> AsyncIterator[bytes]:
            yield content[: 9 * MIB]
            await asyncio.sleep(0.5)
            proxy.mode = Mode.BLACKHOLE
            yield b"wrong" * MIB

        old = asyncio.ensure_future(stale.send(0, stalling(), **{"Content-Length": str(len(content))}))
        await asyncio.sleep(1)
        assert await tus.send(await tus.offset(), BytesIO(content[await tus.offset() :])) == 423
        await tus.finish(content, 7 * MIB)
        proxy.mode = Mode.FORWARD
        await asyncio.wait({old}, timeout=5)
        assert await place.sha_of_source(tus.video_id) == sha(film)
        old.cancel()


async def test_tus_with_every_request_sent_twice_at_once(place: Place, film: Path) -> None:
    content = film.read_bytes()
    async with creator_of(place) as creator:
        tus = TusClient(creator.http, creator.token, place.server.url)
        await tus.create(len(content))
        while (offset := await tus.offset()) < len(content):
            piece = content[offset : offset + 6 * MIB]
            statuses = await asyncio.gather(*(tus.send(offset, BytesIO(piece)) for _ in range(3)))
            assert statuses.count(204) == 1, statuses
            assert set(statuses) <= {0, 204, 409, 423}
        assert await place.sha_of_source(tus.video_id) == sha(film)


async def test_tus_through_a_server_that_is_killed(place: Place, film: Path) -> None:
    content = film.read_bytes()
    async with creator_of(place) as creator:
        tus = TusClient(creator.http, creator.token, place.server.url)
        await tus.create(len(content))
        assert await tus.send(0, BytesIO(content[: 3 * MIB])) == 204

        async def slow() -> AsyncIterator[bytes]:
            for start in range(3 * MIB, 19 * MIB, MIB):
                yield content[start : start + MIB]
                await asyncio.sleep(0.05)
            await asyncio.sleep(60)

        sending = asyncio.ensure_future(tus.send(3 * MIB, slow(), **{"Content-Length": str(len(content) - 3 * MIB)}))
        await asyncio.sleep(1.5)
        await place.server.kill()
        assert await sending == 0
        await place.server.start("--no-worker")
        offset = await tus.offset()
        assert offset >= 3 * MIB, "what was acknowledged"
        assert offset >= 16 * MIB, "and every whole part"
        await tus.finish(content)
        assert await place.sha_of_source(tus.video_id) == sha(film)


async def test_parts_through_resets_and_a_server_that_is_killed(place: Place, film: Path) -> None:
    content = film.read_bytes()
    async with creator_of(place) as creator:
        file = {"filename": "film.mp4", "content_type": "video/mp4", "size_bytes": len(content)}
        key = {"X-Idempotency-Key": uuid.uuid4().hex}
        status, body = await creator.request("POST", "/videos/upload-url", json=file, headers=key)
        assert status == 201, body
        upload = body["data"]
        address = f"/uploads/{upload['video_id']}/parts"
        store_port = int(upload["parts"][0]["url"].split("/")[2].rpartition(":")[2])
        async with Proxy("127.0.0.1", store_port) as proxy:
            for part in upload["parts"][:3]:
                cut = proxy if part["number"] == 2 else None
                await put_part(creator, part, content, upload["part_size_bytes"], cut)
        await place.server.kill()
        await place.server.start("--no-worker")
        status, body = await creator.request("GET", address)
        arrived = {part["number"] for part in body["data"]["arrived"]}
        assert {1, 3} <= arrived < {1, 2, 3, 4, 5}
        missing = [number for number in range(1, upload["part_count"] + 1) if number not in arrived]
        status, body = await creator.request("POST", address, json={"numbers": missing})
        assert status == 200, body
        for part in body["data"]["parts"] * 2:  # each of them twice
            assert await put_part(creator, part, content, upload["part_size_bytes"], None) == 200
        about = {"video_id": upload["video_id"], "title": "A film"}
        answers = await asyncio.gather(*(creator.request("POST", "/videos", json=about) for _ in range(2)))
        assert [status for status, _ in answers] == [201, 201], answers
        assert await place.sha_of_source(upload["video_id"]) == sha(film)


async def put_part(creator: Creator, part: Any, content: bytes, size: int, proxy: Proxy | None) -> int:
    """The status; a proxy resets the connection halfway."""
    data = content[(part["number"] - 1) * size :][: part["size_bytes"]]

    async def half() -> AsyncIterator[bytes]:
        yield data[: len(data) // 2]
        await asyncio.sleep(0.2)
        if proxy is not None:
            proxy.reset()
        yield data[len(data) // 2 :]

    url = part["url"]
    headers = {"Content-Length": str(len(data))}
    if proxy is not None:
        host = url.split("/")[2]
        url = url.replace(host, f"127.0.0.1:{proxy.port}", 1)
        headers["Host"] = host
    try:
        async with creator.http.put(URL(url, encoded=True), data=half(), headers=headers) as answer:
            return answer.status
    except LOST:
        return 0


async def node(place: Place, creator: Creator, film: Path, port: int, key: str, chunk: int = 0) -> str:
    """Run the reference client; the id of the video."""
    endpoint = f"http://127.0.0.1:{port}/api/v1/uploads"
    process = await asyncio.create_subprocess_exec(
        "node", "tus_upload.js", endpoint, str(film), creator.token, key, str(chunk),
        cwd=E2E, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return out.decode().strip().rpartition("/")[2]


@pytest.mark.parametrize("chunk", [0, 2 * MIB + 1])
async def test_the_reference_client(place: Place, film: Path, chunk: int) -> None:
    async with creator_of(place) as creator:
        video_id = await node(place, creator, film, place.server.port, uuid.uuid4().hex, chunk)
        assert await place.sha_of_source(video_id) == sha(film)
        status, body = await creator.request("GET", f"/videos/{video_id}")
        assert status == 200
        assert (body["data"]["title"], body["data"]["tags"]) == ("A film by tus-js-client", ["tus", "resumable"])


async def test_the_reference_client_through_resets_and_a_kill(place: Place, film: Path) -> None:
    async with creator_of(place) as creator, Proxy("127.0.0.1", place.server.port) as proxy:
        proxy.latency = 0.004
        cuts = 0

        async def trouble() -> None:
            nonlocal cuts
            cuts += 1
            if cuts <= 8:  # fewer than the client's retries, however slow the machine
                proxy.reset()
            if cuts == 2:
                await place.server.kill()
                await place.server.start("--no-worker")
            if cuts == 6:
                proxy.latency = 0

        key = uuid.uuid4().hex
        sending = asyncio.ensure_future(node(place, creator, film, proxy.port, key, 3 * MIB))
        await while_(asyncio.shield(sending), trouble, lambda: random.uniform(0.4, 0.8))
        assert cuts >= 2
        assert await place.sha_of_source(sending.result()) == sha(film)


async def test_the_command_goes_on_where_it_was_killed(place: Place, film: Path) -> None:
    async with creator_of(place) as creator, Proxy("127.0.0.1", place.server.port) as proxy:
        proxy.latency = 0.01
        arguments = ["upload", str(film), "--url", f"http://127.0.0.1:{proxy.port}", "--token", creator.token]

        async def begin() -> asyncio.subprocess.Process:
            return await asyncio.create_subprocess_exec(
                sys.executable, BIN / "streamcore", *arguments,
                env=os.environ | dict(place.server.settings),
                stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
            )  # fmt: skip

        first = await begin()
        video_id = await own_upload(creator)
        async with asyncio.timeout(30):
            while await offset_of(creator, video_id) < 8 * MIB:
                await asyncio.sleep(0.05)
        first.kill()
        await first.wait()
        kept = await offset_of(creator, video_id)
        assert 8 * MIB <= kept < SIZE
        proxy.latency = 0
        second = await begin()
        async with asyncio.timeout(60):
            while await offset_of(creator, video_id) < SIZE:
                await asyncio.sleep(0.1)
        assert await place.sha_of_source(video_id) == sha(film)
        _, body = await creator.request("GET", f"/users/{creator.user_id}/videos")
        assert [video["id"] for video in body["data"]] == [video_id]
        second.kill()
        await second.wait()


async def own_upload(creator: Creator) -> str:
    """The id of the creator's one video, as soon as there is one."""
    async with asyncio.timeout(30):
        while True:
            _, body = await creator.request("GET", f"/users/{creator.user_id}/videos")
            if body["data"]:
                return str(body["data"][0]["id"])
            await asyncio.sleep(0.05)


async def offset_of(creator: Creator, video_id: str) -> int:
    headers = {**TUS, "Authorization": f"Bearer {creator.token}"}
    async with creator.http.head(f"{creator.server.url}/api/v1/uploads/{video_id}", headers=headers) as answer:
        return int(answer.headers["Upload-Offset"])
