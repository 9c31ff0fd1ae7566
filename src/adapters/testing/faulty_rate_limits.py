"""Rate limiters with one fault each, named for it; the contract must fail on every one of them."""

from adapters.memory.rate_limits import MemoryRateLimiter
from streamcore.shared.rate_limits import Rate, Verdict

Take = tuple[Rate, str]


class NeverRefuses(MemoryRateLimiter):
    async def take(self, *takes: Take) -> Verdict:
        return (await super().take(*takes))._replace(allowed=True)


class RefusesOneEarly(MemoryRateLimiter):
    async def take(self, *takes: Take) -> Verdict:
        return await super().take(*((Rate(rate.name, rate.limit - 1, rate.period), who) for rate, who in takes))


class CountsAllSubjectsTogether(MemoryRateLimiter):
    async def take(self, *takes: Take) -> Verdict:
        return await super().take(*((rate, "everybody") for rate, _ in takes))


class IgnoresCase(MemoryRateLimiter):
    async def take(self, *takes: Take) -> Verdict:
        return await super().take(*((rate, who.lower()) for rate, who in takes))


class CountsAllRatesTogether(MemoryRateLimiter):
    async def take(self, *takes: Take) -> Verdict:
        return await super().take(*((Rate("one", rate.limit, rate.period), who) for rate, who in takes))


class SpendsOnRefusal(MemoryRateLimiter):
    async def take(self, *takes: Take) -> Verdict:
        verdict = await super().take(*takes)
        if not verdict.allowed:
            for rate, who in takes:
                key = (rate.name, who)
                self._whole_at[key] = self._whole_at.get(key, 0.0) + rate.period / rate.limit
        return verdict


class SpendsOneByOne(MemoryRateLimiter):
    async def take(self, *takes: Take) -> Verdict:
        verdicts = [await super(SpendsOneByOne, self).take(take) for take in takes]
        refused = [verdict for verdict in verdicts if not verdict.allowed]
        return refused[0] if refused else min(verdicts, key=lambda verdict: verdict.remaining)


class LooksAtTheFirstAlone(MemoryRateLimiter):
    async def take(self, *takes: Take) -> Verdict:
        return await super().take(takes[0])


class TellsNoWait(MemoryRateLimiter):
    async def take(self, *takes: Take) -> Verdict:
        return (await super().take(*takes))._replace(retry_after=0.0)


class TellsTheShortestWait(MemoryRateLimiter):
    async def take(self, *takes: Take) -> Verdict:
        verdict = await super().take(*takes)
        return verdict._replace(retry_after=min(verdict.retry_after, takes[0][0].period / takes[0][0].limit))


class TellsTheFirstRate(MemoryRateLimiter):
    async def take(self, *takes: Take) -> Verdict:
        return (await super().take(*takes))._replace(limit=takes[0][0].limit)


class GivesAllBackAtOnce(MemoryRateLimiter):
    """A fixed window that begins with its first request."""

    async def take(self, *takes: Take) -> Verdict:
        now = self._monotonic()
        for rate, who in takes:
            if self._whole_at.get((rate.name, who), now) - now < rate.period - rate.period / rate.limit:
                continue
            return Verdict(False, rate.limit, 0, rate.period, rate.period)
        return await super().take(*takes)


class NeverGivesBack(MemoryRateLimiter):
    async def take(self, *takes: Take) -> Verdict:
        self._monotonic = lambda: 0.0
        return await super().take(*takes)


FAULTY_RATE_LIMITERS = [
    NeverRefuses,
    RefusesOneEarly,
    CountsAllSubjectsTogether,
    IgnoresCase,
    CountsAllRatesTogether,
    SpendsOnRefusal,
    SpendsOneByOne,
    LooksAtTheFirstAlone,
    TellsNoWait,
    TellsTheShortestWait,
    TellsTheFirstRate,
    GivesAllBackAtOnce,
    NeverGivesBack,
]
