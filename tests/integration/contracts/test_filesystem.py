"""What is the local folder's alone: its files, other processes, crashes, signatures."""

import asyncio
import errno
import itertools
import os
import random
import signal
import sys
import threading
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from adapters.filesystem.errors import translate
from adapters.filesystem.objects import FileObjectStore
from adapters.filesystem.signing import PutGrant
from adapters.filesystem.threads import FileThreads
from adapters.memory.system import ManualClock, SystemClock
from adapters.testing.object_bodies import MIB, TYPE, body, content, listed, read, same, stored
from adapters.testing.object_streams import FAR_FUTURE
from streamcore.shared.clock import Clock
from streamcore.shared.errors import (
    DeadlineExceeded,
    Forbidden,
    Invalid,
    NotFound,
    PreconditionFailed,
    StreamcoreError,
    Unavailable,
)
from streamcore.shared.objects import HasLocalFiles

SOON = timedelta(minutes=5)


def store_in(folder: Path, clock: Clock | None = None) -> FileObjectStore:
    return FileObjectStore(
        folder, base_url="http://server/", signer_secret=b"a secret of the tests", clock=clock or SystemClock()
    )


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[FileObjectStore]:
    store = store_in(tmp_path / "store")
    yield store
    await store.close()


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_objects_are_files_that_others_can_read(store: FileObjectStore) -> None:
    assert isinstance(store, HasLocalFiles)
    await store.put("a/b.mp4", body(content(100_000)), content_type=TYPE)
    assert (await store.local_path("a/b.mp4")).read_bytes() == content(100_000)
    for key in ("a", "a/b.mp4/c", "absent"):
        with pytest.raises(NotFound):
            await store.local_path(key)
    with pytest.raises(Invalid):
        await store.local_path("../up")


async def test_finished_files_and_copies_are_links(store: FileObjectStore, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"finished")
    await store.put_file("a", path, content_type=TYPE)
    await store.copy("a", "b")
    upload_id = await store.start_multipart("c", content_type=TYPE)
    places = [await store.local_path(key) for key in "ab"]
    assert {place.stat().st_ino for place in places} == {path.stat().st_ino}
    await store.abort_multipart("c", upload_id)


async def test_files_from_another_file_system_are_copied(store: FileObjectStore) -> None:
    memory = Path("/dev/shm") / f"streamcore-{os.getpid()}"
    memory.write_bytes(content(3 * MIB))
    try:
        await store.put_file("a", memory, content_type=TYPE)
    finally:
        memory.unlink()
    assert await read(store, "a") == content(3 * MIB)


async def test_nothing_is_left_of_what_was_deleted(store: FileObjectStore, tmp_path: Path) -> None:
    root = tmp_path / "store"
    for _ in range(2):
        await store.put("a/b/c", body(b"x"), content_type=TYPE)
        await store.put("a/d", body(b"x"), content_type=TYPE)
    assert len(files_below(root / "objects")) == 4
    await store.delete("a/b/c", "a/d")
    upload_id = await store.start_multipart("a/b/c", content_type=TYPE)
    part = await store.put_part("a/b/c", upload_id, 1, body(b"part"), size=4)
    await store.complete_multipart("a/b/c", upload_id, [part])
    await store.delete("a/b/c")
    assert [*(root / "objects").iterdir(), *(root / "tmp").iterdir(), *(root / "uploads").iterdir()] == []


