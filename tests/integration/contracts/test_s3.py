"""The contract of object stores on a real S3 server, and what is S3's alone."""

import asyncio
import inspect
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import boto3.exceptions
import pytest
import urllib3.exceptions
from botocore import exceptions as boto

from adapters.s3.errors import translate
from adapters.s3.objects import S3ObjectStore
from adapters.s3.uploads import PART_SIZE
from adapters.testing.object_bodies import MIB, TYPE, body, content, listed, read, stalling
from adapters.testing.object_streams import FAR_FUTURE
from adapters.testing.objects import ObjectStoreContract
from streamcore.shared.errors import (
    DeadlineExceeded,
    Invalid,
    NotFound,
    PayloadTooLarge,
    PreconditionFailed,
    StreamcoreError,
    Unavailable,
)


def connect(url: str, bucket: str, **options: object) -> S3ObjectStore:
    keys = {"access_key": "streamcore", "secret_key": "streamcore-secret"}
    settings = {"endpoint_url": url, "bucket": bucket, "region": "us-east-1", **keys, **options}
    return S3ObjectStore(**settings)  # type: ignore[arg-type]  # a mixture of types


@pytest.fixture(scope="module")
def bucket(s3_url: str) -> str:
    name = f"t{uuid.uuid4().hex[:16]}"

    async def make() -> None:
        store = connect(s3_url, name)
        await store.prepare()
        await store.close()

    asyncio.run(make())
    return name


@pytest.fixture
async def store(s3_url: str, bucket: str) -> AsyncIterator[S3ObjectStore]:
    store = connect(s3_url, bucket, prefix=uuid.uuid4().hex, copied_at_once=6 * MIB, copied_part=5 * MIB)
    yield store
    await store.close()


@pytest.mark.s3
class TestS3ObjectStore(ObjectStoreContract):
    large = 64 * MIB
    memory_bound = 5 * PART_SIZE
    verifies_checksums = False  # the tests' server does not know this header
    drops_unnamed_parts = False

    @pytest.fixture
    async def store(self, s3_url: str, bucket: str) -> AsyncIterator[S3ObjectStore]:
        store = connect(s3_url, bucket, prefix=uuid.uuid4().hex)
        yield store
        await store.close()


@pytest.mark.s3
async def test_large_objects_are_copied_in_parts(store: S3ObjectStore) -> None:
    data = content(16 * MIB + 1)
    source = await store.put("from", body(data), content_type="image/png")
    copy = await store.copy("from", "to")
    assert await read(store, "to") == data
    assert (copy.size, copy.content_type) == (source.size, "image/png")
    assert copy.etag.endswith("-4")  # the count of its parts
    assert await store.sweep_unfinished(before=FAR_FUTURE) == 0


@pytest.mark.s3
async def test_prefixes_keep_stores_apart(s3_url: str, bucket: str) -> None:
    one, two = (connect(s3_url, bucket, prefix=prefix) for prefix in ("one", "one/two"))
    await two.put("key", body(b"x"), content_type=TYPE)
    upload_id = await two.start_multipart("key", content_type=TYPE)
    assert await listed(one) == ["two/key"]
    assert await listed(two) == ["key"]
    other = connect(s3_url, bucket, prefix="on")
    assert await listed(other) == []
    assert await other.sweep_unfinished(before=FAR_FUTURE) == 0
    await two.abort_multipart("key", upload_id)
    await one.delete("two/key")
    assert await listed(two) == []
    for each in (one, two, other):
        await each.close()


@pytest.mark.s3
async def test_presigned_addresses_name_the_public_endpoint(s3_url: str, bucket: str) -> None:
    store = connect(s3_url, bucket, public_endpoint_url="https://media.example.org")
    soon = timedelta(minutes=1)
    put = await store.presign_put("key", content_type=TYPE, size=1, expires_in=soon, checksum_sha256="00" * 32)
    assert put.url.startswith(f"https://media.example.org/{bucket}/key?")
    assert "content-length%3Bcontent-type%3Bhost%3Bx-amz-checksum-sha256" in put.url
    assert (await store.presign_get("key", expires_in=soon)).url.startswith("https://media.example.org/")
    for wrong in (timedelta(0), timedelta(days=8)):
        with pytest.raises(Invalid):
            await store.presign_get("key", expires_in=wrong)
    with pytest.raises(Invalid):
        await store.presign_put("key", content_type=TYPE, size=1, expires_in=soon, checksum_sha256="short")
    await store.close()


@pytest.mark.s3
async def test_a_put_cancelled_at_any_moment_leaves_no_parts(store: S3ObjectStore) -> None:
    for moment in range(8):
        stalled = asyncio.Event()
        put = asyncio.create_task(store.put("large", stalling(content(3 * PART_SIZE), stalled), content_type=TYPE))
        await asyncio.wait([asyncio.create_task(stalled.wait())], timeout=moment * 0.03)
        put.cancel()
        with pytest.raises(asyncio.CancelledError):
            await put
        stalled.set()
    assert await listed(store) == []
    assert await store.sweep_unfinished(before=FAR_FUTURE) == 0


