"""Users, sessions and channels that are kept wrongly in one way each; their suites must notice every one."""

from dataclasses import replace
from datetime import datetime, timedelta

from adapters.memory.channels import MemoryAccounts, MemoryChannelQueries
from adapters.memory.database import MemoryDatabase
from adapters.memory.identity import MemoryActorReader, MemorySessionCare, MemorySessions, MemoryUsers
from adapters.memory.transactions import Transaction
from adapters.memory.unit_of_work import MemoryUnitOfWork
from adapters.testing.memory_stack import Parts
from streamcore.channels.models import ChannelView
from streamcore.identity.models import Session, User
from streamcore.shared.access import ANONYMOUS, Actor, Role
from streamcore.shared.errors import Conflict, NotFound
from streamcore.shared.ids import SessionId, UserId


class CaseMatters(MemoryDatabase):
    """In names, addresses and handles."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]  # handed through as they come
        users, channels = self.tables.users, self.tables.channels
        users.unique = {
            "email_taken": replace(users.unique["email_taken"], word=lambda user: user.email),
            "username_taken": replace(users.unique["username_taken"], word=lambda user: user.username),
        }
        channels.unique = {
            **channels.unique,
            "handle_taken": replace(channels.unique["handle_taken"], word=lambda channel: channel.handle),
        }


class ConstraintsAreMixedUp(MemoryDatabase):
    """The right refusal with the wrong reason."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]  # handed through as they come
        users, channels = self.tables.users.unique, self.tables.channels.unique
        self.tables.users.unique = {
            "email_taken": users["username_taken"],
            "username_taken": users["email_taken"],
        }
        self.tables.channels.unique = {
            "handle_taken": channels["channel_exists"],
            "channel_exists": channels["handle_taken"],
        }


class SecondChannels(MemoryDatabase):
    """An owner may have several."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]  # handed through as they come
        channels = self.tables.channels
        rule = replace(channels.unique["channel_exists"], word=lambda channel: channel.id)
        channels.unique = {**channels.unique, "channel_exists": rule}


class _LossyUsers(MemoryUsers):
    async def save(self, user: User) -> None:
        stored = await self.get(user.id)
        await super().save(replace(user, adult_content=stored.adult_content))


class FieldNotSaved(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.users = _LossyUsers(db, transaction)


class _RoundingUsers(MemoryUsers):
    async def add(self, user: User) -> None:
        await super().add(replace(user, created_at=user.created_at.replace(microsecond=0)))


class MicrosecondsLost(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.users = _RoundingUsers(db, transaction)


class _UpsertingUsers(MemoryUsers):
    async def save(self, user: User) -> None:
        try:
            await self.get(user.id)
        except NotFound:
            await self.add(user)
        else:
            await super().save(user)


class SaveInserts(MemoryUnitOfWork):
    """What is not there is written instead of being stale."""

    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.users = _UpsertingUsers(db, transaction)


class _PatternUsers(MemoryUsers):
    async def find_by_login(self, login: str) -> User | None:
        """Like SQL's LIKE, whose underscore stands for any letter."""
        pattern = login.lower()
        for _, user in self._transaction.scan(self._db.tables.users):
            if any(_like(word.lower(), pattern) for word in (user.email, user.username)):
                return user
        return None


def _like(word: str, pattern: str) -> bool:
    if pattern == "%":
        return True
    return len(word) == len(pattern) and all(p in (w, "_") for w, p in zip(word, pattern, strict=True))


