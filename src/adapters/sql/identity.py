"""Accounts and sessions in SQL."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, or_, select, update

from adapters.sql.database import Database
from adapters.sql.lookup import is_text, only
from adapters.sql.purging import deletion, purge
from adapters.sql.tables import sessions, users
from adapters.sql.transaction import Transaction
from streamcore.identity.events import RoleChanged
from streamcore.identity.models import REFRESH_LIFETIME, Session, User
from streamcore.shared.access import Actor, Role
from streamcore.shared.errors import NotFound, StaleVersion
from streamcore.shared.events import Event
from streamcore.shared.ids import SessionId, UserId, is_id

_USER = select(users).where(users.c.id == bindparam("id"))
_USER_BY_LOGIN = select(users).where(
    or_(users.c.email_key == bindparam("login"), users.c.username_key == bindparam("login"))
)
_ADD_USER = insert(users)
_SAVE_USER = update(users).where(users.c.id == bindparam("saved_id"), users.c.version == bindparam("saved_version"))
_ROLE = select(users.c.role).where(users.c.id == bindparam("id"))
_RAISE_ROLE = (
    update(users)
    .where(users.c.id == bindparam("saved_id"), users.c.role == Role.VIEWER.value)
    .values(role=Role.CREATOR.value, version=users.c.version + 1)
)

_SESSION = select(sessions).where(sessions.c.id == bindparam("id"))
_ADD_SESSION = insert(sessions)
_SAVE_SESSION = update(sessions).where(
    sessions.c.id == bindparam("saved_id"), sessions.c.version == bindparam("saved_version")
)
_ACTOR = (
    select(users.c.id, users.c.role, users.c.adult_content)
    .join(sessions, sessions.c.user_id == users.c.id)
    .where(
        sessions.c.id == bindparam("session_id"),
        users.c.id == bindparam("user_id"),
        sessions.c.revoked_at.is_(None),
        sessions.c.expires_at > bindparam("now"),
        users.c.banned_at.is_(None),
    )
)
_VIEWER = select(users.c.id, users.c.role, users.c.adult_content).where(
    users.c.id == bindparam("user_id"), users.c.banned_at.is_(None)
)
# A session that was revoked would have expired within a refresh lifetime, so the index on that bounds the search.
_PURGE_SESSIONS = deletion(
    sessions,
    sessions.c.expires_at < bindparam("expiring_before"),
    or_(sessions.c.expires_at < bindparam("before"), sessions.c.revoked_at < bindparam("before")),
)


def _user(row: Row[Any]) -> User:
    return User(
        id=row.id,
        email=row.email,
        username=row.username,
        password_hash=row.password_hash,
        display_name=row.display_name,
        role=Role(row.role),
        created_at=row.created_at,
        bio=row.bio,
        avatar_url=row.avatar_url,
        country=row.country,
        adult_content=row.adult_content,
        banned_at=row.banned_at,
        version=row.version,
    )


def _user_values(user: User, version: int) -> dict[str, Any]:
    return {
        "email": user.email,
        "email_key": user.email.lower(),
        "username": user.username,
        "username_key": user.username.lower(),
        "password_hash": user.password_hash,
        "display_name": user.display_name,
        "role": user.role.value,
        "bio": user.bio,
        "avatar_url": user.avatar_url,
        "country": user.country,
        "adult_content": user.adult_content,
        "banned_at": user.banned_at,
        "version": version,
    }


class SqlUsers:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, user: User) -> None:
        values = _user_values(user, user.version)
        await self._transaction.write(_ADD_USER, values | {"id": user.id, "created_at": user.created_at})

    async def get(self, user_id: UserId) -> User:
        return _user(await only(self._transaction.read, _USER, user_id))

    async def find_by_login(self, login: str) -> User | None:
        if not is_text(login):
            return None
        rows = await self._transaction.read(_USER_BY_LOGIN, {"login": login.lower()})
        return _user(rows[0]) if rows else None

    async def save(self, user: User) -> None:
        values = _user_values(user, user.version + 1)
        saved = await self._transaction.write(_SAVE_USER, values | {"saved_id": user.id, "saved_version": user.version})
        if saved.rowcount != 1:
            raise StaleVersion


class SqlAccounts:
    """``record`` is that of the unit of work."""

    def __init__(self, transaction: Transaction, record: Callable[[Event], None]) -> None:
        self._transaction = transaction
        self._record = record

    async def make_creator(self, user_id: UserId, at: datetime) -> None:
        if not is_id(user_id):
            raise NotFound
        raised = await self._transaction.write(_RAISE_ROLE, {"saved_id": user_id})
        if raised.rowcount == 1:
            self._record(RoleChanged(at=at, user_id=user_id, role=Role.CREATOR))
        else:
            await only(self._transaction.read, _ROLE, user_id)


def _session(row: Row[Any]) -> Session:
    return Session(
        id=row.id,
        user_id=row.user_id,
        refresh_hash=row.refresh_hash,
        previous_hash=row.previous_hash,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        version=row.version,
    )


def _session_values(session: Session, version: int) -> dict[str, Any]:
    return {
        "user_id": session.user_id,
        "refresh_hash": session.refresh_hash,
        "previous_hash": session.previous_hash,
        "created_at": session.created_at,
        "expires_at": session.expires_at,
        "revoked_at": session.revoked_at,
        "version": version,
    }


class SqlSessions:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, session: Session) -> None:
        await self._transaction.write(_ADD_SESSION, _session_values(session, session.version) | {"id": session.id})

    async def get(self, session_id: SessionId) -> Session:
        return _session(await only(self._transaction.read, _SESSION, session_id))

    async def save(self, session: Session) -> None:
        values = _session_values(session, session.version + 1)
        saved = await self._transaction.write(
            _SAVE_SESSION, values | {"saved_id": session.id, "saved_version": session.version}
        )
        if saved.rowcount != 1:
            raise StaleVersion


class SqlActorReader:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def actor_of(self, user_id: UserId, session_id: SessionId, now: datetime) -> Actor | None:
        if not (is_id(user_id) and is_id(session_id)):
            return None
        return _actor(await self._database.fetch(_ACTOR, {"user_id": user_id, "session_id": session_id, "now": now}))

    async def viewer(self, user_id: UserId) -> Actor | None:
        return _actor(await self._database.fetch(_VIEWER, {"user_id": user_id})) if is_id(user_id) else None


def _actor(rows: Sequence[Row[Any]]) -> Actor | None:
    return Actor(rows[0].id, Role(rows[0].role), adult_content=rows[0].adult_content) if rows else None


class SqlSessionCare:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def purge(self, *, before: datetime) -> int:
        values = {"before": before, "expiring_before": before + REFRESH_LIFETIME}
        return await purge(self._database, _PURGE_SESSIONS, values)
