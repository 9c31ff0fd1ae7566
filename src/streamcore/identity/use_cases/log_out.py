from dataclasses import dataclass

from streamcore.identity.models import AccessClaims
from streamcore.identity.ports import IdentityUnitOfWork
from streamcore.shared.clock import Clock
from streamcore.shared.unit_of_work import Begin


@dataclass(frozen=True, slots=True)
class LogOut:
    """End the session that the access token belongs to; its tokens stop working at once (ID-1)."""

    begin: Begin[IdentityUnitOfWork]
    clock: Clock

    async def __call__(self, claims: AccessClaims) -> None:
        async with self.begin() as uow:
            session = await uow.sessions.get(claims.session_id)
            if session.revoked_at is None:
                await uow.sessions.save(session.revoke(self.clock.now()))
