"""Users and sessions in memory."""

from dataclasses import replace
from datetime import datetime

from adapters.memory.database import MemoryDatabase
from adapters.memory.transactions import Transaction
from streamcore.identity.models import Session, User
from streamcore.shared.access import Actor
from streamcore.shared.errors import NotFound, StaleVersion
from streamcore.shared.ids import SessionId, UserId


class MemoryUsers:
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        self._db = db
        self._transaction = transaction

    async def add(self, user: User) -> None:
        await self._db.step("users.add")
        await self._transaction.insert(self._db.tables.users, user.id, user)

    async def get(self, user_id: UserId) -> User:
        await self._db.step("users.get")
        user = self._transaction.get(self._db.tables.users, user_id)
        if user is None:
            raise NotFound
        return user

    async def find_by_login(self, login: str) -> User | None:
        await self._db.step("users.find_by_login")
        users, word = self._db.tables.users, login.lower()
        by_email = self._transaction.find(users, "email_taken", word)
        return by_email or self._transaction.find(users, "username_taken", word)

    async def save(self, user: User) -> None:
        await self._db.step("users.save")
        stored = await self._transaction.lock(self._db.tables.users, user.id)
        if stored is None or stored.version != user.version:
            raise StaleVersion
        await self._transaction.put(self._db.tables.users, user.id, replace(user, version=user.version + 1))


class MemorySessions:
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        self._db = db
        self._transaction = transaction

    async def add(self, session: Session) -> None:
        await self._db.step("sessions.add")
        await self._transaction.insert(self._db.tables.sessions, session.id, session)

    async def get(self, session_id: SessionId) -> Session:
        await self._db.step("sessions.get")
        session = self._transaction.get(self._db.tables.sessions, session_id)
        if session is None:
            raise NotFound
        return session

    async def save(self, session: Session) -> None:
        await self._db.step("sessions.save")
        sessions = self._db.tables.sessions
        stored = await self._transaction.lock(sessions, session.id)
        if stored is None or stored.version != session.version:
            raise StaleVersion
        await self._transaction.put(sessions, session.id, replace(session, version=session.version + 1))


class MemoryActorReader:
    def __init__(self, db: MemoryDatabase) -> None:
        self._db = db

    async def actor_of(self, user_id: UserId, session_id: SessionId, now: datetime) -> Actor | None:
        await self._db.step("actor_reader.actor_of")
        session = self._db.tables.sessions.rows.get(session_id)
        user = self._db.tables.users.rows.get(user_id)
        if session is None or user is None or session.user_id != user_id:
            return None
        return user.actor() if session.alive(now) and not user.banned else None

    async def viewer(self, user_id: UserId) -> Actor | None:
        await self._db.step("actor_reader.viewer")
        user = self._db.tables.users.rows.get(user_id)
        return None if user is None or user.banned else user.actor()


class MemorySessionCare:
    def __init__(self, db: MemoryDatabase) -> None:
        self._db = db

    async def purge(self, *, before: datetime) -> int:
        sessions = self._db.tables.sessions
        async with self._db.transaction("session_care.purge") as transaction:
            over = [session.id for session in sessions.rows.values() if _ended(session) < before]
            return sum([await transaction.delete(sessions, id) for id in over if transaction.try_lock(sessions, id)])


def _ended(session: Session) -> datetime:
    return min(session.expires_at, session.revoked_at or session.expires_at)
