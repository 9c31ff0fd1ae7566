from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from streamcore.shared.clock import Clock
from streamcore.shared.jobs import JobRun, Lease
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models.chunks import ChunkedRun
from streamcore.videos.models.media import Media, media_prefix
from streamcore.videos.ports import MediaProcessor, Progress, VideosUnitOfWork, generation_of
from streamcore.videos.use_cases.chunked_run import current_run
from streamcore.videos.use_cases.while_wanted import Unwanted, WhileWanted

Finish = Callable[[Lease, Media | None], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class JoinChunks:
    """The last job of a long source: put its parts together under a prefix of this lease alone (VID-5)."""

    begin: Begin[VideosUnitOfWork]
    processor: MediaProcessor
    clock: Clock
    finish: Finish

    async def __call__(self, run: JobRun) -> None:
        lease = run.lease
        async with self.begin() as uow:
            chunked, video = await current_run(uow, lease)
        media: Media | None = None
        if chunked is not None:
            wanted = WhileWanted(self.begin, self.clock, run.progress, video.id, chunked.id)
            with suppress(Unwanted):  # which the last transaction finds out by itself
                media = await self._join(lease, chunked, wanted)
        await self.finish(lease, media)

    async def _join(self, lease: Lease, run: ChunkedRun, progress: Progress) -> Media | None:
        if run.first is None:
            raise RuntimeError("A run is joined when everything is made.")
        chunks = [media_prefix(run.video_id, part.generation) for part in run.parts if part.generation]
        first = media_prefix(run.video_id, run.first.generation)
        target = media_prefix(run.video_id, generation_of(lease.job_id, lease.token))
        return await self.processor.join(run.plan, run.first.media, first, chunks, target, progress=progress)
