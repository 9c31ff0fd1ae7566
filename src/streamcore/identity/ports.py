"""What identity needs from outside."""

from datetime import datetime
from typing import Protocol

from streamcore.identity.models import AccessClaims, Session, User
from streamcore.shared.access import Actor
from streamcore.shared.idempotency import IdempotencyEffects
from streamcore.shared.ids import SessionId, UserId
from streamcore.shared.unit_of_work import UnitOfWork


class Users(Protocol):
    async def add(self, user: User) -> None:
        """`Conflict` with detail type ``email_taken`` or ``username_taken``."""
        ...

    async def get(self, user_id: UserId) -> User:
        """`NotFound` if there is none."""
        ...

    async def find_by_login(self, login: str) -> User | None:
        """By e-mail address or username, without regard to case."""
        ...

    async def save(self, user: User) -> None:
        """Write it as version + 1; `StaleVersion` unless storage has ``user.version``."""
        ...


class Sessions(Protocol):
    async def add(self, session: Session) -> None: ...

    async def get(self, session_id: SessionId) -> Session:
        """`NotFound` if there is none."""
        ...

    async def save(self, session: Session) -> None:
        """`StaleVersion` unless storage has ``session.version``."""
        ...


class IdentityUnitOfWork(UnitOfWork, Protocol):
    @property
    def users(self) -> Users: ...

    @property
    def sessions(self) -> Sessions: ...

    @property
    def idempotency(self) -> IdempotencyEffects: ...


class ActorReader(Protocol):
    """The question that every authenticated request asks."""

    async def actor_of(self, user_id: UserId, session_id: SessionId, now: datetime) -> Actor | None:
        """The actor with the role that storage holds now, or None where the session is over or the user banned."""
        ...

    async def viewer(self, user_id: UserId) -> Actor | None:
        """The same without a session, for what was handed to a user earlier: None for one banned or not there."""
        ...


class SessionCare(Protocol):
    """What the scheduler asks."""

    async def purge(self, *, before: datetime) -> int:
        """Delete sessions that ended (expired or were revoked) before a time; how many."""
        ...


class PasswordHasher(Protocol):
    """A memory-hard password hash, computed off the event loop."""

    async def hash(self, password: str) -> str: ...

    async def verify(self, password: str, password_hash: str) -> bool: ...

    async def waste(self, password: str) -> None:
        """Take as long as `verify`, for an account that does not exist."""
        ...

    def outdated(self, password_hash: str) -> bool:
        """Whether it was made with weaker parameters than today's."""
        ...


class AccessTokens(Protocol):
    """Signed access tokens (JWT, RFC 7519) under keys that have ids, so that keys can change."""

    def issue(self, claims: AccessClaims, *, now: datetime) -> str: ...

    def read(self, token: str, *, now: datetime) -> AccessClaims:
        """`Unauthenticated` for anything but an unexpired token under a live key."""
        ...
