"""Uploads over HTTP: what is told before them, tus, files in parts, quotas, and what is refused."""

import asyncio
import hashlib
from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from adapters.memory.objects import MemoryObjectStore
from adapters.memory.system import ManualClock
from entrypoints.settings import Settings
from streamcore.videos.policies import UploadLimits
from tests.integration.http.site import PASSWORD, Answer, Client, Site, embedded_platform, open_site, video_form

UPLOADS, VIDEOS = "/api/v1/uploads", "/api/v1/videos"
MIB = 1024**2
TUS = {"Tus-Resumable": "1.0.0"}
BYTES = {"Content-Type": "application/offset+octet-stream"}


def content(size: int) -> bytes:
    return hashlib.shake_128(b"a film").digest(size)


def encoded(values: dict[str, str]) -> str:
    return ",".join(f"{name} {b64encode(value.encode()).decode()}" for name, value in values.items())


FILM = {"filename": "film.mp4", "filetype": "video/mp4", "title": "Ink in water", "tags": "ink,water"}


@dataclass
class Tus:
    """One client's upload."""

    client: Client
    address: str = ""

    async def create(self, size: int, key: str = "k", metadata: dict[str, str] | None = None, **more: Any) -> Answer:
        headers = {**TUS, "Upload-Length": str(size), "Upload-Metadata": encoded(FILM | (metadata or {}))}
        answer = await self.client.post(UPLOADS, headers=headers | more.pop("headers", {}), key=key, **more)
        self.address = answer.headers.get("Location", self.address)
        return answer

    async def send(self, offset: int, data: Any, **headers: str) -> Answer:
        sent = {**TUS, **BYTES, "Upload-Offset": str(offset), **headers}
        sending = BytesIO(data) if isinstance(data, bytes) else data
        return await self.client.request("PATCH", self.address, headers=sent, data=sending)

    async def head(self) -> Answer:
        return await self.client.request("HEAD", self.address, headers=TUS)

    @property
    def video_id(self) -> str:
        return self.address.rpartition("/")[2]

    async def status(self) -> Any:
        return (await self.client.get(f"{VIDEOS}/{self.video_id}/status")).data


async def source_of(site: Site, video_id: str) -> bytes:
    """What was stored; it is the only object of the upload."""
    async with site.platform.ports.begin() as uow:
        video = await uow.videos.get(video_id)  # type: ignore[arg-type]
    assert video.source is not None
    assert await site.stored(f"uploads/{video_id}/") == [video.source.key]
    async with site.platform.ports.store.get(video.source.key) as chunks:
        return b"".join([chunk async for chunk in chunks])


async def test_the_parameters_of_a_media_type_are_passed_over(site: Site) -> None:
    """Browsers that record tell codecs in them."""
    mira, recorded = await site.creator(), "Video/WebM;codecs=vp8,opus"
    file = {"filename": "camera.webm", "content_type": recorded, "size_bytes": 100}
    upload = await mira.post(f"{VIDEOS}/upload-url", json=file, key="k")
    assert upload.status == 201, upload.body
    assert upload.data["headers"].get("Content-Type") == "video/webm"
    assert (await Tus(mira).create(100, metadata={"filetype": recorded})).status == 201
    assert (await mira.post(VIDEOS, data=video_form(b"a film", file_type=recorded), key="form")).status == 202
    other = file | {"content_type": "text/plain;codecs=vp8", "filename": "a.txt"}
    assert (await mira.post(f"{VIDEOS}/upload-url", json=other, key="other")).status == 422


async def test_the_limits_are_told(site: Site) -> None:
    mira = await site.creator()
    limits = (await mira.get(f"{UPLOADS}/limits")).data
    assert (limits["max_size_bytes"], limits["quota_bytes"], limits["used_bytes"]) == (20 * 1024**3, 1024**4, 0)
    assert limits["max_duration_seconds"] == 12 * 3600
    assert "video/*" in limits["content_types"]
    await Tus(mira).create(5000)
    after = (await mira.get(f"{UPLOADS}/limits")).data
    assert (after["used_bytes"], after["available_bytes"]) == (5000, 1024**4 - 5000)
    assert (await site.anonymous.get(f"{UPLOADS}/limits")).status == 401


