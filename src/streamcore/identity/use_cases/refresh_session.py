from dataclasses import dataclass
from hmac import compare_digest

from streamcore.identity.models import LoggedIn, Session
from streamcore.identity.ports import IdentityUnitOfWork
from streamcore.identity.use_cases.open_session import OpenSession, refresh_hash
from streamcore.shared.clock import Clock, Random
from streamcore.shared.errors import NotFound, Unauthenticated
from streamcore.shared.ids import SessionId
from streamcore.shared.unit_of_work import Begin


@dataclass(frozen=True, slots=True)
class RefreshSession:
    """Exchange a refresh token for the next pair; a token that comes a second time ends its session (ID-2)."""

    begin: Begin[IdentityUnitOfWork]
    open_session: OpenSession
    clock: Clock
    random: Random

    async def __call__(self, refresh_token: str) -> LoggedIn:
        session_id, _, secret = refresh_token.partition(".")
        async with self.begin() as uow:
            session = await self._session(uow, SessionId(session_id))
            now = self.clock.now()
            if not session.alive(now):
                raise Unauthenticated("The session is over.")
            offered = refresh_hash(secret)
            if compare_digest(offered, session.refresh_hash):
                user = await uow.users.get(session.user_id)
                if user.banned:
                    raise Unauthenticated("The session is over.")
                secret = self.random.token(32)
                session = session.rotate(refresh_hash(secret), now)
                await uow.sessions.save(session)
                return LoggedIn(user, self.open_session.tokens_for(session, secret))
            reused = session.previous_hash is not None and compare_digest(offered, session.previous_hash)
            if reused:
                await uow.sessions.save(session.revoke(now))
        raise Unauthenticated("The session is over." if reused else "The refresh token is not valid.")

    async def _session(self, uow: IdentityUnitOfWork, session_id: SessionId) -> Session:
        try:
            return await uow.sessions.get(session_id)
        except NotFound as error:
            raise Unauthenticated("The refresh token is not valid.") from error
