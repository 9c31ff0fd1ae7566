import asyncio

import pytest

from adapters.memory.rate_limits import MemoryRateLimiter
from adapters.testing.faulty_rate_limits import FAULTY_RATE_LIMITERS
from adapters.testing.rate_limits import RateLimiterContract
from tests.unit.contracts.on_memory import limits_of

pytestmark = pytest.mark.virtual_time


@pytest.mark.parametrize("faulty", FAULTY_RATE_LIMITERS, ids=lambda faulty: faulty.__name__)
async def test_the_contract_sees_each_fault(faulty: type[MemoryRateLimiter]) -> None:
    contract = RateLimiterContract()
    for name in [name for name in dir(contract) if name.startswith("test_")]:
        try:
            async with asyncio.timeout(5):
                await getattr(contract, name)(limits_of(faulty))
        except Exception:
            return
    pytest.fail(f"{faulty.__name__} passes")
