"""The part of the object store's contract that is about bytes: in, out, whole or not at all."""

import asyncio
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from adapters.testing.object_bodies import (
    MIB,
    TYPE,
    BodyBroke,
    body,
    breaking,
    content,
    digest_of_zeros,
    endless_block,
    listed,
    peak_memory,
    read,
    same,
    same_object,
    stalling,
    stored,
)
from streamcore.shared.errors import Invalid, NotFound, PreconditionFailed
from streamcore.shared.objects import ObjectStore

FAR_FUTURE = datetime.now(UTC) + timedelta(days=365)


class ObjectStreamsContract:
    large = 20 * MIB
    """Bytes of the object that must not be held in memory."""
    memory_bound: int | None = 12 * MIB
    """Bytes that the store may allocate while it streams; None where memory is where it stores."""
    in_flight = 9 * MIB
    """Bytes of a body after which the store has certainly begun to store."""

    async def test_what_was_put_comes_back(self, store: ObjectStore) -> None:
        for size in (0, 1, 70_000, 5 * MIB + 1):
            data = content(size)
            info = await store.put(f"in/{size}.mp4", body(data), content_type=TYPE)
            assert (info.key, info.size, info.content_type) == (f"in/{size}.mp4", size, TYPE)
            assert same(await read(store, info.key), data)
            assert same_object(info, await store.head(info.key))

    async def test_an_announced_size_is_fine_when_it_is_true(self, store: ObjectStore) -> None:
        for size in (0, 1, self.in_flight):
            assert (await store.put("sized", body(content(size)), content_type=TYPE, size=size)).size == size
            assert same(await read(store, "sized"), content(size))

    async def test_objects_know_when_they_were_stored(self, store: ObjectStore) -> None:
        info = await store.put("when", body(b"x"), content_type=TYPE)
        head = await store.head("when")
        assert info.modified_at.tzinfo is not None
        assert head.modified_at.tzinfo is not None
        assert abs(head.modified_at - info.modified_at) < timedelta(seconds=10)
        assert abs(datetime.now(UTC) - head.modified_at) < timedelta(minutes=5)

    async def test_large_objects_are_never_whole_in_memory(self, store: ObjectStore) -> None:
        digest = sha256()
        with peak_memory() as peak:
            await store.put("large", endless_block(self.large), content_type=TYPE)
            async with store.get("large") as chunks:
                async for chunk in chunks:
                    digest.update(chunk)
        assert digest.hexdigest() == digest_of_zeros(self.large)
        assert self.memory_bound is None or peak[0] < self.memory_bound

    async def test_a_body_of_another_size_stores_nothing(self, store: ObjectStore) -> None:
        await store.put("kept", body(b"old"), content_type=TYPE)
        for length, announced in (
            (3, 4),
            (5, 4),
            (1, 0),
            (0, 1),
            (self.in_flight, self.in_flight + 1),
            (self.in_flight, 1),
        ):
            for key in ("new", "kept"):
                with pytest.raises(Invalid):
                    await store.put(key, body(content(length)), content_type=TYPE, size=announced)
        assert await stored(store, "new") is None
        assert same(await read(store, "kept"), b"old")
        await self.require_no_leftovers(store)

    async def test_a_body_that_breaks_stores_nothing(self, store: ObjectStore) -> None:
        await store.put("kept", body(b"old"), content_type=TYPE)
        for length in (0, 1, self.in_flight):
            for key in ("new", "kept"):
                with pytest.raises(BodyBroke):
                    await store.put(key, breaking(content(length)), content_type=TYPE)
        assert await stored(store, "new") is None
        assert same(await read(store, "kept"), b"old")
        await self.require_no_leftovers(store)

    async def test_a_put_that_is_cancelled_stores_nothing(self, store: ObjectStore) -> None:
        await store.put("kept", body(b"old"), content_type=TYPE)
        for length in (0, self.in_flight):
            for key in ("new", "kept"):
                stalled = asyncio.Event()
                put = asyncio.create_task(store.put(key, stalling(content(length), stalled), content_type=TYPE))
                await stalled.wait()
                put.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await put
        assert await stored(store, "new") is None
        assert same(await read(store, "kept"), b"old")
        await self.require_no_leftovers(store)

    async def test_a_put_cancelled_at_any_moment_leaves_all_or_nothing(self, store: ObjectStore) -> None:
        data = content(2 * MIB)
        for moment in range(12):
            put = asyncio.create_task(store.put("moment", body(data), content_type=TYPE))
            await asyncio.sleep(moment * 0.002)
            put.cancel()
            await asyncio.wait([put])
            assert await stored(store, "moment") in (None, data)
            await store.delete("moment")
        await self.require_no_leftovers(store)

    async def test_an_object_is_replaced_whole_with_its_type(self, store: ObjectStore) -> None:
        first = await store.put("again", body(content(300_000, 1)), content_type=TYPE)
        second = await store.put("again", body(content(100_000, 2)), content_type="text/plain; charset=utf-8")
        assert first.etag != second.etag
        assert same(await read(store, "again"), content(100_000, 2))
        assert same_object(second, await store.head("again"))
        assert (await store.head("again")).content_type == "text/plain; charset=utf-8"
        assert await listed(store) == ["again"]

    async def test_whoever_reads_gets_the_old_or_the_new_object(self, store: ObjectStore) -> None:
        versions = [content(size, size) for size in (MIB, 700_000, 2 * MIB)]
        await store.put("busy", body(versions[0]), content_type=TYPE)
        done = asyncio.Event()

        async def keep_reading() -> None:
            while not done.is_set():
                data = await read(store, "busy")
                assert data in versions
                await asyncio.sleep(0)

        async def keep_writing() -> None:
            try:
                for turn in range(9):
                    await store.put("busy", body(versions[turn % 3]), content_type=TYPE)
            finally:
                done.set()

        async with asyncio.TaskGroup() as group:
            for _ in range(3):
                group.create_task(keep_reading())
            group.create_task(keep_writing())

    async def test_what_was_opened_is_read_to_its_end(self, store: ObjectStore) -> None:
        data = content(6 * MIB, 1)
        for change in ("replace", "delete"):
            await store.put("open", body(data), content_type=TYPE)
            async with store.get("open") as chunks:
                got = await anext(chunks)
                if change == "replace":
                    await store.put("open", body(content(6 * MIB, 2)), content_type=TYPE)
                else:
                    await store.delete("open")
                got += b"".join([chunk async for chunk in chunks])
            assert same(got, data)

    async def test_only_if_absent(self, store: ObjectStore) -> None:
        await store.put("once", body(b"first"), content_type=TYPE, if_absent=True)
        for data in (b"second", content(self.in_flight)):
            with pytest.raises(PreconditionFailed):
                await store.put("once", body(data), content_type=TYPE, if_absent=True)
        assert same(await read(store, "once"), b"first")
        await store.delete("once")
        await store.put("once", body(b"third"), content_type=TYPE, if_absent=True)
        assert same(await read(store, "once"), b"third")
        await self.require_no_leftovers(store)

    async def test_of_ten_only_one_finds_it_absent(self, store: ObjectStore) -> None:
        bodies = [content(50_000 + number, number) for number in range(10)]
        puts = [store.put("race", body(data), content_type=TYPE, if_absent=True) for data in bodies]
        outcomes = await asyncio.gather(*puts, return_exceptions=True)
        winners = [number for number, outcome in enumerate(outcomes) if not isinstance(outcome, BaseException)]
        assert len(winners) == 1
        assert all(
            isinstance(outcome, PreconditionFailed) for outcome in outcomes if outcome is not outcomes[winners[0]]
        )
        assert same(await read(store, "race"), bodies[winners[0]])

    async def test_a_replaced_object_is_not_read_by_the_tag_of_the_old_one(self, store: ObjectStore) -> None:
        old = await store.put("tagged", body(b"old and long"), content_type=TYPE)
        for start, end, expected in ((0, None, b"old and long"), (4, 7, b"and"), (50, 60, b"")):
            async with store.get("tagged", start=start, end=end, if_match=old.etag) as chunks:
                assert b"".join([chunk async for chunk in chunks]) == expected
        await store.put("tagged", body(b"new"), content_type=TYPE)
        for start, end in ((0, None), (0, 1), (50, 60)):
            with pytest.raises(PreconditionFailed):
                async with store.get("tagged", start=start, end=end, if_match=old.etag):
                    pass
        with pytest.raises(NotFound):
            async with store.get("nothing", if_match=old.etag):
                pass

    async def test_ranges(self, store: ObjectStore) -> None:
        data = content(600_000)
        size = len(data)
        await store.put("range", body(data), content_type=TYPE)
        await store.put("empty", body(b""), content_type=TYPE)
        bounds: list[tuple[int, int | None]] = [(0, 1), (0, size), (1, None), (size - 1, None), (299_999, 300_001)]
        bounds += [(0, size + 1), (5, size * 2), (size, None), (size, size + 5), (size + 7, None), (3, 3), (0, 0)]
        for start, end in bounds:
            assert same(await read(store, "range", start, end), data[start:end])
            assert same(await read(store, "empty", start, end), b"")

    async def test_impossible_ranges(self, store: ObjectStore) -> None:
        await store.put("range", body(b"0123456789"), content_type=TYPE)
        for start, end in ((-1, None), (5, 4), (0, -1)):
            with pytest.raises(Invalid):
                await read(store, "range", start, end)

    async def test_what_is_not_there_is_not_found_on_entering(self, store: ObjectStore) -> None:
        await store.put("folder/there", body(b"x"), content_type=TYPE)
        for key in ("absent", "folder", "folder/there/below", "folder/ther"):
            for start, end in ((0, None), (10, 20), (0, 0)):
                with pytest.raises(NotFound):
                    async with store.get(key, start=start, end=end):
                        pass
            with pytest.raises(NotFound):
                await store.head(key)

    async def test_a_reader_may_leave_early(self, store: ObjectStore) -> None:
        await store.put("left", body(content(4 * MIB)), content_type=TYPE)
        for _ in range(40):
            async with store.get("left") as chunks:
                await anext(chunks)
        with pytest.raises(BodyBroke):
            async with store.get("left") as chunks:
                raise BodyBroke
        assert same(await read(store, "left", 5, 10), content(4 * MIB)[5:10])

    async def test_a_finished_file_is_stored(self, store: ObjectStore, tmp_path: Path) -> None:
        for number, size in enumerate((0, 70_000, self.in_flight)):
            path = tmp_path / f"file {number}"
            path.write_bytes(content(size, number))
            info = await store.put_file("files/one.mp4", path, content_type=TYPE)
            assert (info.key, info.size, info.content_type) == ("files/one.mp4", size, TYPE)
            path.unlink()
            assert same(await read(store, "files/one.mp4"), content(size, number))
            assert same_object(info, await store.head("files/one.mp4"))

    async def test_what_is_no_file_cannot_be_stored(self, store: ObjectStore, tmp_path: Path) -> None:
        (tmp_path / "secret").write_text("secret")
        (tmp_path / "link").symlink_to(tmp_path / "secret")
        for path in (tmp_path, tmp_path / "absent", tmp_path / "link"):
            with pytest.raises(Invalid):
                await store.put_file("files/none", path, content_type=TYPE)
        assert await listed(store) == []

    async def test_what_is_no_content_type_is_refused(self, store: ObjectStore, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("x")
        for content_type in ("", "video", "video/mp4\r\nX-Evil: 1", "vidéo/mp4", "a/" + "b" * 300):
            with pytest.raises(Invalid):
                await store.put("typed", body(b"x"), content_type=content_type)
            with pytest.raises(Invalid):
                await store.put_file("typed", tmp_path / "file", content_type=content_type)
            with pytest.raises(Invalid):
                await store.start_multipart("typed", content_type=content_type)
            with pytest.raises(Invalid):
                await store.presign_put("typed", content_type=content_type, size=1, expires_in=timedelta(minutes=1))
        assert await listed(store) == []

    async def test_the_store_answers(self, store: ObjectStore) -> None:
        await store.ping()

    async def require_no_leftovers(self, store: ObjectStore) -> None:
        """Nothing unfinished is left for the sweeper."""
        assert await store.sweep_unfinished(before=FAR_FUTURE) == 0
