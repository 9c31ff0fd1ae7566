"""The rate limiter's contract. A test module subclasses it and gives the fixture ``limits``."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from streamcore.shared.rate_limits import Rate, RateLimiter


@dataclass(frozen=True, slots=True)
class Limits:
    """The limiter, another one on the same engine (the same one where it is of one process), and a way to let seconds
    pass for both."""

    limiter: RateLimiter
    other: RateLimiter
    pass_time: Callable[[float], Awaitable[None]]


FEW = Rate("few", 5, 1.0)
WIDE = Rate("wide", 100, 10.0)


class RateLimiterContract:
    async def test_a_quiet_subject_may_spend_all_at_once(self, limits: Limits) -> None:
        verdicts = [await limits.limiter.take((FEW, "a")) for _ in range(7)]
        assert [verdict.allowed for verdict in verdicts] == [True] * 5 + [False] * 2
        assert [verdict.remaining for verdict in verdicts] == [4, 3, 2, 1, 0, 0, 0]
        assert {verdict.limit for verdict in verdicts} == {5}

    async def test_it_tells_how_long_to_wait(self, limits: Limits) -> None:
        for _ in range(5):
            verdict = await limits.limiter.take((FEW, "a"))
            assert verdict.retry_after == 0
            assert 0 < verdict.reset_after <= 1.01
        verdict = await limits.limiter.take((FEW, "a"))
        assert 0 < verdict.retry_after <= 0.21
        assert 0.5 < verdict.reset_after <= 1.01

    async def test_requests_come_back_evenly(self, limits: Limits) -> None:
        for _ in range(5):
            await limits.limiter.take((FEW, "a"))
        await limits.pass_time(0.25)
        assert (await limits.limiter.take((FEW, "a"))).allowed
        assert not (await limits.limiter.take((FEW, "a"))).allowed

    async def test_after_a_period_all_is_back(self, limits: Limits) -> None:
        for _ in range(5):
            await limits.limiter.take((FEW, "a"))
        await limits.pass_time(1.1)
        assert [(await limits.limiter.take((FEW, "a"))).allowed for _ in range(6)] == [True] * 5 + [False]

    async def test_a_refusal_costs_nothing(self, limits: Limits) -> None:
        for _ in range(50):
            await limits.limiter.take((FEW, "a"))
        await limits.pass_time(0.25)
        assert (await limits.limiter.take((FEW, "a"))).allowed

    async def test_subjects_and_rates_are_counted_apart(self, limits: Limits) -> None:
        for _ in range(6):
            await limits.limiter.take((FEW, "a"))
        for subject in ("b", "A", "a ", "", "ä:*", "a" * 500):
            assert (await limits.limiter.take((FEW, subject))).remaining == 4
        assert (await limits.limiter.take((WIDE, "a"))).remaining == 99

    async def test_all_are_spent_or_none(self, limits: Limits) -> None:
        for _ in range(5):
            assert (await limits.limiter.take((WIDE, "a"), (FEW, "a"))).allowed
        for takes in (((WIDE, "a"), (FEW, "a")), ((FEW, "a"), (WIDE, "a"))):
            verdict = await limits.limiter.take(*takes)
            assert not verdict.allowed
            assert verdict.limit == 5
        assert (await limits.limiter.take((WIDE, "a"))).remaining == 94

    async def test_the_tightest_rate_is_told(self, limits: Limits) -> None:
        for takes in (((WIDE, "a"), (FEW, "a")), ((FEW, "b"), (WIDE, "b"))):
            verdict = await limits.limiter.take(*takes)
            assert (verdict.limit, verdict.remaining) == (5, 4)

    async def test_the_longest_wait_is_told(self, limits: Limits) -> None:
        long = Rate("long", 1, 100.0)
        await limits.limiter.take((long, "a"))
        for _ in range(5):
            await limits.limiter.take((FEW, "a"))
        verdict = await limits.limiter.take((FEW, "a"), (long, "a"))
        assert verdict.retry_after > 90

    async def test_those_that_come_together_get_no_more(self, limits: Limits) -> None:
        limiters = [limits.limiter, limits.other] * 20
        verdicts = await asyncio.gather(*(limiter.take((WIDE, "a")) for limiter in limiters * 4))
        assert sum(verdict.allowed for verdict in verdicts) in range(100, 112)

    async def test_processes_count_together(self, limits: Limits) -> None:
        for _ in range(3):
            await limits.limiter.take((FEW, "a"))
        assert (await limits.other.take((FEW, "a"))).remaining == 1
