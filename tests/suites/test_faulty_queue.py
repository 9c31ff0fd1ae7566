import asyncio

import pytest

from adapters.memory.queue import MemoryQueue
from adapters.testing.faulty_queue import FAULTY_QUEUES
from adapters.testing.queue import QueueContract

pytestmark = pytest.mark.virtual_time


async def first_failure(queue_class: type[MemoryQueue]) -> str | None:
    """The name of a test of the contract that such a queue does not pass; None if it passes all."""
    contract = QueueContract()
    for name in [name for name in dir(contract) if name.startswith("test_")]:
        queue = queue_class(delivery_limit=contract.delivery_limit)
        try:
            async with asyncio.timeout(10 * contract.patience):
                await getattr(contract, name)(queue)
        except Exception:
            return name
        finally:
            await queue.close()
    return None


async def test_the_contract_passes_a_sound_queue() -> None:
    assert await first_failure(MemoryQueue) is None


@pytest.mark.parametrize("faulty", FAULTY_QUEUES)
async def test_the_contract_fails_on(faulty: type[MemoryQueue]) -> None:
    assert await first_failure(faulty) is not None