async def test_what_the_tus_server_can_do(site: Site) -> None:
    for path in (UPLOADS, f"{UPLOADS}/00000000-0000-7000-8000-000000000000"):
        answer = await site.anonymous.request("OPTIONS", path)
        assert answer.status == 204
        assert answer.headers["Tus-Version"] == "1.0.0"
        assert answer.headers["Tus-Max-Size"] == str(20 * 1024**3)
        assert answer.headers["Tus-Extension"] == "creation,creation-with-upload,termination,checksum,expiration"
        assert answer.headers["Tus-Checksum-Algorithm"] == "sha1,sha256,md5"


async def test_a_file_in_three_requests(site: Site) -> None:
    mira, data = await site.creator(), content(17 * MIB + 3)
    tus = Tus(mira)
    created = await tus.create(len(data), metadata={"visibility": "unlisted", "checksum_sha256": sha(data)})
    assert (created.status, created.headers["Tus-Resumable"]) == (201, "1.0.0")
    assert created.headers["X-Video-ID"] == created.data["video_id"] == tus.video_id
    for start, end in ((0, 3 * MIB), (3 * MIB, 16 * MIB), (16 * MIB, len(data))):
        head = await tus.head()
        assert (head.headers["Upload-Offset"], head.headers["Upload-Length"]) == (str(start), str(len(data)))
        assert (head.headers["Cache-Control"], "Upload-Metadata" in head.headers) == ("no-store", True)
        assert head.headers["Upload-Expires"].endswith("GMT")
        sent = await tus.send(start, data[start:end])
        assert (sent.status, sent.headers["Upload-Offset"]) == (204, str(end))
    assert (await tus.head()).headers["Upload-Offset"] == str(len(data))
    assert await source_of(site, tus.video_id) == data
    assert (await tus.status())["status"] == "processing"
    await site.settle()
    video = (await mira.get(f"{VIDEOS}/{tus.video_id}")).data
    assert (video["status"], video["title"], video["visibility"]) == ("published", "Ink in water", "unlisted")
    assert video["tags"] == ["ink", "water"]
    again = await tus.send(0, data)
    assert (again.status, again.types) == (409, {"Upload-Offset": "offset_mismatch"})
    assert (await mira.request("DELETE", tus.address, headers=TUS)).status == 409


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


async def test_a_creation_brings_bytes_and_may_be_repeated(site: Site) -> None:
    tus, data = Tus(await site.creator()), content(1000)
    first = await tus.create(len(data), headers=BYTES, data=data[:400])
    assert (first.status, first.headers["Upload-Offset"]) == (201, "400")
    again = await tus.create(len(data), headers=BYTES, data=data[:400])
    assert (again.data, again.headers["Location"]) == (first.data, first.headers["Location"])
    other = await tus.create(len(data) + 1)
    assert (other.status, other.types) == (409, {"X-Idempotency-Key": "idempotency_key_reused"})
    await tus.send(400, data[400:])
    done = await tus.create(len(data))
    assert (done.status, done.headers["Upload-Offset"]) == (201, "1000")
    assert await source_of(site, tus.video_id) == data
    assert len(await site.stored("uploads/")) == 1


async def test_checksums_are_compared(site: Site) -> None:
    tus, data = Tus(await site.creator()), content(9 * MIB)
    await tus.create(len(data))
    for name in ("sha1", "sha256", "md5"):
        wrong = b64encode(hashlib.new(name, b"another").digest()).decode()
        answer = await tus.send(0, data[: 8 * MIB + 5], **{"Upload-Checksum": f"{name} {wrong}"})
        assert (answer.status, answer.code) == (460, "CHECKSUM_MISMATCH")
        assert (await tus.head()).headers["Upload-Offset"] == "0"
    right = b64encode(hashlib.sha1(data[: 8 * MIB + 5]).digest()).decode()
    assert (await tus.send(0, data[: 8 * MIB + 5], **{"Upload-Checksum": f"sha1 {right}"})).status == 204
    for header, kind in (("crc32 AAAA", "unknown_algorithm"), ("sha1 !!", "base64")):
        answer = await tus.send(8 * MIB + 5, data[8 * MIB + 5 :], **{"Upload-Checksum": header})
        assert (answer.status, answer.types) == (400, {"Upload-Checksum": kind})
    assert (await tus.send(8 * MIB + 5, data[8 * MIB + 5 :])).status == 204
    assert await source_of(site, tus.video_id) == data