class LoginsArePatterns(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.users = _PatternUsers(db, transaction)


class _BlindSessions(MemorySessions):
    async def save(self, session: Session) -> None:
        stored = self._transaction.get(self._db.tables.sessions, session.id)
        await super().save(replace(session, version=stored.version if stored else 0))


class SessionsWithoutVersion(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.sessions = _BlindSessions(db, transaction)


class TheBannedAct(MemoryActorReader):
    async def actor_of(self, user_id: UserId, session_id: SessionId, now: datetime) -> Actor | None:
        session = self._db.tables.sessions.rows.get(session_id)
        user = self._db.tables.users.rows.get(user_id)
        alive = session is not None and session.user_id == user_id and session.alive(now)
        return user.actor() if user and alive else None


class TheRevokedAct(MemoryActorReader):
    async def actor_of(self, user_id: UserId, session_id: SessionId, now: datetime) -> Actor | None:
        session = self._db.tables.sessions.rows.get(session_id)
        if session is not None and session.user_id == user_id and now < session.expires_at:
            return self._db.tables.users.rows[user_id].actor()
        return None


class TheExpiredAct(MemoryActorReader):
    async def actor_of(self, user_id: UserId, session_id: SessionId, now: datetime) -> Actor | None:
        session = self._db.tables.sessions.rows.get(session_id)
        return await super().actor_of(user_id, session_id, session.created_at if session else now)


class StrangersAct(MemoryActorReader):
    """In a session that belongs to somebody else."""

    async def actor_of(self, user_id: UserId, session_id: SessionId, now: datetime) -> Actor | None:
        session = self._db.tables.sessions.rows.get(session_id)
        if session is None or await super().actor_of(session.user_id, session_id, now) is None:
            return None
        return self._db.tables.users.rows[user_id].actor()


class RolesAreRemembered(MemoryActorReader):
    """From the first question on."""

    def __init__(self, db: MemoryDatabase) -> None:
        super().__init__(db)
        self._remembered: dict[SessionId, Actor | None] = {}

    async def actor_of(self, user_id: UserId, session_id: SessionId, now: datetime) -> Actor | None:
        if session_id not in self._remembered:
            self._remembered[session_id] = await super().actor_of(user_id, session_id, now)
        return self._remembered[session_id]


class TheBannedWatch(MemoryActorReader):
    async def viewer(self, user_id: UserId) -> Actor | None:
        user = self._db.tables.users.rows.get(user_id)
        return user.actor() if user else None


class ViewersAreAllGrownUp(MemoryActorReader):
    async def viewer(self, user_id: UserId) -> Actor | None:
        actor = await super().viewer(user_id)
        return replace(actor, adult_content=True) if actor else None


class PurgesTheExpiredOnly(MemorySessionCare):
    async def purge(self, *, before: datetime) -> int:
        sessions = self._db.tables.sessions
        over = [session.id for session in sessions.rows.values() if session.expires_at < before]
        sessions.apply(dict.fromkeys(over))
        return len(over)


class PurgesTheRevokedOnly(MemorySessionCare):
    async def purge(self, *, before: datetime) -> int:
        sessions = self._db.tables.sessions
        over = [session.id for session in sessions.rows.values() if session.revoked_at and session.revoked_at < before]
        sessions.apply(dict.fromkeys(over))
        return len(over)


class PurgesWhatHasJustEnded(MemorySessionCare):
    async def purge(self, *, before: datetime) -> int:
        return await super().purge(before=before + timedelta(microseconds=1))


class _HarshAccounts(MemoryAccounts):
    async def make_creator(self, user_id: UserId, at: datetime) -> None:
        user = await self._transaction.lock(self._db.tables.users, user_id)
        if user is None:
            raise NotFound
        raised, events = user.with_role(Role.CREATOR, at)
        await self._transaction.put(self._db.tables.users, user_id, raised)
        self._record(*events)


class ModeratorsBecomeCreators(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.accounts = _HarshAccounts(db, transaction, self.record)


class CreatorsAreNotTold(MemoryUnitOfWork):
    def __init__(self, db: MemoryDatabase, transaction: Transaction) -> None:
        super().__init__(db, transaction)
        self.accounts = MemoryAccounts(db, transaction, lambda *events: None)


class ChannelsOfTheBannedAreShown(MemoryChannelQueries):
    async def view(self, handle_or_id: str, actor: Actor) -> ChannelView:
        return await super().view(handle_or_id, Actor(actor.user_id, Role.ADMIN))


class NobodyFollows(MemoryChannelQueries):
    async def view(self, handle_or_id: str, actor: Actor) -> ChannelView:
        return replace(await super().view(handle_or_id, actor), is_following=False)


class HandlesOnly(MemoryChannelQueries):
    async def view(self, handle_or_id: str, actor: Actor) -> ChannelView:
        return self._show(self._db.tables.channels.owner(("handle_taken", handle_or_id.lower())), actor)


class CountsAreFoldedOnly(MemoryChannelQueries):
    async def view(self, handle_or_id: str, actor: Actor) -> ChannelView:
        view = await super().view(handle_or_id, actor)
        return replace(view, shorts_count=0) if self._db.tables.deltas.rows else view


class OwnersHideTheirChannel(MemoryChannelQueries):
    async def view_of_owner(self, owner_id: UserId, actor: Actor) -> ChannelView:
        if actor == ANONYMOUS:
            raise Conflict
        return await super().view_of_owner(owner_id, actor)


IDENTITY_FAULTS = [
    Parts(database=CaseMatters),
    Parts(database=ConstraintsAreMixedUp),
    *(
        Parts(unit_of_work=uow)
        for uow in (FieldNotSaved, MicrosecondsLost, SaveInserts, LoginsArePatterns, SessionsWithoutVersion)
    ),
    *(
        Parts(actor_reader=reader)
        for reader in (
            TheBannedAct,
            TheRevokedAct,
            TheExpiredAct,
            StrangersAct,
            RolesAreRemembered,
            TheBannedWatch,
            ViewersAreAllGrownUp,
        )
    ),
    *(Parts(session_care=care) for care in (PurgesTheExpiredOnly, PurgesTheRevokedOnly, PurgesWhatHasJustEnded)),
]

CHANNEL_FAULTS = [
    Parts(database=CaseMatters),
    Parts(database=ConstraintsAreMixedUp),
    Parts(database=SecondChannels),
    Parts(unit_of_work=ModeratorsBecomeCreators),
    Parts(unit_of_work=CreatorsAreNotTold),
    *(
        Parts(channel_queries=queries)
        for queries in (
            ChannelsOfTheBannedAreShown,
            NobodyFollows,
            HandlesOnly,
            CountsAreFoldedOnly,
            OwnersHideTheirChannel,
        )
    ),
]
