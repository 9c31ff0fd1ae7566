"""Progress that only moves forward, and is told where it is worth it or nothing was told for a while."""

import time
from collections.abc import Callable, Mapping

from streamcore.videos.ports import Progress

_WORTH_TELLING = 0.5  # percent
_SIGN_OF_LIFE = 2.0  # seconds
# Stage → the percent from which it begins to the one with which it ends.
_SPANS: Mapping[str, tuple[float, float]] = {
    "fetching": (0.0, 4.0),
    "probing": (4.0, 5.0),
    "transcoding": (5.0, 95.0),
    "joining": (0.0, 95.0),
    "storing": (95.0, 100.0),
}


class Steps:
    """``clock`` counts seconds."""

    def __init__(self, tell: Progress, clock: Callable[[], float] = time.monotonic) -> None:
        self._tell = tell
        self._clock = clock
        self._told_at = clock()
        self._told = -1.0
        self._stage = ""
        self._spans = dict(_SPANS)

    def span(self, stage: str, begins: float, ends: float) -> None:
        """From now on a stage goes from one percent to another."""
        self._spans[stage] = begins, ends

    async def at(self, stage: str, part: float = 0.0) -> None:
        """``part`` of a stage is done, 0–1."""
        begins, ends = self._spans[stage]
        percent = max(self._told, begins + (ends - begins) * min(max(part, 0.0), 1.0))
        if stage == self._stage and percent < self._told + _WORTH_TELLING and percent < 100.0:
            await self.alive()
            return
        self._stage = stage
        await self._say(percent)

    async def alive(self) -> None:
        """The work goes on. Said again now and then: half a percent of a long source can take many minutes, in which
        whoever listens would think that it hangs, and could not end it."""
        if self._stage and self._clock() - self._told_at >= _SIGN_OF_LIFE:
            await self._say(self._told)

    async def _say(self, percent: float) -> None:
        self._told, self._told_at = percent, self._clock()
        await self._tell(percent, self._stage)


class EncodingProgress:
    """Reads the ``key=value`` lines of ``-progress``; knows the work as moved on by its figures, not by its lines."""

    def __init__(self, steps: Steps, frames: float) -> None:
        self.stage = "transcoding"
        self._steps = steps
        self._frames = max(frames, 1.0)
        self._frame = 0
        self._seen: dict[str, str] = {}

    async def read(self, line: str) -> bool:
        name, _, value = line.partition("=")
        if name not in ("frame", "out_time_us", "total_size", "progress"):
            return False
        moved = name != "progress" and self._seen.get(name) != value
        self._seen[name] = value
        if name == "frame" and value.isdigit():
            self._frame = int(value)
        elif name == "progress":
            await self._steps.at(self.stage, self._frame / self._frames)
        return moved
