import pytest

from adapters.memory.rate_limits import MemoryRateLimiter
from adapters.testing.rate_limits import Limits, RateLimiterContract
from streamcore.shared.rate_limits import Rate
from tests.unit.contracts.on_memory import Hand, limits_of

pytestmark = pytest.mark.virtual_time


class TestMemoryRateLimiter(RateLimiterContract):
    @pytest.fixture
    def limits(self) -> Limits:
        return limits_of(MemoryRateLimiter)


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
