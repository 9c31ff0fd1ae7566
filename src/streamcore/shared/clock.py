"""Time and chance come from outside, so that every flow replays exactly."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The current time, aware, in UTC."""
        ...


class Random(Protocol):
    def uniform(self, low: float, high: float) -> float:
        """A number drawn evenly from [low, high]."""
        ...

    def token(self, size: int) -> str:
        """A URL-safe secret of ``size`` random bytes; unpredictable in production adapters."""
        ...
