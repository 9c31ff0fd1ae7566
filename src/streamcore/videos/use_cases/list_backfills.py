from collections.abc import Sequence
from dataclasses import dataclass

from streamcore.shared.unit_of_work import Begin
from streamcore.videos.models.backfill import Backfill, BackfillId
from streamcore.videos.ports import VideosUnitOfWork


@dataclass(frozen=True, slots=True)
class ListBackfills:
    """How far backfills are, newest first."""

    begin: Begin[VideosUnitOfWork]

    async def __call__(self, *, limit: int = 20) -> Sequence[Backfill]:
        async with self.begin() as uow:
            return await uow.backfills.newest(limit=limit)

    async def one(self, backfill_id: BackfillId) -> Backfill:
        """`NotFound` if there is none."""
        async with self.begin() as uow:
            return await uow.backfills.get(backfill_id)
