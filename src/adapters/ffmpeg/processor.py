"""`MediaProcessor` by FFmpeg: HLS renditions in fragmented MP4, one decode for all of them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import structlog

from adapters.ffmpeg import command, sides
from adapters.ffmpeg.binary import find_ffmpeg
from adapters.ffmpeg.chunking import Moving, Shared, cut, encode_chunk, is_long
from adapters.ffmpeg.fetching import fetch
from adapters.ffmpeg.growing import Growing
from adapters.ffmpeg.inspection import Bounds, inspect
from adapters.ffmpeg.joining import Joining
from adapters.ffmpeg.ladder import Codec, Rung
from adapters.ffmpeg.outputs import Outputs
from adapters.ffmpeg.probe import SourceFacts
from adapters.ffmpeg.process import Limits
from adapters.ffmpeg.publishing import Streams
from adapters.ffmpeg.steps import Steps
from adapters.ffmpeg.work import Processes, Work
from adapters.ffmpeg.work_folder import WorkFolder
from streamcore.shared.errors import UnprocessableMedia
from streamcore.shared.objects import ObjectStore
from streamcore.videos.models.chunks import Plan
from streamcore.videos.models.media import FIRST_MASTER, PREVIEW_STAGE, Media
from streamcore.videos.ports import Progress, Show, Split

_log = structlog.get_logger()


class FFmpegMediaProcessor:
    """Works in ``work_folder`` with ``ffmpeg`` (None: the system's, else the packaged one).

    ``threads`` is per encoder, 0 for FFmpeg's own choice. A process whose figures do not move for
    ``silence_limit_seconds`` is killed: `DeadlineExceeded`. A source at least twice as long as ``chunk_seconds`` is cut
    where it may be, and shown by its first quality. Runs may overlap.
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
        extra_codec: Codec | None = None,
        segment_seconds: float = 4.0,
        bounds: Bounds | None = None,
        limits: Limits | None = None,
        parallel_uploads: int = 4,
        chunk_seconds: float = 300.0,
    ) -> None:
        self._store = store
        self._work = WorkFolder(work_folder.absolute())
        self._ffmpeg = ffmpeg
        self._encoding = command.Encoding(
            segment_seconds=segment_seconds, preset=preset, threads=threads, extra=extra_codec
        )
        self._silence = silence_limit_seconds
        self._bounds = bounds or Bounds()
        self._limits = limits or Limits()
        self._parallel = parallel_uploads
        self._chunk_seconds = chunk_seconds

    async def process(
        self, source: str, target: str, *, progress: Progress, show: Show | None = None, split: Split | None = None
    ) -> Media:
        steps = Steps(progress)
        with self._work.run() as folder:
            work = await self._begin(source, _prefix(target), folder, steps)
            await steps.at("probing")
            facts = await inspect(work.ffmpeg, work.source, self._bounds, work.processes.run)
            return await self._make(work, facts, show, split)

    async def encode(self, source: str, target: str, *, plan: Plan, number: int, progress: Progress) -> None:
        shared, chunk, steps = Shared.of(plan), plan.chunks[number], Steps(progress)
        with self._work.run() as folder:
            work = await self._begin(source, _prefix(target), folder, steps, Moving(shared, chunk))
            await steps.at("transcoding")
            try:
                await encode_chunk(work, shared, chunk, self._encoding.threads)
            except UnprocessableMedia as error:
                if error.reason != "DECODE_FAILED":
                    raise
                # Whether the source is damaged, or only cannot be entered here, shows when it is read as a whole.
                _log.warning("chunk_unreadable", number=number)
            await steps.at("storing", 1.0)

    async def join(
        self, plan: Plan, media: Media, first: str, chunks: Sequence[str], target: str, *, progress: Progress
    ) -> Media | None:
        steps, prefix = Steps(progress), _prefix(target)
        with self._work.run() as folder:
            await steps.at("joining")
            outputs = Outputs(self._store, folder, prefix, parallel=self._parallel)
            prefixes = [_prefix(chunk) for chunk in chunks]
            joining = Joining(self._store, plan, _prefix(first), prefixes, outputs, self._parallel)
            joined = await joining.join(media, prefix, steps)
            if joined is not None:
                await steps.at("storing", 1.0)
            return joined

    async def close(self) -> None:
        """Remove this worker's folder; nothing may be running."""
        self._work.close()

    async def _begin(self, key: str, prefix: str, folder: Path, steps: Steps, moving: "Moving | None" = None) -> Work:
        await steps.at("fetching")
        size = max((await self._store.head(key)).size, 1)
        source = await fetch(self._store, [key], folder / "source", lambda there: steps.at("fetching", there / size))
        processes = Processes(folder, (source,), self._limits, self._silence, steps)
        ffmpeg = find_ffmpeg(self._ffmpeg)  # only now: a process that transcodes nothing needs none
        made = folder / "made"
        outputs = Outputs(self._store, made, prefix, parallel=self._parallel, finish=moving, moved=steps.alive)
        return Work(ffmpeg, source, made, processes, outputs, steps)

    async def _make(self, work: Work, facts: SourceFacts, show: Show | None, split: Split | None) -> Media:
        rungs, steps = self._encoding.rungs(facts), work.steps
        shared = Shared(facts, rungs, self._encoding.segment_seconds, self._encoding.preset)
        plan = cut(shared, self._chunk_seconds) if split else None
        if split and plan:
            plan = await split(plan)
            return await self._encode_in_turn(work, Shared.of(plan), plan, show)
        if show and len(rungs) > 1 and is_long(facts, self._chunk_seconds):
            return await self._encode_in_turn(work, shared, None, show)
        media = await self._encode(work, shared, rungs, preview=show is not None)
        await steps.at("storing", 1.0)
        return media

    async def _encode(self, work: Work, shared: Shared, rungs: Sequence[Rung], *, preview: bool) -> Media:
        """Everything from one decode."""
        work.steps.span(PREVIEW_STAGE, 5.0, 95.0)
        await work.steps.at("transcoding")
        facts, streams = shared.facts, Streams(shared.facts)
        encoding = replace(self._encoding, growing=preview)
        growing = Growing(work.outputs, work.made, facts, rungs[0]) if preview else None
        line = command.transcode(work.ffmpeg, work.source, facts, rungs, encoding, work.made)
        await work.encode(line, facts, rungs, encoding.preset, growing=growing)
        await work.steps.at("storing")
        beside = await sides.make(work.ffmpeg, facts, work.made, work.outputs, work.processes.must)
        await streams.store(work.outputs, work.made, rungs, audio=True)
        await work.outputs.store(beside.names)
        return await streams.publish(work.outputs, rungs, beside)

    async def _encode_in_turn(self, work: Work, shared: Shared, plan: Plan | None, show: Show | None) -> Media:
        """The first quality with everything beside it, and then, unless chunks are made of them, the others."""
        facts, steps, outputs = shared.facts, work.steps, work.outputs
        lowest, streams = shared.rungs[:1], Streams(facts)
        ends = 95.0 if plan else 25.0
        for stage in ("transcoding", PREVIEW_STAGE):
            steps.span(stage, 5.0, ends)
        await steps.at("transcoding")
        encoding = replace(shared.encoding(self._encoding.threads), growing=True)
        seams = shared.seams(plan.chunks) if plan else []
        line = command.transcode(work.ffmpeg, work.source, facts, lowest, encoding, work.made, seams=seams)
        growing = Growing(outputs, work.made, facts, lowest[0])
        await work.encode(line, facts, lowest, encoding.preset, growing=growing)
        beside = await sides.make(work.ffmpeg, facts, work.made, outputs, work.processes.must)
        await streams.store(outputs, work.made, lowest, audio=True)
        await outputs.store(beside.names)
        if plan:
            await outputs.put(command.SEAMS, (work.made / command.SEAMS).read_bytes())
        first = await streams.publish(outputs, lowest, beside, FIRST_MASTER)
        if plan:
            await steps.at("storing", 1.0)
            return first
        if show:
            await show(first)
        steps.span("transcoding", ends, 95.0)
        await steps.at("transcoding")
        encoding = shared.encoding(self._encoding.threads)
        line = command.better(work.ffmpeg, work.source, facts, shared.better, encoding, work.made)
        await work.encode(line, facts, shared.better, encoding.preset)
        await steps.at("storing")
        await streams.store(outputs, work.made, shared.better, audio=False)
        media = await streams.publish(outputs, shared.rungs, beside)
        await steps.at("storing", 1.0)
        return media


def _prefix(target: str) -> str:
    return target if target.endswith("/") else f"{target}/"
