from dataclasses import dataclass
from datetime import timedelta

from streamcore.shared.clock import Clock
from streamcore.shared.errors import Conflict, NotFound, Retryable, StaleVersion, Unavailable, UnprocessableMedia
from streamcore.shared.ids import Ids, JobId
from streamcore.shared.jobs import JobRun, Jobs, JobState, Lease
from streamcore.shared.queues import Queue, QueueName
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models.backfill import MOST_TRIES, Backfill, BackfillId, BackfillState
from streamcore.videos.models.media import Media, media_prefix
from streamcore.videos.models.video import Video
from streamcore.videos.ports import MediaCare, VideoCare, VideosUnitOfWork
from streamcore.videos.use_cases.fail_dead_video import PROCESSING_FAILED
from streamcore.videos.use_cases.find_missing import FindMissing, Missing
from streamcore.videos.use_cases.remake import begin_remake, is_in_parts, is_live, state_of
from streamcore.videos.use_cases.save_change import save_change
from streamcore.videos.use_cases.start_backfill import backfill_job

_PAGE = 200
_LOOK_AGAIN = timedelta(seconds=5)
_TROUBLE = timedelta(seconds=30)
_AT_ONCE = timedelta(0)


@dataclass(frozen=True, slots=True)
class RunBackfill:
    """The job of a backfill: look at some videos, make what they lack, and leave the rest to the next job.

    Each thing made is one commit with the backfill's row, under the job's lease; whatever is killed between two of
    them, the next job goes on behind the last one. New generations are jobs of their own (see `remake_job`), as many as
    the plan allows, and none is begun while uploads wait for a worker.
    """

    begin: Begin[VideosUnitOfWork]
    jobs: Jobs
    queue: Queue
    care: VideoCare
    media_care: MediaCare
    find: FindMissing
    clock: Clock
    ids: Ids

    async def __call__(self, run: JobRun) -> None:
        async with self.begin() as uow:
            backfill = await uow.backfills.get(BackfillId(run.lease.job.payload["backfill_id"]))
        step = _Step(self, run, backfill)
        wait = _AT_ONCE
        try:
            if backfill.state is BackfillState.RUNNING:
                wait = await step.go_on()
        except StaleVersion:
            pass  # it was steered meanwhile, or a video changed: whoever is next reads both anew
        except (Retryable, Unavailable):
            wait = _TROUBLE
        await self._end(run.lease, step.backfill, wait)

    async def _end(self, lease: Lease, backfill: Backfill, wait: timedelta) -> None:
        """Complete the job and queue the next, unless the backfill is over, paused, or steered meanwhile to be so."""
        async with self.begin() as uow:
            await uow.complete(lease)
            stored = await uow.backfills.get(backfill.id)
            if stored.version == backfill.version:
                if stored != backfill:
                    await uow.backfills.save(backfill)
                stored = backfill
            if stored.state is BackfillState.RUNNING:
                next_job = backfill_job(JobId(self.ids.new()), stored.id)
                uow.enqueue(next_job, not_before=self.clock.now() + wait)


@dataclass(slots=True)
class _Step:
    """One job's share; ``backfill`` is its row as it was saved last, and what was seen since."""

    on: RunBackfill
    run: JobRun
    backfill: Backfill

    async def go_on(self) -> timedelta:
        """How long to rest before the next step."""
        await self._see_what_was_remade()
        page = await self.on.care.in_service(after=self.backfill.cursor, limit=_PAGE)
        if not page or self.backfill.limit_reached:
            if self.backfill.remaking:
                return _LOOK_AGAIN
            self.backfill = self.backfill.finish()
            return _AT_ONCE
        for video_id in page:
            await self.run.progress(self.backfill.percent, "looking")
            missing = await self.on.find.of(video_id, self.backfill.plan.parts)
            if not missing.parts:
                self.backfill = self.backfill.passed(video_id)
                continue
            if missing.anew and (not self.backfill.has_room or await self._people_wait()):
                return _LOOK_AGAIN
            await self._make(missing)
            if self.backfill.plan.per_minute:
                return timedelta(minutes=1 / self.backfill.plan.per_minute)
            if self.backfill.limit_reached:
                break
        return _AT_ONCE

    async def _people_wait(self) -> bool:
        return await self.on.queue.depth(QueueName.JOBS_INTERACTIVE) > 0

    async def _make(self, missing: Missing) -> None:
        video = missing.video
        try:
            if missing.anew:
                await self._remake(video)
            else:
                await self._complete(missing)
        except UnprocessableMedia as error:
            await self._skip(video, f"{error.reason}: {error.message}")
        except (NotFound, Conflict) as error:
            await self._skip(video, f"{error.code}: {error.message}")
        except Unavailable as error:
            # One that ends badly time and again, and may itself be the cause, must not hold up all the others.
            reason = f"{error.code}: {error.message}"
            troubled = self.backfill.troubled(f"{video.id}: {reason}")
            if troubled.tries < MOST_TRIES:
                self.backfill = troubled
                raise
            await self._skip(video, reason)

    async def _complete(self, missing: Missing) -> None:
        video = missing.video
        if video.source is None or video.media is None or video.generation is None:
            raise NotFound("The file that was uploaded was not kept.")
        target = media_prefix(video.id, video.generation)
        media = await self.on.media_care.complete(
            video.source.key, target, video.media, missing.parts, progress=self.run.progress
        )
        await self._save_completed(video, media, video.generation)

    async def _save_completed(self, video: Video, media: Media, generation: str) -> None:
        done = self.backfill.completed(video.id)
        async with self.on.begin() as uow:
            await uow.hold(self.run.lease)
            before = await uow.videos.get(video.id)
            after, events = before.amend(media, generation, at=self.on.clock.now())
            await save_change(uow, before, after, events)
            await uow.backfills.save(done)
        self._saved(done)

    async def _remake(self, video: Video) -> None:
        async with self.on.begin() as uow:
            in_parts = await is_in_parts(uow, video)
        if in_parts or await is_live(self.on.jobs, video.job_id):  # it is being made anew as it is
            self.backfill = self.backfill.passed(video.id)
            return
        job_id = JobId(self.on.ids.new())
        begun = self.backfill.remakes(video.id, job_id)
        async with self.on.begin() as uow:
            await uow.hold(self.run.lease)
            await begin_remake(uow, video, job_id)
            await uow.backfills.save(begun)
        self._saved(begun)

    async def _skip(self, video: Video, reason: str) -> None:
        skipped = self.backfill.could_not(video.id, f"{video.id}: {reason}")
        async with self.on.begin() as uow:
            await uow.hold(self.run.lease)
            await uow.backfills.save(skipped)
        self._saved(skipped)

    def _saved(self, backfill: Backfill) -> None:
        self.backfill = backfill.after_save()

    async def _see_what_was_remade(self) -> None:
        for remake in self.backfill.remaking:
            async with self.on.begin() as uow:
                video = await uow.videos.get(remake.video_id)
                in_parts = video.job_id == remake.job_id and await is_in_parts(uow, video)
            state = await state_of(self.on.jobs, remake.job_id)
            if in_parts or state in (JobState.QUEUED, JobState.RUNNING):
                continue
            failure = video.failure if video.job_id == remake.job_id else None
            reason = failure.code if failure else None
            if state is JobState.DEAD:
                reason = PROCESSING_FAILED.code
            self.backfill = self.backfill.remade(remake, reason and f"{video.id}: {reason}")
