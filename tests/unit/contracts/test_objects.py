from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from adapters.memory.objects import MemoryObjectStore
from adapters.memory.system import ManualClock
from adapters.testing.object_bodies import TYPE, body, content
from streamcore.shared.errors import Unavailable
from streamcore.shared.objects import ObjectStore
from tests.unit.contracts.on_memory import ObjectsInMemory


class TestMemoryObjectStore(ObjectsInMemory):
    @pytest.fixture
    async def store(self) -> AsyncIterator[ObjectStore]:
        store = MemoryObjectStore()
        yield store
        await store.close()


class Crash(Exception):
    """Raised on purpose at a checkpoint."""


async def test_a_crash_at_any_checkpoint_of_a_put_stores_nothing() -> None:
    passed: list[str] = []
    crash_at = 0

    async def crash(operation: str) -> None:
        passed.append(operation)
        if len(passed) == crash_at:
            raise Crash

    for number in range(1, 6):
        passed.clear()
        crash_at = number
        store = MemoryObjectStore(checkpoint=crash)
        with pytest.raises(Crash):
            await store.put("a", body(content(150_000)), content_type=TYPE)
        assert not store.objects
    assert passed == ["objects.put", *["objects.put.chunk"] * 3, "objects.put.commit"]


async def test_objects_carry_the_time_of_the_given_clock() -> None:
    clock = ManualClock()
    store = MemoryObjectStore(clock=clock)
    assert (await store.put("a", body(b"x"), content_type=TYPE)).modified_at == clock.now()
    await store.start_multipart("b", content_type=TYPE)
    assert await store.sweep_unfinished(before=clock.now()) == 0
    assert await store.sweep_unfinished(before=clock.now() + timedelta(seconds=1)) == 1


async def test_a_closed_store_is_unavailable() -> None:
    store = MemoryObjectStore()
    await store.close()
    with pytest.raises(Unavailable):
        await store.ping()
