import asyncio
import inspect
from pathlib import Path

import pytest

from adapters.memory.objects import MemoryObjectStore
from adapters.testing.faulty_object_uploads import FAULTY_UPLOADS
from adapters.testing.faulty_objects import FAULTY_STORES
from adapters.testing.object_bodies import MIB
from tests.unit.contracts.on_memory import ObjectsInMemory


class Hurried(ObjectsInMemory):
    large = MIB
    in_flight = 70_000


async def first_failure(store_class: type[MemoryObjectStore], folder: Path) -> str | None:
    """The name of a test of the contract that such a store does not pass; None if it passes all."""
    contract = Hurried()
    for name in [name for name in dir(contract) if name.startswith("test_")]:
        store = store_class()
        test = getattr(contract, name)
        arguments = {}
        if "tmp_path" in inspect.signature(test).parameters:
            arguments["tmp_path"] = folder / name
            (folder / name).mkdir()
        try:
            async with asyncio.timeout(10):
                await test(store, **arguments)
        except (Exception, pytest.fail.Exception):  # the latter: `pytest.raises` saw nothing raised
            return name
        finally:
            await store.close()
    return None


async def test_the_contract_passes_a_sound_store_in_a_hurry(tmp_path: Path) -> None:
    assert await first_failure(MemoryObjectStore, tmp_path) is None


@pytest.mark.parametrize("faulty", [*FAULTY_STORES, *FAULTY_UPLOADS])
async def test_the_contract_fails_on(faulty: type[MemoryObjectStore], tmp_path: Path) -> None:
    assert await first_failure(faulty, tmp_path) is not None
