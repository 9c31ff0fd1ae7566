"""The part of the object store's contract that is about uploads in parts."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from adapters.testing.object_bodies import (
    MIB,
    TYPE,
    BodyBroke,
    body,
    breaking,
    content,
    listed,
    read,
    same,
    same_object,
)
from adapters.testing.object_streams import FAR_FUTURE
from streamcore.shared.errors import Invalid, NotFound
from streamcore.shared.objects import ObjectStore, Part, StoredPart

FIVE = 5 * MIB


async def put_part(store: ObjectStore, upload_id: str, number: int, data: bytes, key: str = "whole") -> Part:
    return await store.put_part(key, upload_id, number, body(data), size=len(data))


class ObjectMultipartContract:
    drops_unnamed_parts = True
    """Some S3 servers (Ceph's gateway) refuse to join an upload unless every part is named."""

    async def test_parts_are_joined_by_their_numbers(self, store: ObjectStore) -> None:
        upload_id = await store.start_multipart("whole", content_type="image/png")
        parts = [await put_part(store, upload_id, number, content(size, number)) for number, size in self.sizes()]
        info = await store.complete_multipart("whole", upload_id, parts)
        data = b"".join(content(size, number) for number, size in sorted(self.sizes()))
        assert (info.key, info.size, info.content_type) == ("whole", len(data), "image/png")
        assert same(await read(store, "whole"), data)
        assert same_object(info, await store.head("whole"))
        assert await listed(store) == ["whole"]
        assert await store.sweep_unfinished(before=FAR_FUTURE) == 0

    def sizes(self) -> list[tuple[int, int]]:
        """(number, bytes) in the order of sending: neither sorted nor without gaps."""
        return [(10_000, 70_001), (2, FIVE + 1), (7, FIVE)]

    async def test_parts_may_come_at_once(self, store: ObjectStore) -> None:
        upload_id = await store.start_multipart("whole", content_type=TYPE)
        data = [content(FIVE, number) for number in (1, 2, 3)]
        parts = await asyncio.gather(*[put_part(store, upload_id, number + 1, data[number]) for number in range(3)])
        await store.complete_multipart("whole", upload_id, parts)
        assert same(await read(store, "whole"), b"".join(data))

    async def test_a_part_can_be_replaced(self, store: ObjectStore) -> None:
        upload_id = await store.start_multipart("whole", content_type=TYPE)
        stale = await put_part(store, upload_id, 1, content(FIVE, 1))
        last = await put_part(store, upload_id, 2, b"last")
        fresh = await put_part(store, upload_id, 1, content(FIVE + 3, 2))
        with pytest.raises(Invalid):
            await store.complete_multipart("whole", upload_id, [stale, last])
        await store.complete_multipart("whole", upload_id, [last, fresh])
        assert same(await read(store, "whole"), content(FIVE + 3, 2) + b"last")

    async def test_what_has_arrived_is_listed(self, store: ObjectStore) -> None:
        upload_id = await store.start_multipart("whole", content_type=TYPE)
        assert list(await store.list_parts("whole", upload_id)) == []
        parts = {number: await put_part(store, upload_id, number, content(size)) for number, size in self.sizes()}
        expected = [StoredPart(number, parts[number].etag, size) for number, size in sorted(self.sizes())]
        assert list(await store.list_parts("whole", upload_id)) == expected
        number, size = self.sizes()[0]
        fresh = await put_part(store, upload_id, number, content(size + 1))
        listed_again = {part.number: part for part in await store.list_parts("whole", upload_id)}
        assert listed_again[number] == StoredPart(number, fresh.etag, size + 1)
        await store.complete_multipart("whole", upload_id, list(listed_again.values()))
        for key, id in (("whole", upload_id), ("other", upload_id), ("whole", "0" * 32)):
            with pytest.raises(NotFound):
                await store.list_parts(key, id)

    async def test_every_part_of_many_is_listed(self, store: ObjectStore) -> None:
        upload_id = await store.start_multipart("whole", content_type=TYPE)
        await asyncio.gather(*(put_part(store, upload_id, number, b"p") for number in range(1, 1003)))
        assert [part.number for part in await store.list_parts("whole", upload_id)] == list(range(1, 1003))
        await store.abort_multipart("whole", upload_id)

    async def test_nothing_shows_before_the_end(self, store: ObjectStore) -> None:
        upload_id = await store.start_multipart("whole", content_type=TYPE)
        part = await put_part(store, upload_id, 1, b"part")
        assert await listed(store) == []
        with pytest.raises(NotFound):
            await store.head("whole")
        await store.put("whole", body(b"old"), content_type="text/plain")
        assert same(await read(store, "whole"), b"old")
        await store.complete_multipart("whole", upload_id, [part])
        assert same(await read(store, "whole"), b"part")
        assert (await store.head("whole")).content_type == TYPE

    async def test_two_uploads_of_one_key_do_not_mix(self, store: ObjectStore) -> None:
        one, two = [await store.start_multipart("whole", content_type=TYPE) for _ in range(2)]
        part_of_one = await put_part(store, one, 1, b"one")
        part_of_two = await put_part(store, two, 1, b"two two")
        await store.complete_multipart("whole", two, [part_of_two])
        assert same(await read(store, "whole"), b"two two")
        await store.complete_multipart("whole", one, [part_of_one])
        assert same(await read(store, "whole"), b"one")

    async def test_parts_that_are_not_named_are_dropped(self, store: ObjectStore) -> None:
        upload_id = await store.start_multipart("whole", content_type=TYPE)
        await put_part(store, upload_id, 1, content(FIVE))
        last = await put_part(store, upload_id, 2, b"last")
        if not self.drops_unnamed_parts:
            with pytest.raises(Invalid):
                await store.complete_multipart("whole", upload_id, [last])
            return
        await store.complete_multipart("whole", upload_id, [last])
        assert same(await read(store, "whole"), b"last")
        assert await store.sweep_unfinished(before=FAR_FUTURE) == 0

    async def test_wrong_parts_are_refused_and_the_upload_goes_on(self, store: ObjectStore) -> None:
        upload_id = await store.start_multipart("whole", content_type=TYPE)
        first = await put_part(store, upload_id, 1, content(FIVE))
        last = await put_part(store, upload_id, 2, b"last")
        wrong: tuple[list[Part], ...] = (
            [],
            [first, first],
            [first, Part(3, last.etag)],
            [first, Part(2, "0" * 32)],
            [Part(1, last.etag), last],
        )
        for parts in wrong:
            with pytest.raises(Invalid):
                await store.complete_multipart("whole", upload_id, parts)
        assert await listed(store) == []
        await store.complete_multipart("whole", upload_id, [first, last])
        assert same(await read(store, "whole"), content(FIVE) + b"last")

    async def test_only_the_last_part_may_be_small(self, store: ObjectStore) -> None:
        upload_id = await store.start_multipart("whole", content_type=TYPE)
        small = await put_part(store, upload_id, 1, content(FIVE - 1))
        last = await put_part(store, upload_id, 2, b"last")
        with pytest.raises(Invalid):
            await store.complete_multipart("whole", upload_id, [small, last])
        enough = await put_part(store, upload_id, 1, content(FIVE))
        await store.complete_multipart("whole", upload_id, [enough, last])
        assert (await store.head("whole")).size == FIVE + 4

    async def test_an_aborted_upload_is_gone(self, store: ObjectStore) -> None:
        await store.put("whole", body(b"old"), content_type=TYPE)
        upload_id = await store.start_multipart("whole", content_type=TYPE)
        part = await put_part(store, upload_id, 1, b"part")
        await store.abort_multipart("whole", upload_id)
        await store.abort_multipart("whole", upload_id)
        await self.require_gone(store, "whole", upload_id, part)
        assert same(await read(store, "whole"), b"old")
        assert await store.sweep_unfinished(before=FAR_FUTURE) == 0

    async def test_a_completed_upload_is_over(self, store: ObjectStore) -> None:
        upload_id = await store.start_multipart("whole", content_type=TYPE)
        part = await put_part(store, upload_id, 1, b"part")
        await store.complete_multipart("whole", upload_id, [part])
        await self.require_gone(store, "whole", upload_id, part)
        await store.abort_multipart("whole", upload_id)
        assert same(await read(store, "whole"), b"part")

    async def test_an_upload_is_completed_once(self, store: ObjectStore) -> None:
        upload_id = await store.start_multipart("whole", content_type=TYPE)
        parts = [await put_part(store, upload_id, 1, content(FIVE)), await put_part(store, upload_id, 2, b"last")]
        completing = (store.complete_multipart("whole", upload_id, parts) for _ in range(3))
        outcomes = await asyncio.gather(*completing, return_exceptions=True)
        infos = [outcome for outcome in outcomes if not isinstance(outcome, NotFound)]
        assert infos
        assert [getattr(info, "etag", info) for info in infos] == [(await store.head("whole")).etag] * len(infos)
        assert same(await read(store, "whole"), content(FIVE) + b"last")

    async def test_an_upload_belongs_to_its_key(self, store: ObjectStore) -> None:
        upload_id = await store.start_multipart("whole", content_type=TYPE)
        part = await put_part(store, upload_id, 1, b"part")
        await self.require_gone(store, "other", upload_id, part)
        await store.complete_multipart("whole", upload_id, [part])
        assert await listed(store) == ["whole"]

    async def test_unknown_uploads(self, store: ObjectStore) -> None:
        await store.put("whole", body(b"old"), content_type=TYPE)
        for upload_id in ("0" * 32, "unknown", "..", "../../etc", "a/b", "whole"):
            await self.require_gone(store, "whole", upload_id, Part(1, "0" * 32))
            await store.abort_multipart("whole", upload_id)
        assert same(await read(store, "whole"), b"old")

    async def require_gone(self, store: ObjectStore, key: str, upload_id: str, part: Part) -> None:
        with pytest.raises(NotFound):
            await put_part(store, upload_id, 2, b"more", key)
        with pytest.raises(NotFound):
            await store.list_parts(key, upload_id)
        with pytest.raises(NotFound):
            await store.complete_multipart(key, upload_id, [part])

    async def test_a_bad_body_leaves_the_older_part(self, store: ObjectStore) -> None:
        upload_id = await store.start_multipart("whole", content_type=TYPE)
        part = await put_part(store, upload_id, 1, b"part")
        for size in (3, 5):
            with pytest.raises(Invalid):
                await store.put_part("whole", upload_id, 1, body(b"long"), size=size)
        with pytest.raises(BodyBroke):
            await store.put_part("whole", upload_id, 1, breaking(b"lo"), size=4)
        await store.complete_multipart("whole", upload_id, [part])
        assert same(await read(store, "whole"), b"part")

    async def test_parts_are_numbered_from_one(self, store: ObjectStore) -> None:
        upload_id = await store.start_multipart("whole", content_type=TYPE)
        for number in (-1, 0, 10_001):
            with pytest.raises(Invalid):
                await put_part(store, upload_id, number, b"part")
            with pytest.raises(Invalid):
                await store.presign_part("whole", upload_id, number, size=4, expires_in=timedelta(minutes=1))
        await store.abort_multipart("whole", upload_id)

    async def test_the_sweep_takes_what_was_begun_before(self, store: ObjectStore) -> None:
        await store.put("finished", body(b"x"), content_type=TYPE)
        young = await store.start_multipart("deep/whole", content_type=TYPE)
        part = await put_part(store, young, 1, b"part", "deep/whole")
        await store.start_multipart("deep/other", content_type=TYPE)
        assert await store.sweep_unfinished(before=datetime.now(UTC) - timedelta(days=365)) == 0
        await put_part(store, young, 2, b"more", "deep/whole")
        spared = await store.start_multipart("deep/spared", content_type=TYPE)
        assert await store.sweep_unfinished(before=FAR_FUTURE, kept={spared}, dry_run=True) == 2
        assert len(await store.list_parts("deep/whole", young)) == 2
        assert await store.sweep_unfinished(before=FAR_FUTURE, kept={spared}) == 2
        assert list(await store.list_parts("deep/spared", spared)) == []
        assert await store.sweep_unfinished(before=FAR_FUTURE) == 1
        await self.require_gone(store, "deep/whole", young, part)
        assert await store.sweep_unfinished(before=FAR_FUTURE) == 0
        assert await listed(store) == ["finished"]
