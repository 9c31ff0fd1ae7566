import asyncio
import inspect
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.memory.objects import MemoryObjectStore
from adapters.memory.system import ManualClock
from adapters.testing.faulty_objects import FAULTY_STORES
from adapters.testing.object_bodies import MIB, TYPE, body, content
from adapters.testing.object_presigned import Answer
from adapters.testing.objects import ObjectStoreContract
from streamcore.shared.errors import Unavailable
from streamcore.shared.objects import ObjectStore


class OnMemory(ObjectStoreContract):
    """The suite for stores that have neither HTTP nor another place than memory."""

    memory_bound = None

    async def send(
        self, store: ObjectStore, method: str, url: str, headers: Mapping[str, str], data: bytes = b""
    ) -> Answer:
        assert isinstance(store, MemoryObjectStore)
        answer = await store.answer(method, url, headers, data)
        return Answer(answer.status, answer.headers, answer.body)

    async def let_pass(self, store: ObjectStore, seconds: float) -> None:
        assert isinstance(store, MemoryObjectStore)
        store.clock = ManualClock(datetime.now(UTC) + timedelta(seconds=seconds))


OnMemory.__test__ = False  # type: ignore[attr-defined]


class TestMemoryObjectStore(OnMemory):
    __test__ = True

    @pytest.fixture
    async def store(self) -> AsyncIterator[ObjectStore]:
        store = MemoryObjectStore()
        yield store
        await store.close()


class Hurried(OnMemory):
    large = MIB
    in_flight = 70_000


async def failures(faulty: type[MemoryObjectStore], folder: Path) -> list[str]:
    """The names of the contract's tests that a store does not pass."""
    contract = Hurried()
    failed = []
    for name in sorted(name for name in dir(contract) if name.startswith("test_")):
        store = faulty()
        test = getattr(contract, name)
        arguments = {}
        if "tmp_path" in inspect.signature(test).parameters:
            arguments["tmp_path"] = folder / name
            (folder / name).mkdir()
        try:
            async with asyncio.timeout(10):
                await test(store, **arguments)
        except Exception:
            failed.append(name)
        except pytest.fail.Exception:  # `pytest.raises` saw nothing raised
            failed.append(name)
        await store.close()
    return failed


async def test_the_contract_passes_a_sound_store_in_a_hurry(tmp_path: Path) -> None:
    assert await failures(MemoryObjectStore, tmp_path) == []


@pytest.mark.parametrize("faulty", FAULTY_STORES)
async def test_the_contract_fails_on(faulty: type[MemoryObjectStore], tmp_path: Path) -> None:
    assert await failures(faulty, tmp_path) != []


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
