from dataclasses import dataclass

from streamcore.shared.access import Actor
from streamcore.shared.clock import Clock
from streamcore.shared.unit_of_work import Begin
from streamcore.videos.policies import UploadLimits
from streamcore.videos.ports import VideosUnitOfWork


@dataclass(frozen=True, slots=True)
class UploadAllowance:
    """What may be uploaded, and the bytes that the user's files and announced uploads take already."""

    limits: UploadLimits
    used: int


@dataclass(frozen=True, slots=True)
class GetUploadLimits:
    """Tell a user what they may upload, before they send anything."""

    begin: Begin[VideosUnitOfWork]
    clock: Clock
    limits: UploadLimits

    async def __call__(self, actor: Actor) -> UploadAllowance:
        owner_id = actor.require_user()
        async with self.begin() as uow:
            return UploadAllowance(self.limits, await uow.upload_quotas.used(owner_id, self.clock.now()))