WRONG: list[tuple[str, dict[str, str | None], int, str]] = [
    ("no version", {"Tus-Resumable": None}, 412, "PRECONDITION_FAILED"),
    ("another version", {"Tus-Resumable": "0.2.2"}, 412, "PRECONDITION_FAILED"),
    ("no length", {"Upload-Length": None}, 400, "VALIDATION_ERROR"),
    ("a negative length", {"Upload-Length": "-1"}, 400, "VALIDATION_ERROR"),
    ("nothing", {"Upload-Length": "0"}, 400, "VALIDATION_ERROR"),
    ("length later", {"Upload-Defer-Length": "1"}, 400, "VALIDATION_ERROR"),
    ("too large", {"Upload-Length": str(21 * 1024**3)}, 413, "PAYLOAD_TOO_LARGE"),
    ("no key", {"X-Idempotency-Key": None}, 400, "VALIDATION_ERROR"),
    ("no Base64", {"Upload-Metadata": "filename ü"}, 400, "VALIDATION_ERROR"),
    ("a key twice", {"Upload-Metadata": "filename Zg==,filename Zg=="}, 400, "VALIDATION_ERROR"),
    ("a picture", {"Upload-Metadata": encoded({"filename": "a.png", "filetype": "image/png"})}, 422,
     "UNPROCESSABLE_MEDIA"),
    ("wrong details", {"Upload-Metadata": encoded(FILM | {"visibility": "nobody"})}, 400, "VALIDATION_ERROR"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "changes", "status", "code"), WRONG, ids=[name for name, *_ in WRONG])
async def test_wrong_creations(site: Site, name: str, changes: dict[str, str | None], status: int, code: str) -> None:
    headers = {**TUS, "Upload-Length": "100", "Upload-Metadata": encoded(FILM), "X-Idempotency-Key": "k"}
    sent = {name: value for name, value in (headers | changes).items() if value is not None}
    mira = await site.creator()
    answer = await mira.post(UPLOADS, headers=sent)
    assert (answer.status, answer.code, answer.headers["Tus-Resumable"]) == (status, code, "1.0.0")
    assert status != 412 or answer.headers["Tus-Version"] == "1.0.0"
    assert (await mira.get(f"{UPLOADS}/limits")).data["used_bytes"] == 0


async def test_who_may(site: Site) -> None:
    tus = Tus(await site.creator())
    await tus.create(100)
    for client, status in ((site.anonymous, 401), (await site.creator(), 404)):
        theirs = Tus(client, tus.address)
        assert (await theirs.head()).status == status
        assert (await theirs.send(0, content(100))).status == status
        assert (await client.request("DELETE", tus.address, headers=TUS)).status == status
        assert (await client.get(f"{tus.address}/parts")).status == status
        assert (await client.post(f"{tus.address}/parts", json={"numbers": [1]})).status == status
    for client, status in ((site.anonymous, 401), (await site.viewer(), 403)):
        assert (await Tus(client).create(100)).status == status
    assert (await Tus(tus.client, f"{UPLOADS}/nonsense").head()).status == 404


async def test_wrong_appends(site: Site) -> None:
    tus = Tus(await site.creator())
    await tus.create(100)
    assert (await tus.send(0, content(10), **{"Content-Type": "text/plain"})).status == 415
    assert (await tus.send(1, content(10))).status == 409
    assert (await tus.send(0, content(101))).status == 413
    assert (await tus.send(0, content(10), **{"Upload-Offset": "x"})).status == 400
    assert (await tus.head()).headers["Upload-Offset"] == "0"


async def test_two_at_once_have_one_winner(site: Site) -> None:
    tus, data = Tus(await site.creator()), content(64 * 1024)
    await tus.create(len(data))
    begun = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield data[:1000]
        begun.set()
        await asyncio.sleep(0.5)
        yield data[1000:]

    async def late() -> Answer:
        await begun.wait()
        await asyncio.sleep(0.1)
        return await tus.send(0, data)

    first, second = await asyncio.gather(tus.send(0, slow()), late())
    assert (first.status, second.status, second.code) == (204, 423, "LOCKED")
    assert await source_of(site, tus.video_id) == data


async def test_giving_up_removes_everything(site: Site) -> None:
    mira = await site.creator()
    tus = Tus(mira)
    await tus.create(20 * MIB)
    await tus.send(0, content(9 * MIB))
    assert (await mira.request("DELETE", tus.address, headers=TUS)).status == 204
    assert await site.stored() == []
    assert (await tus.head()).status == 404
    assert (await mira.get(f"{UPLOADS}/limits")).data["used_bytes"] == 0
    assert (await tus.create(20 * MIB)).status == 410, "its key has made that upload"