@pytest.mark.s3
async def test_a_bucket_that_is_missing_or_closed_to_us_is_unavailable(s3_url: str) -> None:
    nowhere = connect(s3_url, f"t{uuid.uuid4().hex[:16]}")
    stranger = connect(s3_url, "nobody", access_key="stranger")
    for store in (nowhere, stranger):
        with pytest.raises(Unavailable):
            await store.ping()
        with pytest.raises(Unavailable):
            await store.put("key", body(b"x"), content_type=TYPE)
        with pytest.raises(Unavailable):
            await listed(store)
        await store.close()


@pytest.mark.s3
async def test_a_closed_store_is_unavailable(s3_url: str, bucket: str) -> None:
    store = connect(s3_url, bucket)
    await store.ping()
    await store.close()
    with pytest.raises(Unavailable):
        await store.ping()


Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def server(answer: Answer) -> AsyncIterator[str]:
    """The address of a server that treats every connection like this."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await answer(reader, writer)
        finally:
            writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    finally:
        listening.close()


async def calls(store: S3ObjectStore) -> AsyncIterator[Awaitable[object]]:
    yield store.put("key", body(b"x"), content_type=TYPE)
    yield store.put("key", body(content(PART_SIZE + 1)), content_type=TYPE)
    yield read(store, "key")
    yield read(store, "key", 1, 2)
    yield store.head("key")
    yield store.copy("key", "other")
    yield listed(store)
    yield store.delete("key")
    yield store.start_multipart("key", content_type=TYPE)
    yield store.put_part("key", "upload", 1, body(b"x"), size=1)
    yield store.abort_multipart("key", "upload")
    yield store.sweep_unfinished(before=FAR_FUTURE)
    yield store.ping()


async def test_silence_is_a_deadline_exceeded() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(MIB):
            pass

    async with server(silent) as url:
        store = connect(url, "bucket", timeout=0.1)
        async for call in calls(store):
            with pytest.raises(DeadlineExceeded):
                await call
        await store.close()


async def test_a_connection_that_breaks_is_unavailable() -> None:
    async def rude(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)

    async with server(rude) as url:
        store = connect(url, "bucket")
        async for call in calls(store):
            with pytest.raises(Unavailable):
                await call
        await store.close()


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    async with server(lambda reader, writer: asyncio.sleep(0)) as url:
        pass
    store = connect(url, "bucket")
    async for call in calls(store):
        with pytest.raises(Unavailable):
            await call
    await store.close()


@pytest.mark.parametrize("ending", ["break", "silence"])
async def test_a_body_that_ends_too_early_is_no_body(ending: str) -> None:
    async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nETag: "x"\r\n\r\n' + b"half" * 100)
        await writer.drain()
        if ending == "silence":
            await reader.read()

    async with server(half) as url:
        store = connect(url, "bucket", timeout=0.3)
        with pytest.raises(Unavailable):
            await read(store, "key")
        await store.close()


def error_classes() -> Iterator[type[Exception]]:
    for module in (boto, boto3.exceptions, urllib3.exceptions):
        for _, kind in inspect.getmembers(module, inspect.isclass):
            if issubclass(kind, Exception) and not issubclass(kind, Warning) and kind.__module__ == module.__name__:
                yield kind


@pytest.mark.parametrize("kind", sorted(set(error_classes()), key=str), ids=lambda kind: kind.__name__)
def test_every_error_of_the_client_is_translated(kind: type[Exception]) -> None:
    error = kind.__new__(kind)  # their constructors all want something else
    if isinstance(error, boto.ClientError):
        error.response = {}
    assert isinstance(translate(error), StreamcoreError)


CODES = {
    "NoSuchKey": NotFound,
    "NoSuchUpload": NotFound,
    "404": NotFound,
    "PreconditionFailed": PreconditionFailed,
    "412": PreconditionFailed,
    "ConditionalRequestConflict": PreconditionFailed,
    "InvalidPart": Invalid,
    "InvalidPartOrder": Invalid,
    "EntityTooSmall": Invalid,
    "EntityTooLarge": PayloadTooLarge,
    "RequestTimeout": DeadlineExceeded,
    "NoSuchBucket": Unavailable,
    "AccessDenied": Unavailable,
    "403": Unavailable,
    "InvalidAccessKeyId": Unavailable,
    "SignatureDoesNotMatch": Unavailable,
    "RequestTimeTooSkewed": Unavailable,
    "SlowDown": Unavailable,
    "ServiceUnavailable": Unavailable,
    "InternalError": Unavailable,
    "500": Unavailable,
    "503": Unavailable,
    "QuotaExceeded": Unavailable,
    "SomethingNew": Unavailable,
}


@pytest.mark.parametrize("code", CODES)
def test_codes_are_translated(code: str) -> None:
    error = boto.ClientError({"Error": {"Code": code}}, "GetObject")
    assert type(translate(error)) is CODES[code]


def test_a_status_will_do_where_there_is_no_code() -> None:
    status = boto.ClientError({"ResponseMetadata": {"HTTPStatusCode": 412}}, "PutObject")  # type: ignore[typeddict-item]
    assert type(translate(status)) is PreconditionFailed


@pytest.mark.s3
async def test_a_file_of_many_parts(store: S3ObjectStore, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(content(3 * PART_SIZE))
    info = await store.put_file("file", path, content_type=TYPE)
    assert (info.size, info.content_type) == (3 * PART_SIZE, TYPE)
    assert await read(store, "file") == content(3 * PART_SIZE)
