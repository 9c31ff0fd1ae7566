"""Rate limits within one process."""

import time
from collections.abc import Callable

from streamcore.shared.rate_limits import Rate, Verdict

_SWEEP_AT_LEAST = 1024
_ROUNDING = 1e-6
"""Sums of many steps in floating point may miss the limit by this many seconds, or steps."""


class MemoryRateLimiter:
    """A `RateLimiter`; ``monotonic`` gives seconds and never goes back.

    What is kept of a subject is the time at which its rate is whole again (the "theoretical arrival time"); once that
    has passed the entry says nothing and is swept, so memory holds only subjects that asked within the last period.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._whole_at: dict[tuple[str, str], float] = {}
        self._sweep_at = _SWEEP_AT_LEAST

    async def take(self, *takes: tuple[Rate, str]) -> Verdict:
        now = self._monotonic()
        whole_at = self._whole_at
        spent: list[tuple[tuple[str, str], float]] = []
        refused: Verdict | None = None
        tightest: Verdict | None = None
        for rate, subject in takes:
            key = (rate.name, subject)
            period = rate.period
            step = period / rate.limit
            used = whole_at.get(key, now) - now
            after = used + step if used > 0 else step
            if after > period + _ROUNDING:
                if refused is None or after - period > refused.retry_after:
                    refused = Verdict(False, rate.limit, 0, used, after - period)
                continue
            spent.append((key, now + after))
            remaining = int((period - after) / step + _ROUNDING)
            if tightest is None or remaining < tightest.remaining:
                tightest = Verdict(True, rate.limit, remaining, after, 0.0)
        if refused is not None:
            return refused
        if tightest is None:
            raise ValueError("take needs at least one rate")
        whole_at.update(spent)
        if len(whole_at) >= self._sweep_at:
            self._sweep(now)
        return tightest

    def _sweep(self, now: float) -> None:
        """Forget whoever's rate is whole again; the next sweep waits until the table has doubled (amortised O(1))."""
        self._whole_at = {key: at for key, at in self._whole_at.items() if at > now}
        self._sweep_at = max(_SWEEP_AT_LEAST, 2 * len(self._whole_at))

    async def close(self) -> None:
        self._whole_at.clear()