async def test_clients_that_can_only_post(site: Site) -> None:
    tus = Tus(await site.creator())
    await tus.create(100)
    headers = {**TUS, **BYTES, "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    answer = await tus.client.post(tus.address, headers=headers, data=content(50))
    assert (answer.status, answer.headers["Upload-Offset"]) == (204, "50")
    assert (await tus.client.post(tus.address, headers=TUS)).status == 405
    gone = await tus.client.post(tus.address, headers=TUS | {"X-HTTP-Method-Override": "DELETE"})
    assert (gone.status, (await tus.head()).status) == (204, 404)


async def test_what_is_no_video_is_told_at_once(site: Site) -> None:
    mira, text = await site.creator(), b"not a video, but long enough to be one" * 100
    tus = Tus(mira)
    await tus.create(9 * MIB)
    refused = await tus.send(0, text)
    assert (refused.status, refused.code, refused.types) == (422, "UNPROCESSABLE_MEDIA", {"file": "not_media"})
    status = await tus.status()
    assert (status["status"], status["error"]["code"]) == ("failed", "NOT_MEDIA")
    assert (await tus.head()).status == 410
    form = await mira.post(VIDEOS, data=video_form(text), key="form")
    assert (form.status, form.types) == (422, {"file": "not_media"})
    assert await site.stored() == []


async def test_pages_of_other_origins_can_upload() -> None:
    origin = "https://app.example"
    async with open_site(Settings(rate_limits_enabled=False, cors_origins=[origin])) as site:
        mira = await site.creator()
        asked = {"Origin": origin, "Access-Control-Request-Method": "PATCH"}
        for path in (UPLOADS, f"{UPLOADS}/00000000-0000-7000-8000-000000000000"):
            preflight = await site.anonymous.request("OPTIONS", path, headers=asked)
            allowed = preflight.headers["Access-Control-Allow-Headers"]
            for name in ("Tus-Resumable", "Upload-Offset", "Upload-Length", "Upload-Metadata", "Upload-Checksum"):
                assert name in allowed
            assert "PATCH" in preflight.headers["Access-Control-Allow-Methods"]
        created = await Tus(mira).create(100, headers={"Origin": origin})
        exposed = created.headers["Access-Control-Expose-Headers"]
        for name in ("Location", "Upload-Offset", "Upload-Length", "Tus-Resumable", "X-Video-ID", "Upload-Expires"):
            assert name in exposed


# Files straight to storage, in parts.


@pytest.fixture
async def parts_site(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    limits = UploadLimits(part_size=5 * MIB, quota=40 * MIB)
    async with open_site(build=embedded_platform(tmp_path / "data", sqlite_url, upload_limits=limits)) as site:
        yield site


async def announced(client: Client, data: bytes, key: str = "k", **more: Any) -> Any:
    file = {"filename": "film.mp4", "content_type": "video/mp4", "size_bytes": len(data), **more}
    answer = await client.post(f"{VIDEOS}/upload-url", json=file, key=key)
    assert answer.status == 201, answer.body
    return answer.data


def part_of(data: bytes, number: int) -> bytes:
    return data[(number - 1) * 5 * MIB : number * 5 * MIB]


async def put(client: Client, part: Any, data: bytes) -> int:
    nobody = Client(client.session, client.address)
    return (await nobody.request("PUT", part["url"], data=BytesIO(data), headers=part.get("headers", {}))).status


async def logged_in_again(client: Client) -> Client:
    """After days their token has expired."""
    body = {"login": client.user["username"], "password": PASSWORD}
    client.token = None
    client.token = (await client.post("/api/v1/auth/login", json=body)).data["access_token"]
    return client


async def confirm(client: Client, video_id: str) -> Answer:
    return await client.post(VIDEOS, json={"video_id": video_id, "title": "Ink in water"})


async def test_a_large_file_in_parts(parts_site: Site) -> None:
    mira, data = await parts_site.creator(), content(16 * MIB)
    upload = await announced(mira, data, checksum_sha256=sha(data))
    assert (upload["upload_url"], upload["part_size_bytes"], upload["part_count"]) == (None, 5 * MIB, 4)
    assert [part["size_bytes"] for part in upload["parts"]] == [5 * MIB] * 3 + [MIB]
    address = f"{UPLOADS}/{upload['video_id']}/parts"
    for number in (4, 1):
        assert await put(mira, upload["parts"][number - 1], part_of(data, number)) == 200
    arrived = (await mira.get(address)).data
    assert [part["number"] for part in arrived["arrived"]] == [1, 4]
    assert arrived["received_bytes"] == 6 * MIB
    early = await confirm(mira, upload["video_id"])
    assert (early.status, early.types) == (409, {"parts": "parts_missing"})
    assert "2, 3" in early.json["error"]["details"][0]["message"]
    signed = (await mira.post(address, json={"numbers": [2, 3]})).data
    for part in signed["parts"]:
        assert await put(mira, part, part_of(data, part["number"])[:-1]) == 400
        assert await put(mira, part, part_of(data, part["number"])) == 200
    for wrong in ([5], [0], [], list(range(1, 102))):
        assert (await mira.post(address, json={"numbers": wrong})).status == 400
    answers = await asyncio.gather(*(confirm(mira, upload["video_id"]) for _ in range(3)))
    assert [answer.status for answer in answers] == [201] * 3
    assert await source_of(parts_site, upload["video_id"]) == data
    assert await put(mira, upload["parts"][0], b"x" * 5 * MIB) == 404, "its upload is over"
    assert (await mira.get(address)).status == 409
    await parts_site.settle()
    assert (await mira.get(f"{VIDEOS}/{upload['video_id']}")).data["status"] == "published"


async def test_a_part_that_comes_again_while_it_is_joined_changes_nothing() -> None:
    """On a store whose entity tags are new each time, even for the same bytes."""
    twice = asyncio.Event()

    async def checkpoint(step: str) -> None:
        if step == "objects.complete_multipart" and not twice.is_set():
            twice.set()
            assert (await store.answer("PUT", upload["parts"][0]["url"], {}, part_of(data, 1))).status == 200

    store = MemoryObjectStore(clock=ManualClock(), checkpoint=checkpoint)
    async with open_site(store=store, upload_limits=UploadLimits(part_size=5 * MIB)) as site:
        mira, data = await site.creator(), content(11 * MIB)
        upload = await announced(mira, data)
        for part in upload["parts"]:
            assert (await store.answer("PUT", part["url"], {}, part_of(data, part["number"]))).status == 200
        assert (await confirm(mira, upload["video_id"])).status == 201
        assert twice.is_set()
        assert await source_of(site, upload["video_id"]) == data


async def test_parts_that_the_store_has_lost_end_the_upload(parts_site: Site) -> None:
    mira, data = await parts_site.creator(), content(11 * MIB)
    upload = await announced(mira, data)
    for part in upload["parts"]:
        assert await put(mira, part, part_of(data, part["number"])) == 200
    async with parts_site.platform.ports.begin() as uow:
        pending = (await uow.videos.get(upload["video_id"])).upload
    assert pending is not None
    store = parts_site.platform.ports.store
    await store.abort_multipart(pending.key or "", pending.multipart_id or "")  # as a bucket's rule about old ones does
    shown = await mira.get(f"{UPLOADS}/{upload['video_id']}/parts")
    assert (shown.status, shown.code, shown.types) == (410, "GONE", {"video_id": "upload_lost"})
    for _ in range(2):
        refused = await confirm(mira, upload["video_id"])
        assert (refused.status, refused.code, refused.types) == (410, "GONE", {"video_id": "upload_lost"})
    status = (await mira.get(f"{VIDEOS}/{upload['video_id']}/status")).data
    assert (status["status"], status["error"]["code"]) == ("failed", "UPLOAD_LOST")
    assert (await mira.get(f"{UPLOADS}/limits")).data["used_bytes"] == 0
    again = await announced(mira, data, "again")
    for part in again["parts"]:
        assert await put(mira, part, part_of(data, part["number"])) == 200
    assert (await confirm(mira, again["video_id"])).status == 201


async def test_deleting_the_video_drops_its_parts(parts_site: Site) -> None:
    mira, data = await parts_site.creator(), content(11 * MIB)
    upload = await announced(mira, data)
    await put(mira, upload["parts"][0], part_of(data, 1))
    assert (await mira.request("DELETE", f"{VIDEOS}/{upload['video_id']}")).status == 204
    assert await put(mira, upload["parts"][1], part_of(data, 2)) == 404
    assert (await mira.get(f"{UPLOADS}/{upload['video_id']}/parts")).status == 404
    store = parts_site.platform.ports.store
    assert await store.sweep_unfinished(before=parts_site.clock.now() + timedelta(days=1)) == 0


async def test_the_sweep_spares_uploads_that_may_go_on(parts_site: Site) -> None:
    mira, data = await parts_site.creator(), content(11 * MIB)
    upload = await announced(mira, data)
    await put(mira, upload["parts"][0], part_of(data, 1))
    tus = Tus(mira)
    await tus.create(12 * MIB, "tus")
    await tus.send(0, content(9 * MIB))
    orphan = await parts_site.platform.ports.store.start_multipart("uploads/x/y", content_type="video/mp4")
    parts_site.clock.advance(timedelta(days=6))
    await logged_in_again(mira)
    swept = await parts_site.platform.videos.sweep_storage()
    assert (swept.objects, swept.unfinished) == (0, 1), orphan
    more = (await mira.post(f"{UPLOADS}/{upload['video_id']}/parts", json={"numbers": [2, 3]})).data["parts"]
    for part in more:
        assert await put(mira, part, part_of(data, part["number"])) == 200
    assert (await confirm(mira, upload["video_id"])).status == 201
    assert (await tus.send(9 * MIB, content(12 * MIB)[9 * MIB :])).status == 204
    assert await source_of(parts_site, tus.video_id) == content(12 * MIB)


async def test_abandoned_parts_are_dropped_and_their_room_is_free(parts_site: Site) -> None:
    mira, data = await parts_site.creator(), content(11 * MIB)
    upload = await announced(mira, data)
    await put(mira, upload["parts"][0], part_of(data, 1))
    parts_site.clock.advance(timedelta(days=8))
    await parts_site.platform.videos.abandon_upload(upload["video_id"])
    await logged_in_again(mira)
    assert (await mira.get(f"{UPLOADS}/limits")).data["used_bytes"] == 0
    status = (await mira.get(f"{VIDEOS}/{upload['video_id']}/status")).data
    assert status["error"]["code"] == "UPLOAD_ABANDONED"
    store = parts_site.platform.ports.store
    assert await store.sweep_unfinished(before=parts_site.clock.now() + timedelta(days=1)) == 0


async def test_the_quota_holds_for_every_way(parts_site: Site) -> None:
    mira = await parts_site.creator()
    await announced(mira, content(30 * MIB), "first")
    file = {"filename": "film.mp4", "content_type": "video/mp4", "size_bytes": 11 * MIB}
    refused = [
        await mira.post(f"{VIDEOS}/upload-url", json=file, key="second"),
        await Tus(mira).create(11 * MIB, "third"),
        await mira.post(VIDEOS, data=video_form(BytesIO(content(11 * MIB))), key="fourth"),
    ]
    for answer in refused:
        assert (answer.status, answer.code, answer.types) == (413, "QUOTA_EXCEEDED", {"size_bytes": "quota_exceeded"})
    assert (await mira.post(VIDEOS, data=video_form(BytesIO(content(9 * MIB))), key="fits")).status == 202
    assert (await mira.get(f"{UPLOADS}/limits")).data["used_bytes"] == 39 * MIB


@pytest.mark.parametrize("left", [0, 2 * MIB])
async def test_a_form_of_unknown_length_is_ended_where_the_quota_does(parts_site: Site, left: int) -> None:
    mira = await parts_site.creator()
    if taken := 40 * MIB - left:
        await announced(mira, content(taken), "before")
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        head = b"--b\r\nContent-Disposition: form-data; name="
        yield head + b'"title"\r\n\r\nA film\r\n'
        yield head + b'"file"; filename="film.mp4"\r\nContent-Type: video/mp4\r\n\r\n'
        while True:
            yield content(MIB)
            sent += MIB
            await asyncio.sleep(0.01)

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = await mira.post(VIDEOS, data=endless(), key="k", headers=headers)
    assert (answer.status, answer.code) == (413, "QUOTA_EXCEEDED")
    assert sent <= left + 8 * MIB, "and what was on its way"
    assert await parts_site.stored() == []
    assert (await mira.get(f"{UPLOADS}/limits")).data["used_bytes"] == taken


async def test_a_form_of_unknown_length_holds_what_is_left_while_it_comes(parts_site: Site) -> None:
    mira, began, go_on = await parts_site.creator(), asyncio.Event(), asyncio.Event()

    async def unknown() -> AsyncIterator[bytes]:
        head = b"--b\r\nContent-Disposition: form-data; name="
        yield head + b'"title"\r\n\r\nA film\r\n' + head + b'"file"; filename="film.mp4"\r\n\r\n' + content(MIB)
        began.set()
        await go_on.wait()
        yield content(MIB) + b"\r\n--b--\r\n"

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    coming = asyncio.ensure_future(mira.post(VIDEOS, data=unknown(), key="k", headers=headers))
    await began.wait()
    async with asyncio.timeout(10):
        while (limits := (await mira.get(f"{UPLOADS}/limits")).data)["available_bytes"]:
            await asyncio.sleep(0.01)
    assert limits["used_bytes"] == 40 * MIB
    go_on.set()
    assert (await coming).status == 202
    assert (await mira.get(f"{UPLOADS}/limits")).data["used_bytes"] == 2 * MIB


async def test_what_is_sent_after_the_confirmation_is_nobodys(parts_site: Site) -> None:
    mira, data = await parts_site.creator(), content(1000)
    upload = await announced(mira, data)
    whole = {"url": upload["upload_url"], "headers": upload["headers"]}
    assert await put(mira, whole, data) == 200
    assert (await confirm(mira, upload["video_id"])).status == 201
    evil = b"x" * 1000
    assert await put(mira, whole, evil) == 200
    async with parts_site.platform.ports.begin() as uow:
        source = (await uow.videos.get(upload["video_id"])).source
    assert source is not None
    async with parts_site.platform.ports.store.get(source.key) as chunks:
        assert b"".join([chunk async for chunk in chunks]) == data
    assert (await confirm(mira, upload["video_id"])).status == 201, "the same again"
    parts_site.clock.advance(timedelta(days=2))
    await parts_site.platform.videos.sweep_storage()
    assert await parts_site.stored("uploads/") == [source.key]


async def test_a_confirmed_file_that_is_no_video_ends_the_upload(parts_site: Site) -> None:
    mira, text = await parts_site.creator(), b"not a video" * 100
    upload = await announced(mira, text)
    assert await put(mira, {"url": upload["upload_url"], "headers": upload["headers"]}, text) == 200
    for _ in range(2):
        refused = await confirm(mira, upload["video_id"])
        assert (refused.status, refused.types) == (422, {"file": "not_media"})
    assert await parts_site.stored() == []
    assert (await mira.get(f"{UPLOADS}/limits")).data["used_bytes"] == 0


async def test_a_file_with_another_checksum_is_never_published(parts_site: Site) -> None:
    mira, data = await parts_site.creator(), content(11 * MIB)
    upload = await announced(mira, data, checksum_sha256=sha(b"another"))
    for part in upload["parts"]:
        await put(mira, part, part_of(data, part["number"]))
    assert (await confirm(mira, upload["video_id"])).status == 201
    tus = Tus(mira)
    await tus.create(len(data), "tus", {"checksum_sha256": sha(b"another")})
    await tus.send(0, data)
    await parts_site.settle()
    for video_id in (upload["video_id"], tus.video_id):
        status = (await mira.get(f"{VIDEOS}/{video_id}/status")).data
        assert (status["status"], status["error"]["code"]) == ("failed", "CHECKSUM_MISMATCH")


async def test_confirmations_at_once_are_one(parts_site: Site) -> None:
    mira, data = await parts_site.creator(), content(1000)
    upload = await announced(mira, data)
    assert await put(mira, {"url": upload["upload_url"], "headers": upload["headers"]}, data) == 200
    answers = await asyncio.gather(*(confirm(mira, upload["video_id"]) for _ in range(8)))
    assert {answer.status for answer in answers} == {201}
    assert len(await parts_site.stored("uploads/")) == 1
    await parts_site.settle()
    assert (await mira.get(f"{VIDEOS}/{upload['video_id']}/status")).data["status"] == "published"


async def test_the_status_tells_how_much_has_arrived(parts_site: Site) -> None:
    mira, data = await parts_site.creator(), content(20 * MIB)
    upload = await announced(mira, data)
    path = f"{VIDEOS}/{upload['video_id']}/status"
    assert (await mira.get(path)).data["progress"] == 0
    await put(mira, upload["parts"][0], part_of(data, 1))
    arrived = upload["parts"][0]["size_bytes"]
    assert (await mira.get(path)).data["progress"] == pytest.approx(100 * arrived / len(data))
    assert (await parts_site.anonymous.get(path)).status == 404
