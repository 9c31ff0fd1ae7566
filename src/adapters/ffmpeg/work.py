"""One run at work: its folder, its processes, and what it has stored so far."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from adapters.ffmpeg.budget import brief, for_pictures
from adapters.ffmpeg.errors import failure, last_errors
from adapters.ffmpeg.growing import Growing
from adapters.ffmpeg.ladder import Rung
from adapters.ffmpeg.outputs import Outputs
from adapters.ffmpeg.playlists import AUDIO
from adapters.ffmpeg.probe import SourceFacts
from adapters.ffmpeg.process import Finished, Limits, OnLine, run
from adapters.ffmpeg.steps import EncodingProgress, Steps
from streamcore.videos.models.media import PREVIEW_STAGE

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Processes:
    """How the processes of one run are run; ``steps`` hears that they move."""

    folder: Path
    reads: tuple[Path, ...]
    limits: Limits
    silence_seconds: float
    steps: Steps | None = None

    async def run(
        self,
        line: Sequence[str],
        on_line: OnLine,
        *,
        limits: Limits | None = None,
        taken: Callable[[], int] = lambda: 0,
    ) -> Finished:
        """Within ``limits``; by default those of a process that has little to do."""

        async def heard(text: str) -> bool:
            moved = await on_line(text)
            if moved and self.steps is not None:
                await self.steps.alive()
            return moved

        return await run(
            line,
            folder=self.folder,
            reads=self.reads,
            limits=limits or brief(self.limits),
            silence_seconds=self.silence_seconds,
            on_line=heard,
            taken=taken,
        )

    async def must(
        self,
        line: Sequence[str],
        on_line: OnLine,
        *,
        limits: Limits | None = None,
        taken: Callable[[], int] = lambda: 0,
    ) -> None:
        """Run it and raise the core's error for a bad end."""
        ended = await self.run(line, on_line, limits=limits, taken=taken)
        if ended.returncode:
            _log.warning("ffmpeg_failed", returncode=ended.returncode, errors=last_errors(ended.stderr))
            raise failure(ended.returncode, ended.stderr)


@dataclass(frozen=True, slots=True)
class Work:
    """``made`` is where FFmpeg writes; what is in it goes to the ``outputs``."""

    ffmpeg: Path
    source: Path
    made: Path
    processes: Processes
    outputs: Outputs
    steps: Steps

    async def encode(
        self,
        line: Sequence[str],
        facts: SourceFacts,
        rungs: Sequence[Rung],
        preset: str,
        *,
        frames: int | None = None,
        growing: Growing | None = None,
    ) -> None:
        """Run an encoding of that many frames, or of all; the segments, in a folder for each rendition and one for the
        sound, are stored as they come."""
        for name in (*(rung.name for rung in rungs), AUDIO):
            (self.made / name).mkdir(parents=True, exist_ok=True)
        count = facts.frames if frames is None else frames
        limits = for_pictures(self.processes.limits, facts, rungs, preset, count)
        progress = EncodingProgress(self.steps, count)

        async def list_segments() -> None:
            if growing is not None:
                await growing.publish()
                if growing.shown:
                    progress.stage = PREVIEW_STAGE

        done = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(self.outputs.follow(done, list_segments))
            await self.processes.must(line, progress.read, limits=limits, taken=lambda: self.outputs.taken)
            done.set()
        await self.outputs.store_segments()
        await list_segments()
        await self.steps.at(progress.stage, 1.0)
