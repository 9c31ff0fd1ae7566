"""A source processed in chunks, without any job: what the use cases do, one after the other."""

from adapters.ffmpeg.processor import FFmpegMediaProcessor
from adapters.testing.media import Told
from streamcore.videos.models.chunks import Plan
from streamcore.videos.models.media import Media
from tests.integration.media.judge import TARGET

FIRST = "videos/a/first-1/"


def chunk_prefix(number: int) -> str:
    return f"videos/a/chunk{number}-1/"


async def make_parts(processor: FFmpegMediaProcessor, source: str = "source") -> tuple[Plan, Media]:
    """The first quality below `FIRST`, and every chunk below its own prefix."""
    plans: list[Plan] = []

    async def split(plan: Plan) -> Plan:
        plans.append(plan)
        return plan

    first = await processor.process(source, FIRST, progress=Told(), split=split)
    (plan,) = plans
    for number in range(len(plan.chunks)):
        await processor.encode(source, chunk_prefix(number), plan=plan, number=number, progress=Told())
    return plan, first


async def join_parts(processor: FFmpegMediaProcessor, plan: Plan, first: Media, order: list[int]) -> Media | None:
    """The media below `TARGET` of the chunks with these numbers."""
    chunks = [chunk_prefix(number) for number in order]
    return await processor.join(plan, first, FIRST, chunks, TARGET, progress=Told())
