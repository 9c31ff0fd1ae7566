from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from streamcore.shared.clock import Clock
from streamcore.shared.errors import UnprocessableMedia
from streamcore.shared.ids import JobId, VideoId
from streamcore.shared.jobs import JobRun, Lease
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models.media import media_prefix
from streamcore.videos.models.status import Failure
from streamcore.videos.ports import MediaProcessor, VideosUnitOfWork, generation_of
from streamcore.videos.use_cases.chunked_run import current_run
from streamcore.videos.use_cases.while_wanted import Unwanted, WhileWanted

Finish = Callable[[Lease, Failure | None], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class ProcessChunk:
    """Make the better qualities of one chunk of a long source, under a prefix of this lease alone (VID-5)."""

    begin: Begin[VideosUnitOfWork]
    processor: MediaProcessor
    clock: Clock
    finish: Finish

    async def __call__(self, run: JobRun) -> None:
        lease = run.lease
        async with self.begin() as uow:
            chunked, video = await current_run(uow, lease)
        failure: Failure | None = None
        if chunked is not None and video.source is not None:
            target = media_prefix(video.id, generation_of(lease.job_id, lease.token))
            wanted = WhileWanted(self.begin, self.clock, run.progress, VideoId(video.id), JobId(chunked.id))
            number = int(lease.job.payload["number"])
            try:
                await self.processor.encode(video.source.key, target, plan=chunked.plan, number=number, progress=wanted)
            except UnprocessableMedia as error:
                failure = Failure(error.reason, error.message)
            except Unwanted:
                pass  # which the last transaction finds out by itself
        await self.finish(lease, failure)