async def test_links_lead_nowhere(store: FileObjectStore, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    other = store_in(outside)
    await other.put("secret", body(b"secret"), content_type=TYPE)
    await store.put("a/b", body(b"x"), content_type=TYPE)
    objects = tmp_path / "store" / "objects"
    (objects / "evil").symlink_to(outside / "objects")
    (objects / "a" / "c@").symlink_to(outside / "objects" / "secret@")
    for key in ("evil/secret", "a/c"):
        with pytest.raises(Unavailable):
            await read(store, key)
    with pytest.raises(Unavailable):
        await store.put("evil/new", body(b"x"), content_type=TYPE)
    with pytest.raises(Unavailable):
        await store.delete("evil/secret")
    assert await read(other, "secret") == b"secret"
    assert FileObjectStore.keys_on_disk(outside) == ["secret"]
    (objects / "a" / "c@").unlink()
    assert await listed(store) == ["a/b"]
    await other.close()


@pytest.mark.parametrize("begun", [True, False])
async def test_who_is_cancelled_goes_on_when_the_thread_has_ended(begun: bool) -> None:
    """What is cleaned up afterwards must be in nobody's hands, and the cleaning up itself is not left undone."""
    threads, may_end, done = FileThreads(1), threading.Event(), list[bool]()
    first = asyncio.create_task(threads.run(may_end.wait))
    second = asyncio.create_task(threads.run(done.append, True))
    await asyncio.sleep(0.05)
    cancelled = first if begun else second
    for _ in range(3):
        cancelled.cancel()
        await asyncio.sleep(0.01)
        assert not cancelled.done()
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await cancelled
    await asyncio.wait([first, second])
    assert done == [True]
    await threads.close()


async def test_stores_on_one_folder_are_one_store(store: FileObjectStore, tmp_path: Path) -> None:
    other = store_in(tmp_path / "store")
    await store.put("a", body(b"x"), content_type=TYPE)
    assert await read(other, "a") == b"x"
    puts = [
        each.put("race", body(bytes([number])), content_type=TYPE, if_absent=True)
        for number in range(10)
        for each in (store, other)
    ]
    outcomes = await asyncio.gather(*puts, return_exceptions=True)
    assert sum(isinstance(outcome, PreconditionFailed) for outcome in outcomes) == 19
    upload_id = await store.start_multipart("b", content_type=TYPE)
    part = await other.put_part("b", upload_id, 1, body(b"part"), size=4)
    await store.complete_multipart("b", upload_id, [part])
    assert await read(other, "b") == b"part"
    await other.close()


async def test_only_one_version_stays_on_disk(store: FileObjectStore, tmp_path: Path) -> None:
    puts = [store.put("a", body(content(50_000, number)), content_type=TYPE) for number in range(12)]
    await asyncio.gather(*puts)
    assert len(files_below(tmp_path / "store" / "objects")) == 2


async def test_the_same_part_once_more_is_the_same_part(store: FileObjectStore) -> None:
    upload_id = await store.start_multipart("a", content_type=TYPE)
    parts = [
        await store.put_part("a", upload_id, number, body(content(5 * MIB, number)), size=5 * MIB) for number in (1, 2)
    ]

    async def again() -> None:
        with suppress(NotFound):  # joined meanwhile
            while True:
                assert await store.put_part("a", upload_id, 1, body(content(5 * MIB, 1)), size=5 * MIB) == parts[0]

    await store.put_part("a", upload_id, 2, body(content(5 * MIB, 2)), size=5 * MIB)
    coming = asyncio.create_task(again())
    await store.complete_multipart("a", upload_id, parts)
    await coming
    assert same(await read(store, "a"), content(5 * MIB, 1) + content(5 * MIB, 2))


async def test_a_part_that_is_replaced_while_it_is_joined_is_wrong_and_not_missing(store: FileObjectStore) -> None:
    """Whoever joins lists once more then, and does not take the upload for lost."""
    large, met = content(48 * MIB), False  # copying it takes about as long as replacing the part behind it
    for _ in range(30):
        upload_id, enough = await store.start_multipart("a", content_type=TYPE), asyncio.Event()
        await store.put_part("a", upload_id, 1, body(large), size=len(large))
        await store.put_part("a", upload_id, 2, body(b"last"), size=4)
        replaced = asyncio.create_task(replacing(store, upload_id, enough))
        try:
            await store.complete_multipart("a", upload_id, await store.list_parts("a", upload_id))
        except Invalid:
            met = True
        enough.set()
        with suppress(NotFound):  # where it was joined
            await replaced
            await store.complete_multipart("a", upload_id, await store.list_parts("a", upload_id))
        assert same((await read(store, "a"))[:-4], large)
        if met:
            return
    raise AssertionError("they have not met")


async def replacing(store: FileObjectStore, upload_id: str, enough: asyncio.Event) -> None:
    """Send the second part, which is small, again and again."""
    for number in itertools.count():
        await store.put_part("a", upload_id, 2, body(b"%04d" % number), size=4)
        if enough.is_set():
            return


WRITER = """
import asyncio, sys
from adapters.filesystem.objects import FileObjectStore
from adapters.memory.system import SystemClock

async def body(version):
    for _ in range(8):
        yield bytes([version]) * 40_000

async def main():
    store = FileObjectStore(sys.argv[1], base_url="", signer_secret=b"x", clock=SystemClock())
    async def write(name):
        for turn in range(100_000):
            key = f"deep/{name}/{turn % 3}"
            if turn % 7 == 6:
                await store.delete(key)
            else:
                await store.put(key, body(turn % 250), content_type="video/mp4")
            sys.stdout.write("."); sys.stdout.flush()
    await asyncio.gather(*[write(name) for name in "abcd"])

asyncio.run(main())
"""


async def test_a_killed_process_leaves_whole_objects_and_what_the_sweep_finds(
    store: FileObjectStore, tmp_path: Path
) -> None:
    chance = random.Random(1)
    for _ in range(5):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", WRITER, str(tmp_path / "store"), stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout
        await process.stdout.readexactly(20)
        await asyncio.sleep(chance.uniform(0, 0.1))
        process.send_signal(signal.SIGKILL)
        await process.communicate()
        for key in await listed(store):
            data = await read(store, key)
            assert len(data) == 320_000
            assert data == data[:1] * 320_000
    keys = await listed(store)
    await store.sweep_unfinished(before=FAR_FUTURE)
    assert await listed(store) == keys
    assert len(files_below(tmp_path / "store" / "objects")) == 2 * len(keys)
    assert [*(tmp_path / "store" / "tmp").iterdir()] == []
    await store.delete(*keys)
    assert [*(tmp_path / "store" / "objects").iterdir()] == []


async def test_the_sweep_leaves_what_is_young_and_what_is_stored(tmp_path: Path) -> None:
    clock = ManualClock()
    store = store_in(tmp_path / "store", clock)
    await store.put("a/b", body(b"kept"), content_type=TYPE)
    content_file = await store.local_path("a/b")
    orphan = content_file.with_name(f"b@{int(clock.now().timestamp() * 1_000_000):014x}{'0' * 18}")
    orphan.write_bytes(b"nobody's")
    other = content_file.with_name(orphan.name.replace("b@", "gone@"))
    other.write_bytes(b"nobody's")
    temporary = tmp_path / "store" / "tmp" / orphan.name.removeprefix("b@")
    temporary.write_bytes(b"unfinished")
    await store.start_multipart("a/b", content_type=TYPE)
    assert await store.sweep_unfinished(before=clock.now()) == 0
    assert await store.sweep_unfinished(before=clock.now() + timedelta(seconds=1)) == 4
    assert await read(store, "a/b") == b"kept"
    assert len(files_below(tmp_path / "store" / "objects")) == 2
    await store.close()


async def test_a_damaged_entry_is_no_object_and_no_crash(store: FileObjectStore) -> None:
    await store.put("a", body(b"x"), content_type=TYPE)
    entry = (await store.local_path("a")).with_name("a@")
    entry.write_bytes(b"{")
    with pytest.raises(Unavailable):
        await store.head("a")


async def test_a_folder_that_is_gone_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StreamcoreError):
        store_in(tmp_path / "file" / "store")
    store = store_in(tmp_path / "store")
    await store.ping()
    (tmp_path / "store").rename(tmp_path / "moved")
    with pytest.raises(Unavailable):
        await store.ping()
    await store.close()
    with pytest.raises(Unavailable):
        await store.ping()


