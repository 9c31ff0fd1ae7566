from dataclasses import dataclass

from streamcore.shared.errors import NotFound
from streamcore.shared.events import Recorded
from streamcore.shared.jobs import JobDied
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models.backfill import BackfillId
from streamcore.videos.policies import BACKFILL_JOB
from streamcore.videos.ports import VideosUnitOfWork


@dataclass(frozen=True, slots=True)
class StopBackfill:
    """When the job of a backfill has died, say so and why, for an operator to resume it."""

    begin: Begin[VideosUnitOfWork]

    async def __call__(self, recorded: Recorded) -> None:
        event = recorded.event
        if not isinstance(event, JobDied) or event.kind != BACKFILL_JOB:
            return
        async with self.begin() as uow:
            if not await uow.claim(recorded.id, "videos.stop_backfill"):
                return
            try:
                before = await uow.backfills.get(BackfillId(event.payload["backfill_id"]))
            except NotFound:
                return
            after = before.break_down(event.reason)
            if after != before:
                await uow.backfills.save(after)
