"""The part of the object store's contract that is about requests which others send, over real HTTP."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

import aiohttp
from yarl import URL

from adapters.testing.object_bodies import MIB, TYPE, body, content, listed, read, same
from streamcore.shared.objects import ObjectStore, Part, PresignedRequest

SOON = timedelta(minutes=5)


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes


def tampered(url: str) -> list[str]:
    """The address for another key, and with each of its parameters changed or left out."""
    path, _, query = url.partition("?")
    pairs = parse_qsl(query, keep_blank_values=True)
    urls = [f"{path}x?{query}", f"{path}/x?{query}", path]
    for index, (name, value) in enumerate(pairs):
        others = pairs[:index] + pairs[index + 1 :]
        urls.append(f"{path}?{urlencode(others)}")
        last = "1" if value[-1:] != "1" else "2"
        urls.append(f"{path}?{urlencode([*others, (name, value[:-1] + last)])}")
    return urls


class ObjectPresignedContract:
    verifies_checksums = True
    """Whether the server compares a body with its announced SHA-256; some that speak S3 do not."""

    async def send(
        self, store: ObjectStore, method: str, url: str, headers: Mapping[str, str], data: bytes = b""
    ) -> Answer:
        """Send a request as any client would. Stores that have no HTTP override it."""
        timeout = aiohttp.ClientTimeout(total=30)
        async with aiohttp.ClientSession(timeout=timeout, skip_auto_headers=["Content-Type"]) as client:
            request = client.request(
                method, URL(url, encoded=True), headers=headers, data=BytesIO(data) if method == "PUT" else None
            )
            async with request as response:
                return Answer(response.status, response.headers, await response.read())

    async def let_pass(self, store: ObjectStore, seconds: float) -> None:
        """Come back when the store's clock has moved on."""
        await asyncio.sleep(seconds)

    async def test_a_client_may_put(self, store: ObjectStore) -> None:
        for size in (0, 1, 5 * MIB + 1):
            request = await store.presign_put("in/box.mp4", content_type=TYPE, size=size, expires_in=SOON)
            assert request.method == "PUT"
            assert abs(request.expires_at - datetime.now(UTC) - SOON) < timedelta(minutes=1)
            answer = await self.send(store, "PUT", request.url, request.headers, content(size))
            assert answer.status == 200
            info = await store.head("in/box.mp4")
            assert (info.size, info.content_type) == (size, TYPE)
            assert same(await read(store, "in/box.mp4"), content(size))

    async def test_a_put_may_be_repeated(self, store: ObjectStore) -> None:
        request = await store.presign_put("again", content_type=TYPE, size=5, expires_in=SOON)
        for data in (b"first", b"again"):
            assert (await self.send(store, "PUT", request.url, request.headers, data)).status == 200
            assert same(await read(store, "again"), data)

    async def test_a_put_has_exactly_the_announced_size(self, store: ObjectStore) -> None:
        request = await store.presign_put("sized", content_type=TYPE, size=5, expires_in=SOON)
        for data in (b"four", b"sixsix", b"", content(MIB)):
            answer = await self.send(store, "PUT", request.url, request.headers, data)
            assert 400 <= answer.status < 500
        assert await listed(store) == []

    async def test_a_put_has_exactly_the_announced_type(self, store: ObjectStore) -> None:
        request = await store.presign_put("typed", content_type=TYPE, size=4, expires_in=SOON)
        others = {name: value for name, value in request.headers.items() if name.lower() != "content-type"}
        for headers in (others, others | {"Content-Type": "text/html"}):
            assert 400 <= (await self.send(store, "PUT", request.url, headers, b"data")).status < 500
        assert await listed(store) == []

    async def test_a_put_has_the_announced_checksum(self, store: ObjectStore) -> None:
        checksum = sha256(b"right").hexdigest()
        request = await store.presign_put(
            "summed", content_type=TYPE, size=5, expires_in=SOON, checksum_sha256=checksum
        )
        if self.verifies_checksums:
            assert 400 <= (await self.send(store, "PUT", request.url, request.headers, b"wrong")).status < 500
            assert await listed(store) == []
        assert (await self.send(store, "PUT", request.url, request.headers, b"right")).status == 200
        assert same(await read(store, "summed"), b"right")

    async def test_a_put_leaves_what_is_there_when_it_is_refused(self, store: ObjectStore) -> None:
        await store.put("kept", body(b"old"), content_type=TYPE)
        request = await store.presign_put("kept", content_type=TYPE, size=5, expires_in=SOON)
        assert 400 <= (await self.send(store, "PUT", request.url, request.headers, b"toolong")).status < 500
        assert same(await read(store, "kept"), b"old")

    async def test_an_address_for_putting_is_for_nothing_else(self, store: ObjectStore) -> None:
        await store.put("kept", body(b"old"), content_type=TYPE)
        put = await store.presign_put("kept", content_type=TYPE, size=5, expires_in=SOON)
        get = await store.presign_get("kept", expires_in=SOON)
        assert 400 <= (await self.send(store, "GET", put.url, put.headers)).status < 500
        assert 400 <= (await self.send(store, "PUT", get.url, put.headers, b"new!!")).status < 500
        assert same(await read(store, "kept"), b"old")

    async def test_addresses_cannot_be_changed(self, store: ObjectStore) -> None:
        await store.put("kept", body(b"old"), content_type=TYPE)
        await store.put("keptx", body(b"other"), content_type=TYPE)
        checksum = sha256(b"right").hexdigest()
        put = await store.presign_put("new", content_type=TYPE, size=5, expires_in=SOON, checksum_sha256=checksum)
        get = await store.presign_get("kept", expires_in=SOON)
        for url in tampered(put.url):
            answer = await self.send(store, "PUT", url, put.headers, b"right")
            assert 400 <= answer.status < 500, url
        for url in tampered(get.url):
            answer = await self.send(store, "GET", url, get.headers)
            assert 400 <= answer.status < 500, url
        assert await listed(store) == ["kept", "keptx"]

    async def test_addresses_expire(self, store: ObjectStore) -> None:
        await store.put("kept", body(b"old"), content_type=TYPE)
        blink = timedelta(seconds=1)
        put = await store.presign_put("late", content_type=TYPE, size=5, expires_in=blink)
        get = await store.presign_get("kept", expires_in=blink)
        upload_id = await store.start_multipart("late", content_type=TYPE)
        part = await store.presign_part("late", upload_id, 1, size=5, expires_in=blink)
        await self.let_pass(store, 2.1)
        for request in (put, get, part):
            answer = await self.send(store, request.method, request.url, request.headers, b"right")
            assert 400 <= answer.status < 500
        assert await listed(store) == ["kept"]
        await store.abort_multipart("late", upload_id)

    async def test_a_client_may_get(self, store: ObjectStore) -> None:
        await store.put("out/box.mp4", body(content(MIB + 1)), content_type=TYPE)
        request = await store.presign_get("out/box.mp4", expires_in=SOON)
        answer = await self.send(store, request.method, request.url, request.headers)
        assert (answer.status, answer.headers["Content-Type"]) == (200, TYPE)
        assert same(answer.body, content(MIB + 1))
        await store.delete("out/box.mp4")
        assert (await self.send(store, request.method, request.url, request.headers)).status == 404

    async def test_a_client_may_put_parts(self, store: ObjectStore) -> None:
        upload_id = await store.start_multipart("whole", content_type=TYPE)
        data = [content(5 * MIB, 1), b"last"]
        parts = []
        for number in (2, 1):
            request = await self.presign_part(store, upload_id, number, len(data[number - 1]))
            answer = await self.send(store, "PUT", request.url, request.headers, data[number - 1])
            assert answer.status == 200
            parts.append(Part(number, answer.headers["ETag"].strip('"')))
        assert await listed(store) == []
        info = await store.complete_multipart("whole", upload_id, parts)
        assert (info.size, info.content_type) == (5 * MIB + 4, TYPE)
        assert same(await read(store, "whole"), b"".join(data))

    async def presign_part(self, store: ObjectStore, upload_id: str, number: int, size: int) -> PresignedRequest:
        return await store.presign_part("whole", upload_id, number, size=size, expires_in=SOON)

    async def test_a_part_has_exactly_the_announced_size_and_number(self, store: ObjectStore) -> None:
        upload_id = await store.start_multipart("whole", content_type=TYPE)
        request = await self.presign_part(store, upload_id, 1, 4)
        for data in (b"six___", b"", b"123"):
            assert 400 <= (await self.send(store, "PUT", request.url, request.headers, data)).status < 500
        for url in tampered(request.url):
            assert 400 <= (await self.send(store, "PUT", url, request.headers, b"four")).status < 500, url
        await store.abort_multipart("whole", upload_id)
        assert 400 <= (await self.send(store, "PUT", request.url, request.headers, b"four")).status < 500
        assert await listed(store) == []
