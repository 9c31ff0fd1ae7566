"""The part of the object store's contract that is about keys: listing, copying, deleting, and what is no key."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.testing.object_bodies import TYPE, body, content, listed, read, same, same_object, stored
from streamcore.shared.errors import Invalid, NotFound
from streamcore.shared.objects import ObjectStore

HOSTILE_KEYS = (
    "",
    "/",
    "/etc/passwd",
    "a//b",
    "a/",
    ".",
    "..",
    "../up",
    "a/../../up",
    "a/./b",
    ".hidden",
    "a/.hidden",
    "a\\..\\b",
    "a\x00b",
    "a b",
    "a\n",
    "ä",
    "a%2e%2e",
    "a:b",
    "a@b",
    "a~b",
    "a+b",
    "a=b",
    "a?b",
    "a" * 201,
    "/".join(["a" * 150] * 6),
)
ODD_KEYS = (
    "-",
    "_",
    "--help",
    "0",
    "A",
    "a",
    "a-b",
    "a..b",
    "a.",
    "a.b",
    "a/-/_",
    "a/b",
    "a/b/c",
    "a/b.c",
    "a0",
    "CON",
    "x" * 200,
    "/".join(["y" * 149] * 6),
)


class ObjectKeysContract:
    many = 1_050
    """Objects to list and to delete; more than a page or a batch of the store."""

    async def fill(self, store: ObjectStore, *keys: str) -> None:
        for key in keys:
            await store.put(key, body(key.encode()), content_type=TYPE)

    async def test_keys_are_plain_strings(self, store: ObjectStore) -> None:
        await self.fill(store, *reversed(ODD_KEYS))
        for key in ODD_KEYS:
            assert same(await read(store, key), key.encode())
        assert await listed(store) == sorted(ODD_KEYS)

    async def test_a_key_may_be_the_folder_of_another(self, store: ObjectStore) -> None:
        for keys in (("a", "a/b", "a/b/c"), ("a/b/c", "a/b", "a")):
            await self.fill(store, *keys)
            assert await listed(store) == ["a", "a/b", "a/b/c"]
            await store.delete("a/b")
            assert same(await read(store, "a"), b"a")
            assert same(await read(store, "a/b/c"), b"a/b/c")
            await store.delete("a")
            assert await listed(store) == ["a/b/c"]
            await store.delete("a/b/c")
            assert await listed(store) == []

    async def test_what_is_no_key_is_refused_everywhere(self, store: ObjectStore, tmp_path: Path) -> None:
        await self.fill(store, "fine")
        file = tmp_path / "file"
        file.write_bytes(b"x")
        soon = timedelta(minutes=1)
        for key in HOSTILE_KEYS:
            for call in (
                lambda key=key: store.put(key, body(b"x"), content_type=TYPE),
                lambda key=key: store.put_file(key, file, content_type=TYPE),
                lambda key=key: read(store, key),
                lambda key=key: store.head(key),
                lambda key=key: store.copy("fine", key),
                lambda key=key: store.copy(key, "fine"),
                lambda key=key: store.delete("fine", key),
                lambda key=key: store.start_multipart(key, content_type=TYPE),
                lambda key=key: store.presign_put(key, content_type=TYPE, size=1, expires_in=soon),
                lambda key=key: store.presign_get(key, expires_in=soon),
            ):
                with pytest.raises(Invalid):
                    await call()
        assert await listed(store) == ["fine"]

    async def test_listing_goes_by_string_prefix(self, store: ObjectStore) -> None:
        keys = ["videos/1", "videos/10/a", "videos/1/a", "videos/1/b/c", "videos/2", "video", "videos-old/1", "w"]
        await self.fill(store, *keys)
        prefixes = ["", "v", "video", "videos", "videos/", "videos/1", "videos/1/", "videos/1/b", "videos/1/b/c", "w"]
        prefixes += ["w/", "x", "videos/1/b/c/", "videos//", "../", "/", "Video", "v" * 300]
        for prefix in prefixes:
            assert await listed(store, prefix) == sorted(key for key in keys if key.startswith(prefix)), prefix

    async def test_listing_tells_of_the_objects(self, store: ObjectStore) -> None:
        put = [
            await store.put(key, body(content(size)), content_type=TYPE) for key, size in (("a", 3), ("b/c", 70_000))
        ]
        infos = [info async for info in store.list("")]
        assert [(info.key, info.size, info.etag) for info in infos] == [
            (info.key, info.size, info.etag) for info in put
        ]
        assert [info.content_type for info in infos] == ["", ""]
        assert all(
            abs(info.modified_at - was.modified_at) < timedelta(seconds=10)
            for info, was in zip(infos, put, strict=True)
        )

    async def test_many_are_listed_in_order_and_deleted_at_once(self, store: ObjectStore) -> None:
        keys = [f"many/{number % 7}/{number:05}" for number in range(self.many)]
        room = asyncio.Semaphore(8)

        async def put(key: str) -> None:
            async with room:
                await store.put(key, body(b"x"), content_type=TYPE)

        async with asyncio.TaskGroup() as group:
            for key in keys:
                group.create_task(put(key))
        assert await listed(store, "many/") == sorted(keys)
        assert await listed(store, "many/3") == sorted(key for key in keys if key.startswith("many/3"))
        await store.delete(*keys[1:], "many/absent")
        assert await listed(store) == keys[:1]

    async def test_listed_objects_may_be_deleted_meanwhile(self, store: ObjectStore) -> None:
        keys = [f"sweep/{number}/{name}" for number in range(5) for name in "abc"]
        await self.fill(store, *keys, "sweep/0")
        seen = []
        async for info in store.list("sweep/"):
            seen.append(info.key)
            await store.delete(info.key)
        assert seen == sorted([*keys, "sweep/0"])
        assert await listed(store) == []

    async def test_a_listing_may_be_left_early(self, store: ObjectStore) -> None:
        await self.fill(store, "a", "b", "c")
        async for info in store.list(""):
            assert info.key == "a"
            break
        assert await listed(store) == ["a", "b", "c"]

    async def test_deleting_what_is_not_there_is_no_error(self, store: ObjectStore) -> None:
        await self.fill(store, "a/b", "a/c")
        await store.delete()
        await store.delete("absent", "a", "a/b/c", "a/b", "a/b")
        await store.delete("a/b")
        assert await listed(store) == ["a/c"]
        with pytest.raises(NotFound):
            await store.head("a/b")

    async def test_a_key_can_be_used_again(self, store: ObjectStore) -> None:
        for turn in range(5):
            await store.put("deep/er/key", body(content(100, turn)), content_type=TYPE)
            assert same(await read(store, "deep/er/key"), content(100, turn))
            await store.delete("deep/er/key")
            assert await stored(store, "deep/er/key") is None

    async def test_neighbours_may_come_and_go_at_once(self, store: ObjectStore) -> None:
        async def come_and_go(name: str) -> None:
            for _ in range(15):
                await store.put(f"busy/folder/{name}", body(b"x"), content_type=TYPE)
                assert same(await read(store, f"busy/folder/{name}"), b"x")
                await store.delete(f"busy/folder/{name}")

        async with asyncio.TaskGroup() as group:
            for name in "abcd":
                group.create_task(come_and_go(name))
        assert await listed(store) == []

    async def test_copies_are_equal_and_independent(self, store: ObjectStore) -> None:
        source = await store.put("from", body(content(300_000)), content_type="image/png")
        copy = await store.copy("from", "to/there")
        assert (copy.key, copy.size, copy.content_type) == ("to/there", source.size, "image/png")
        assert same_object(copy, await store.head("to/there"))
        await store.put("from", body(b"new"), content_type=TYPE)
        assert same(await read(store, "to/there"), content(300_000))
        await store.delete("from")
        assert same(await read(store, "to/there"), content(300_000))
        await store.copy("to/there", "from")
        await store.delete("to/there")
        assert same(await read(store, "from"), content(300_000))

    async def test_a_copy_replaces_what_is_there(self, store: ObjectStore) -> None:
        await store.put("from", body(b"from"), content_type="image/png")
        before = await store.put("to", body(content(300_000)), content_type=TYPE)
        copy = await store.copy("from", "to")
        assert copy.etag != before.etag
        assert same(await read(store, "to"), b"from")
        assert same_object(copy, await store.head("to"))
        assert (await store.head("to")).content_type == "image/png"

    async def test_a_copy_onto_itself_changes_nothing(self, store: ObjectStore) -> None:
        before = await store.put("self", body(content(300_000)), content_type="image/png")
        assert same_object(await store.copy("self", "self"), before)
        assert same(await read(store, "self"), content(300_000))
        assert same_object(await store.head("self"), before)

    async def test_without_a_source_there_is_no_copy(self, store: ObjectStore) -> None:
        await self.fill(store, "to")
        for target in ("to", "absent", "new"):
            with pytest.raises(NotFound):
                await store.copy("absent", target)
        assert same(await read(store, "to"), b"to")
        assert await listed(store) == ["to"]