def query_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


async def test_signatures(tmp_path: Path) -> None:
    clock = ManualClock(datetime(2026, 1, 1, tzinfo=UTC))
    store = store_in(tmp_path / "store", clock)
    request = await store.presign_put("a/b.mp4", content_type=TYPE, size=5, expires_in=SOON, checksum_sha256="AB" * 32)
    assert request.url.startswith("http://server/media/a/b.mp4?expires=")
    assert (request.expires_at, request.headers) == (clock.now() + SOON, {"Content-Type": TYPE})
    query, headers = query_of(request.url), {"content-TYPE": TYPE, "CONTENT-length": "5"}
    assert store.verify_put("a/b.mp4", query, headers) == PutGrant("a/b.mp4", 5, TYPE, "ab" * 32)
    wrong_headers: list[Mapping[str, str]] = [{}, {**headers, "content-TYPE": "text/html"}, {"Content-Type": TYPE}]
    for wrong in [*wrong_headers, {**headers, "CONTENT-length": "6"}]:
        with pytest.raises(Invalid):
            store.verify_put("a/b.mp4", query, wrong)
    for forged in ({**query, "size": "6"}, {**query, "signature": "é"}, {**query, "more": "1"}, {}):
        with pytest.raises(Forbidden):
            store.verify_put("a/b.mp4", forged, headers)
    with pytest.raises(Forbidden):
        store.verify_put("a/b.mp3", query, headers)
    with pytest.raises(Forbidden):
        store.verify_get("a/b.mp4", query)
    clock.advance(SOON)
    store.verify_put("a/b.mp4", query, headers)
    clock.advance(timedelta(seconds=1))
    with pytest.raises(Forbidden):
        store.verify_put("a/b.mp4", query, headers)
    await store.close()


