"""The suite for long sources in the making, and for all that is read of them elsewhere."""

from dataclasses import replace
from datetime import timedelta

from adapters.testing.interleaving import attempt, overlap
from adapters.testing.samples import MEDIA, add_channel, add_video, enqueue, new_job
from adapters.testing.stack import Stack
from streamcore.shared.errors import Conflict, StaleVersion
from streamcore.shared.ids import JobId, VideoId
from streamcore.videos.models.chunks import Chunk, ChunkedRun, ChunkPart, Made, Plan
from streamcore.videos.models.media import PREVIEW_STAGE
from streamcore.videos.models.status import Failure, VideoStatus
from streamcore.videos.policies import CHUNK_JOB, JOIN_JOB, PROCESS_JOB
from streamcore.videos.ports import generation_of

MINUTE = timedelta(minutes=1)
FIRST = Made(replace(MEDIA, master="first.m3u8", complete=False), "g-first")


def new_run(stack: Stack, video_id: str | None = None, chunks: int = 2) -> ChunkedRun:
    plan = Plan(
        tuple(Chunk(n * 75, None if n == chunks - 1 else (n + 1) * 75) for n in range(chunks)),
        {"rate": "30000/1001", "nested": {"list": [1, 2.5, None, "é"]}},
    )
    parts = tuple(ChunkPart(JobId(stack.ids.new())) for _ in range(chunks))
    return ChunkedRun(JobId(stack.ids.new()), VideoId(video_id or stack.ids.new()), plan, parts)


async def add_run(stack: Stack, run: ChunkedRun) -> ChunkedRun:
    async with stack.begin() as uow:
        await uow.chunked_runs.add(run)
    return run


async def stored_run(stack: Stack, run_id: str) -> ChunkedRun | None:
    async with stack.begin() as uow:
        return await uow.chunked_runs.find(JobId(run_id))


