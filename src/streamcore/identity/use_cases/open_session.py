from dataclasses import dataclass
from hashlib import sha256

from streamcore.identity.models import ACCESS_LIFETIME, REFRESH_LIFETIME, AccessClaims, LoggedIn, Session, Tokens, User
from streamcore.identity.ports import AccessTokens, IdentityUnitOfWork
from streamcore.shared.clock import Clock, Random
from streamcore.shared.ids import Ids, SessionId


def refresh_hash(secret: str) -> str:
    """What storage keeps of a refresh token: its secret is random, so a plain SHA-256 cannot be guessed back."""
    return sha256(secret.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class OpenSession:
    """Begin a login session inside the unit of work that has found the user."""

    tokens: AccessTokens
    clock: Clock
    ids: Ids
    random: Random

    async def __call__(self, uow: IdentityUnitOfWork, user: User) -> LoggedIn:
        now = self.clock.now()
        secret = self.random.token(32)
        session = Session(
            id=SessionId(self.ids.new()),
            user_id=user.id,
            refresh_hash=refresh_hash(secret),
            previous_hash=None,
            created_at=now,
            expires_at=now + REFRESH_LIFETIME,
        )
        await uow.sessions.add(session)
        return LoggedIn(user, self.tokens_for(session, secret))

    def tokens_for(self, session: Session, secret: str) -> Tokens:
        now = self.clock.now()
        claims = AccessClaims(session.user_id, session.id, now + ACCESS_LIFETIME)
        return Tokens(
            access_token=self.tokens.issue(claims, now=now),
            refresh_token=f"{session.id}.{secret}",
            expires_in=int(ACCESS_LIFETIME.total_seconds()),
        )
