"""Which use case hears of which event: the only place to look."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from entrypoints.wiring.platform import Platform
from streamcore.shared.events import Event, Recorded
from streamcore.shared.jobs import JobDied, JobRun
from streamcore.videos.events import VideoChanged, VideoDeleted, VideoProcessed, VideoPublished
from streamcore.videos.policies import BACKFILL_JOB, CHUNK_JOB, COMPARE_JOB, JOIN_JOB, PROCESS_JOB

Handler = Callable[[Recorded], Awaitable[None]]
JobHandler = Callable[[JobRun], Awaitable[None]]


def subscriptions(platform: Platform) -> Mapping[type[Event], Sequence[Handler]]:
    """Handlers by event; each is idempotent, by its claim or by nature."""
    videos = platform.videos
    return {
        JobDied: [videos.fail_dead, videos.stop_backfill],
        VideoProcessed: [videos.refresh_lists, videos.queue_comparison],
        VideoPublished: [videos.refresh_lists],
        VideoChanged: [videos.refresh_lists],
        VideoDeleted: [videos.refresh_lists, videos.forget_fingerprints],
    }


def job_handlers(platform: Platform) -> Mapping[str, JobHandler]:
    """The handler of each kind of job; it completes the job in its own last transaction."""
    videos = platform.videos
    return {
        PROCESS_JOB: videos.process,
        CHUNK_JOB: videos.process_chunk,
        JOIN_JOB: videos.join_chunks,
        COMPARE_JOB: videos.find_duplicates,
        BACKFILL_JOB: videos.run_backfill,
    }
