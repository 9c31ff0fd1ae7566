"""`MediaProcessor` by FFmpeg: HLS renditions in fragmented MP4, one decode for all of them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from adapters.ffmpeg import command
from adapters.ffmpeg.binary import find_ffmpeg
from adapters.ffmpeg.errors import failure, from_os_error, last_errors
from adapters.ffmpeg.inspection import Bounds, inspect
from adapters.ffmpeg.ladder import ladder
from adapters.ffmpeg.outputs import Outputs
from adapters.ffmpeg.probe import SourceFacts
from adapters.ffmpeg.process import Finished, Limits, OnLine, run
from adapters.ffmpeg.publishing import publish
from adapters.ffmpeg.steps import EncodingProgress, Steps
from adapters.ffmpeg.work_folder import WorkFolder
from streamcore.shared.objects import HasLocalFiles, ObjectStore
from streamcore.videos.models import Media
from streamcore.videos.ports import Progress

_log = structlog.get_logger()


class FFmpegMediaProcessor:
    """Works in ``work_folder`` with ``ffmpeg`` (None: the system's, else the packaged one).

    ``threads`` is per encoder, 0 for FFmpeg's own choice. A process whose figures do not move for
    ``silence_limit_seconds`` is killed: `DeadlineExceeded`. Runs may overlap.
    """

    def __init__(
        self,
        store: ObjectStore,
        *,
        work_folder: Path,
        ffmpeg: Path | None = None,
        threads: int = 0,
        silence_limit_seconds: float = 30.0,
        preset: str = "veryfast",
        segment_seconds: float = 4.0,
        bounds: Bounds | None = None,
        limits: Limits | None = None,
        parallel_uploads: int = 4,
    ) -> None:
        self._store = store
        self._work = WorkFolder(work_folder.absolute())
        self._ffmpeg = ffmpeg
        self._encoding = command.Encoding(segment_seconds=segment_seconds, preset=preset, threads=threads)
        self._silence = silence_limit_seconds
        self._bounds = bounds or Bounds()
        self._limits = limits or Limits()
        self._parallel = parallel_uploads

    async def process(self, source: str, target: str, *, progress: Progress) -> Media:
        prefix = target if target.endswith("/") else f"{target}/"
        try:
            folder = self._work.new_run()
            try:
                return await self._process(source, prefix, folder, Steps(progress))
            finally:
                self._work.end_run(folder)
        except BaseExceptionGroup as group:
            raise _first(group) from None
        except OSError as error:
            raise from_os_error(error) from error

    async def close(self) -> None:
        """Remove this worker's folder; nothing may be running."""
        self._work.close()

    async def _process(self, key: str, prefix: str, folder: Path, steps: Steps) -> Media:
        await steps.at("fetching")
        source = await self._fetch(key, folder / "source", steps)
        await steps.at("probing")
        processes = _Processes(folder, self._limits, self._silence)
        ffmpeg = find_ffmpeg(self._ffmpeg)  # only now: a process that transcodes nothing needs none
        facts = await inspect(ffmpeg, source, self._bounds, processes.run)
        await steps.at("transcoding")
        made = folder / "made"
        outputs = Outputs(self._store, made, prefix, parallel=self._parallel)
        await self._transcode(ffmpeg, source, facts, made, outputs, processes, steps)
        await steps.at("storing")
        media = await publish(outputs, made, facts, ladder(facts.width, facts.height, facts.rate))
        await steps.at("storing", 1.0)
        return media

    async def _fetch(self, key: str, copy: Path, steps: Steps) -> Path:
        """The source as a local file: the store's own if it has one, else a copy."""
        if isinstance(self._store, HasLocalFiles):
            return await self._store.local_path(key)
        size = max((await self._store.head(key)).size, 1)
        done = 0
        with copy.open("wb", buffering=0) as file:
            async with self._store.get(key) as chunks:
                async for chunk in chunks:
                    await asyncio.to_thread(file.write, chunk)
                    done += len(chunk)
                    await steps.at("fetching", done / size)
        return copy

    async def _transcode(
        self,
        ffmpeg: Path,
        source: Path,
        facts: SourceFacts,
        made: Path,
        outputs: Outputs,
        processes: "_Processes",
        steps: Steps,
    ) -> None:
        rungs = ladder(facts.width, facts.height, facts.rate)
        for name in [*(rung.name for rung in rungs), "audio"]:
            (made / name).mkdir(parents=True)
        encode = command.transcode(ffmpeg, source, facts, rungs, self._encoding, made)
        progress = EncodingProgress(steps, facts.duration * float(facts.rate))
        done = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(outputs.follow(done))
            await processes.must(encode, progress.read)
            done.set()
        await outputs.store_segments()


@dataclass(frozen=True, slots=True)
class _Processes:
    """How the processes of one run are run."""

    folder: Path
    limits: Limits
    silence_seconds: float

    async def run(self, line: Sequence[str], on_line: OnLine) -> Finished:
        return await run(
            line, folder=self.folder, limits=self.limits, silence_seconds=self.silence_seconds, on_line=on_line
        )

    async def must(self, line: Sequence[str], on_line: OnLine) -> None:
        """Run it and raise the core's error for a bad end."""
        ended = await self.run(line, on_line)
        if ended.returncode:
            _log.warning("ffmpeg_failed", returncode=ended.returncode, errors=last_errors(ended.stderr))
            raise failure(ended.returncode, ended.stderr)


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The error that ended a group of tasks; the others were cancelled because of it."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
