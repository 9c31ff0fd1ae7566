import asyncio

import pytest

from adapters.memory.rate_limits import MemoryRateLimiter
from adapters.testing.faulty_rate_limits import FAULTY_RATE_LIMITERS
from adapters.testing.rate_limits import Limits, RateLimiterContract
from streamcore.shared.rate_limits import Rate


class Hand:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds

    async def forward(self, seconds: float) -> None:
        self.seconds += seconds


def limits_of(limiter_class: type[MemoryRateLimiter]) -> Limits:
    hand = Hand()
    limiter = limiter_class(hand)
    return Limits(limiter, limiter, hand.forward)


class TestMemoryRateLimiter(RateLimiterContract):
    @pytest.fixture
    def limits(self) -> Limits:
        return limits_of(MemoryRateLimiter)


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


async def test_forgotten_subjects_take_no_memory() -> None:
    hand = Hand()
    limiter = MemoryRateLimiter(hand)
    for number in range(50_000):
        await limiter.take((Rate("r", 10, 1.0), str(number)))
        hand.seconds += 0.001
    assert len(limiter._whole_at) < 5_000
    await limiter.close()


async def test_nothing_to_take_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="at least one"):
        await MemoryRateLimiter().take()
