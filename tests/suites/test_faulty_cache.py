import asyncio

import pytest

from adapters.memory.cache import MemoryCache
from adapters.testing.cache import CacheContract
from adapters.testing.faulty_cache import FAULTY_CACHES
from tests.unit.contracts.on_memory import caches_of

pytestmark = pytest.mark.virtual_time


async def first_failure(cache_class: type[MemoryCache]) -> str | None:
    """The name of a test of the contract that such a cache does not pass; None if it passes all."""
    contract = CacheContract()
    for name in [name for name in dir(contract) if name.startswith("test_")]:
        caches = caches_of(cache_class)
        try:
            async with asyncio.timeout(10):
                await getattr(contract, name)(caches)
        except (Exception, pytest.fail.Exception, asyncio.CancelledError):
            return name
        finally:
            await caches.cache.close()
            await caches.broken.close()
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()
            await asyncio.sleep(0)
    return None


async def test_the_contract_passes_a_sound_cache() -> None:
    assert await first_failure(MemoryCache) is None


@pytest.mark.parametrize("faulty", FAULTY_CACHES)
async def test_the_contract_fails_on(faulty: type[MemoryCache]) -> None:
    assert await first_failure(faulty) is not None