async def test_another_secret_makes_other_signatures(store: FileObjectStore, tmp_path: Path) -> None:
    other = FileObjectStore(tmp_path / "other", base_url="http://server", signer_secret="other", clock=SystemClock())
    request = await other.presign_get("a", expires_in=SOON)
    other.verify_get("a", query_of(request.url))
    with pytest.raises(Forbidden):
        store.verify_get("a", query_of(request.url))
    await other.close()


async def test_the_address_of_the_server_may_come_late(tmp_path: Path) -> None:
    addresses = iter(["http://one:1", "http://two:2/"])
    store = FileObjectStore(
        tmp_path / "store", base_url=lambda: next(addresses), signer_secret=b"x", clock=SystemClock()
    )
    assert (await store.presign_get("a", expires_in=SOON)).url.startswith("http://one:1/media/a?")
    assert (await store.presign_get("a", expires_in=SOON)).url.startswith("http://two:2/media/a?")
    await store.close()


async def test_what_differs_from_its_grant_is_not_stored(store: FileObjectStore) -> None:
    for wrong in (PutGrant("a", 4, TYPE), PutGrant("a", 5, TYPE, "00" * 32)):
        with pytest.raises(Invalid):
            await store.receive(wrong, body(b"right"))
    assert await stored(store, "a") is None
    etag = await store.receive(PutGrant("a", 5, TYPE), body(b"right"))
    assert etag == (await store.head("a")).etag


@pytest.mark.parametrize("number", sorted(errno.errorcode), ids=errno.errorcode.get)
def test_every_error_of_the_system_is_translated(number: int) -> None:
    kind = type(translate(OSError(number, os.strerror(number))))
    expected: type[StreamcoreError] = Unavailable
    if number in (errno.ENOENT, errno.ENOTDIR):
        expected = NotFound
    elif number in (errno.ETIMEDOUT, errno.ETIME):
        expected = DeadlineExceeded
    assert kind is expected
