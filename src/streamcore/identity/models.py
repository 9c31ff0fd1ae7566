"""Accounts and login sessions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from streamcore.identity.events import RoleChanged, UserRegistered
from streamcore.shared.access import Actor, Role
from streamcore.shared.errors import Invalid
from streamcore.shared.events import Event
from streamcore.shared.ids import SessionId, UserId
from streamcore.shared.text import LINE

REFRESH_LIFETIME = timedelta(days=7)
ACCESS_LIFETIME = timedelta(minutes=15)

_EMAIL = re.compile(r"[^@\s<>\"(),:;\[\]\\]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class Registration(BaseModel):
    """The command that opens an account."""

    model_config = ConfigDict(extra="forbid")

    email: Annotated[str, StringConstraints(strip_whitespace=True, max_length=254), LINE]
    username: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=50), LINE]
    password: Annotated[str, Field(min_length=8, max_length=256)]
    display_name: (
        Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), LINE] | None
    ) = None


def check_email(email: str) -> str:
    """The address in the form that is stored (lower case); `Invalid` if it is none."""
    if not _EMAIL.fullmatch(email):
        raise Invalid.field("email", "This is no e-mail address.", "email")
    return email.lower()


def check_username(username: str) -> str:
    if not _USERNAME.fullmatch(username):
        raise Invalid.field("username", "Use letters, digits, dots, dashes and underscores.", "username")
    return username


@dataclass(frozen=True, slots=True)
class User:
    """An account. ``username`` and ``email`` are unique without regard to case; ``version`` is the optimistic lock."""

    id: UserId
    email: str
    username: str
    password_hash: str
    display_name: str
    role: Role
    created_at: datetime
    bio: str = ""
    avatar_url: str | None = None
    country: str | None = None
    adult_content: bool = False
    banned_at: datetime | None = None
    version: int = 0

    @classmethod
    def register(
        cls,
        command: Registration,
        *,
        id: UserId,
        password_hash: str,
        at: datetime,
        role: Role = Role.VIEWER,
    ) -> tuple["User", Event]:
        user = cls(
            id=id,
            email=check_email(command.email),
            username=check_username(command.username),
            password_hash=password_hash,
            display_name=command.display_name or command.username,
            role=role,
            created_at=at,
        )
        return user, UserRegistered(at=at, user_id=id, username=user.username)

    @property
    def banned(self) -> bool:
        return self.banned_at is not None

    def actor(self) -> Actor:
        return Actor(self.id, self.role, adult_content=self.adult_content)

    def with_role(self, role: Role, at: datetime) -> tuple["User", Sequence[Event]]:
        """The account with another role; no event where it has that role already."""
        if role is self.role:
            return self, ()
        return replace(self, role=role), (RoleChanged(at=at, user_id=self.id, role=role),)


@dataclass(frozen=True, slots=True)
class Session:
    """One login: a family of refresh tokens of which only the newest works (RFC 9700, section 4.14.2).

    ``refresh_hash`` is the SHA-256 of the newest token; ``previous_hash`` that of the one before, whose reuse ends the
    session.
    """

    id: SessionId
    user_id: UserId
    refresh_hash: str
    previous_hash: str | None
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    version: int = 0

    def alive(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at

    def rotate(self, refresh_hash: str, now: datetime) -> "Session":
        return replace(
            self, refresh_hash=refresh_hash, previous_hash=self.refresh_hash, expires_at=now + REFRESH_LIFETIME
        )

    def revoke(self, now: datetime) -> "Session":
        return replace(self, revoked_at=self.revoked_at or now)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a program needs to act for a user; ``expires_in`` is the access token's life in seconds."""

    access_token: str
    refresh_token: str
    expires_in: int


@dataclass(frozen=True, slots=True)
class LoggedIn:
    user: User
    tokens: Tokens


@dataclass(frozen=True, slots=True)
class AccessClaims:
    """What an access token says: who, in which session, until when. Never what they may do."""

    user_id: UserId
    session_id: SessionId
    expires_at: datetime