class ChunkedRunsContract:
    """For every adapter of `ChunkedRuns`."""

    async def test_a_run_is_kept_as_it_is(self, stack: Stack) -> None:
        run = await add_run(stack, new_run(stack))
        assert await stored_run(stack, run.id) == run
        full = run.finish_first(FIRST, join_id=JobId(stack.ids.new()))
        full = full.finish_chunk(1, "g-1", join_id=JobId(stack.ids.new()))
        full = full.finish_chunk(0, "g-0", join_id=JobId(stack.ids.new()))
        assert full.join_id is not None
        async with stack.begin() as uow:
            await uow.chunked_runs.save(full)
        assert await stored_run(stack, run.id) == replace(full, version=1)
        async with stack.begin() as uow:
            await uow.chunked_runs.save(replace(run, version=1))
        assert await stored_run(stack, run.id) == replace(run, version=2)

    async def test_unknown_runs_are_none(self, stack: Stack) -> None:
        for id in (stack.ids.new(), "no id at all"):
            assert await stored_run(stack, id) is None
            async with stack.begin() as uow:
                await uow.chunked_runs.remove(JobId(id))
        assert isinstance(await attempt(stack, lambda uow: uow.chunked_runs.save(new_run(stack))), StaleVersion)

    async def test_an_id_is_taken_once(self, stack: Stack) -> None:
        run = await add_run(stack, new_run(stack))
        again = replace(run, first=FIRST)
        assert isinstance(await attempt(stack, lambda uow: uow.chunked_runs.add(again)), Conflict)
        assert await stored_run(stack, run.id) == run

    async def test_a_run_that_is_over_is_gone(self, stack: Stack) -> None:
        run, other = await add_run(stack, new_run(stack)), await add_run(stack, new_run(stack))
        async with stack.begin() as uow:
            await uow.chunked_runs.remove(run.id)
            assert await uow.chunked_runs.find(run.id) is None
        assert await stored_run(stack, run.id) is None
        assert await stored_run(stack, other.id) == other
        assert isinstance(await attempt(stack, lambda uow: uow.chunked_runs.save(run)), StaleVersion)

    async def test_of_two_parts_made_at_once_one_is_told_to_come_again(self, stack: Stack) -> None:
        """Otherwise neither would see that it was the last, or both would."""
        run = await add_run(stack, replace(new_run(stack), first=FIRST))
        one, two = (run.finish_chunk(n, f"g-{n}", join_id=JobId(stack.ids.new())) for n in (0, 1))
        outcome = await overlap(stack, lambda uow: uow.chunked_runs.save(one), lambda uow: uow.chunked_runs.save(two))
        assert isinstance(outcome.error, StaleVersion)
        assert await stored_run(stack, run.id) == replace(one, version=1)

    async def test_every_part_that_is_made_is_kept(self, stack: Stack) -> None:
        channel = await add_channel(stack)
        video = await add_video(stack, channel, VideoStatus.PROCESSING)
        run = await add_run(stack, new_run(stack, video.id, chunks=3))
        await add_run(stack, replace(new_run(stack), first=FIRST))

        async def generations() -> frozenset[str]:
            (files,) = await stack.video_care.kept_files([video.id], stack.clock.now())
            return files.generations

        assert await generations() == frozenset()
        async with stack.begin() as uow:
            await uow.chunked_runs.save(
                run.finish_chunk(1, "g-1", join_id=JobId("-")).finish_first(FIRST, join_id=run.id)
            )
        assert await generations() == {"g-1", "g-first"}
        payload = {"video_id": video.id, "run_id": run.id}
        jobs = [new_job(stack, kind=kind, payload=payload) for kind in (CHUNK_JOB, JOIN_JOB)]
        await enqueue(stack, *jobs)
        for job in jobs:
            assert await stack.jobs.lease(job.id, worker="w", now=stack.clock.now(), ttl=MINUTE)
        making = {generation_of(job.id, 1) for job in jobs}
        assert await generations() == {"g-1", "g-first", *making}
        async with stack.begin() as uow:
            await uow.chunked_runs.remove(run.id)
        assert await generations() == making

    async def test_the_progress_of_a_long_source_is_that_of_all_its_jobs(self, stack: Stack) -> None:
        run = new_run(stack)
        channel, now = await add_channel(stack), stack.clock.now()
        video = await add_video(stack, channel, VideoStatus.PROCESSING, job_id=run.id)
        await add_run(stack, replace(run, video_id=video.id))
        ids = [run.id, *(part.job_id for part in run.parts)]
        await enqueue(stack, *(new_job(stack, id=id, kind=PROCESS_JOB if id == run.id else CHUNK_JOB) for id in ids))
        seen = [(await stack.video_queries.status(video.id)).progress]
        for id in ids:
            lease = await stack.jobs.lease(id, worker="w", now=now, ttl=MINUTE)
            assert lease is not None
            await stack.jobs.heartbeat(lease, now=now, ttl=MINUTE, progress=60.0, stage="transcoding")
            seen.append((await stack.video_queries.status(video.id)).progress)
        assert seen == sorted(set(seen))
        assert seen[0] == 0.0
        assert 50.0 < seen[-1] < 60.0

    async def test_a_cut_takes_no_progress_back(self, stack: Stack) -> None:
        run, now = new_run(stack), stack.clock.now()
        video = await add_video(stack, await add_channel(stack), VideoStatus.PROCESSING, job_id=run.id)
        await enqueue(stack, new_job(stack, id=run.id, kind=PROCESS_JOB))
        lease = await stack.jobs.lease(run.id, worker="w", now=now, ttl=MINUTE)
        assert lease is not None
        await stack.jobs.heartbeat(lease, now=now, ttl=MINUTE, progress=4.0, stage="probing")
        assert (await stack.video_queries.status(video.id)).progress == 4.0
        await add_run(stack, replace(run, video_id=video.id))
        assert (await stack.video_queries.status(video.id)).progress == 4.0

    async def test_progress_never_goes_back(self, stack: Stack) -> None:
        job = new_job(stack)
        await enqueue(stack, job)
        now = stack.clock.now()
        for told, shown in ((40.0, 40.0), (3.0, 40.0), (41.0, 41.0)):
            lease = await stack.jobs.lease(job.id, worker="w", now=now, ttl=MINUTE)
            assert lease is not None
            await stack.jobs.heartbeat(lease, now=now, ttl=MINUTE, progress=told, stage="s")
            assert (await stack.jobs.get(job.id)).progress == shown
            await stack.jobs.release(lease, now=now)
            assert (await stack.jobs.get(job.id)).progress == shown

    async def test_a_first_quality_in_service_is_not_all(self, stack: Stack) -> None:
        channel, now = await add_channel(stack), stack.clock.now()
        job = new_job(stack)
        await enqueue(stack, job)
        video = await add_video(stack, channel, VideoStatus.PUBLISHED, job_id=job.id, media=FIRST.media)
        lease = await stack.jobs.lease(job.id, worker="w", now=now, ttl=MINUTE)
        assert lease is not None
        await stack.jobs.heartbeat(lease, now=now, ttl=MINUTE, progress=30.0, stage="transcoding")
        status = await stack.video_queries.status(video.id)
        assert (status.status, status.progress, status.stage) == (VideoStatus.PUBLISHED, 30.0, "transcoding")
        assert status.preview is None
        async with stack.begin() as uow:
            await uow.videos.save(replace(video, failure=Failure("PROCESSING_FAILED", "It broke.")))
        status = await stack.video_queries.status(video.id)
        assert (status.progress, status.stage, status.failure is not None) == (30.0, "", True)
        async with stack.begin() as uow:
            await uow.videos.save(replace(video, version=1, media=MEDIA))
        assert (await stack.video_queries.status(video.id)).progress == 100.0

    async def test_a_preview_is_there_while_its_lease_makes_it(self, stack: Stack) -> None:
        channel, now = await add_channel(stack), stack.clock.now()
        job = new_job(stack)
        await enqueue(stack, job)
        video = await add_video(stack, channel, VideoStatus.PROCESSING, job_id=job.id)
        previews = [(await stack.video_queries.status(video.id)).preview]
        lease = await stack.jobs.lease(job.id, worker="w", now=now, ttl=MINUTE)
        assert lease is not None
        for stage in ("transcoding", PREVIEW_STAGE):
            await stack.jobs.heartbeat(lease, now=now, ttl=MINUTE, progress=1.0, stage=stage)
            previews.append((await stack.video_queries.status(video.id)).preview)
        await stack.jobs.release(lease, now=now)
        previews.append((await stack.video_queries.status(video.id)).preview)
        assert previews == [None, None, generation_of(job.id, 1), None]
