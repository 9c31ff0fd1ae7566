"""Progress that only moves forward and is not told more often than it is worth."""

from collections.abc import Mapping

from streamcore.videos.ports import Progress

_WORTH_TELLING = 0.5  # percent
# Stage → where it begins; it ends where the next begins.
_BEGINS: Mapping[str, float] = {"fetching": 0.0, "probing": 4.0, "transcoding": 5.0, "storing": 95.0}


class Steps:
    def __init__(self, tell: Progress) -> None:
        self._tell = tell
        self._told = -1.0
        self._stage = ""

    async def at(self, stage: str, part: float = 0.0) -> None:
        """``part`` of a stage is done, 0–1."""
        begins = _BEGINS[stage]
        ends = min((other for other in _BEGINS.values() if other > begins), default=100.0)
        percent = max(self._told, begins + (ends - begins) * min(max(part, 0.0), 1.0))
        if stage == self._stage and percent < self._told + _WORTH_TELLING and percent < 100.0:
            return
        self._stage, self._told = stage, percent
        await self._tell(percent, stage)


class EncodingProgress:
    """Reads the ``key=value`` lines of ``-progress``; knows the work as moved on by its figures, not by its lines."""

    def __init__(self, steps: Steps, frames: float) -> None:
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
            await self._steps.at("transcoding", self._frame / self._frames)
        return moved
