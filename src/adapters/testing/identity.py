"""The suite for users and sessions, and for the question who somebody is now."""

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.testing.interleaving import Work, attempt
from adapters.testing.samples import add_user, new_session, new_user
from adapters.testing.stack import Stack
from streamcore.identity.models import Session, User
from streamcore.shared.access import Actor, Role
from streamcore.shared.errors import Conflict, NotFound, StaleVersion
from streamcore.shared.ids import SessionId, UserId

MINUTE = timedelta(minutes=1)


async def find(stack: Stack, login: str) -> User | None:
    async with stack.begin() as uow:
        return await uow.users.find_by_login(login)


async def add_session(stack: Stack, user: User, **changes: object) -> Session:
    session = new_session(stack, user, **changes)
    async with stack.begin() as uow:
        await uow.sessions.add(session)
    return session


async def actor_of(stack: Stack, user: User, session: Session) -> Actor | None:
    return await stack.actor_reader.actor_of(user.id, session.id, stack.clock.now())


def _saving(user: User) -> Work:
    return lambda uow: uow.users.save(user)


class IdentityContract:
    """For every adapter of `Users`, `Sessions`, `ActorReader` and `SessionCare`."""

    async def test_every_field_of_a_user_comes_back(self, stack: Stack) -> None:
        instant = stack.clock.now().replace(microsecond=123456)
        full = new_user(
            stack,
            email="ü" * 64 + "@" + "x" * 60 + ".example.com",
            username="N" + "a" * 49,
            password_hash="$argon2id$v=19$m=65536,t=3,p=4$" + "h" * 200,
            display_name="名前 🎬 '\"\\%_" + "d" * 80,
            role=Role.ADMIN,
            created_at=instant,
            bio="line\nline\t" + "é" * 4000,
            avatar_url="https://cdn.example.com/" + "a" * 400,
            country="DE",
            adult_content=True,
            banned_at=instant + MINUTE,
        )
        for user in (full, new_user(stack)):
            async with stack.begin() as uow:
                await uow.users.add(user)
            async with stack.begin() as uow:
                assert await uow.users.get(user.id) == user

    async def test_every_field_of_a_user_can_change(self, stack: Stack) -> None:
        user = await add_user(stack)
        instant = stack.clock.now().replace(microsecond=1)
        changed = replace(
            user,
            email=f"new-{user.email}",
            username=f"New{user.username}",
            password_hash="other",
            display_name="Other",
            role=Role.MODERATOR,
            bio="bio",
            avatar_url="https://a.example.com/a",
            country="FR",
            adult_content=True,
            banned_at=instant,
        )
        async with stack.begin() as uow:
            await uow.users.save(changed)
        async with stack.begin() as uow:
            assert await uow.users.get(user.id) == replace(changed, version=1)
            await uow.users.save(replace(user, version=1))
        async with stack.begin() as uow:
            assert await uow.users.get(user.id) == replace(user, version=2)

    async def test_unknown_users_and_sessions_are_not_found(self, stack: Stack) -> None:
        for id in (stack.ids.new(), "no id at all"):
            with pytest.raises(NotFound):
                async with stack.begin() as uow:
                    await uow.users.get(UserId(id))
            with pytest.raises(NotFound):
                async with stack.begin() as uow:
                    await uow.sessions.get(SessionId(id))

    async def test_email_and_username_are_unique_regardless_of_case(self, stack: Stack) -> None:
        user = await add_user(stack, email="äda@example.com", username="Ada.Lovelace")
        for changes, type in (
            ({"email": user.email}, "email_taken"),
            ({"username": "ada.LOVELACE"}, "username_taken"),
            ({"username": user.username}, "username_taken"),
        ):
            with pytest.raises(Conflict) as caught:
                await add_user(stack, **changes)
            assert [detail.type for detail in caught.value.details] == [type]

    async def test_a_save_respects_uniqueness_too(self, stack: Stack) -> None:
        one, two = await add_user(stack), await add_user(stack)
        error = await attempt(stack, lambda uow: uow.users.save(replace(two, username=one.username.upper())))
        assert isinstance(error, Conflict)
        assert [detail.type for detail in error.details] == ["username_taken"]

    async def test_a_word_that_was_given_up_is_free(self, stack: Stack) -> None:
        one = await add_user(stack)
        async with stack.begin() as uow:
            await uow.users.save(replace(one, username=f"x{one.username}", email=f"x{one.email}"))
        two = await add_user(stack, username=one.username, email=one.email)
        assert await find(stack, one.username) == two

    async def test_a_user_may_change_the_case_of_the_own_name(self, stack: Stack) -> None:
        user = await add_user(stack)
        async with stack.begin() as uow:
            await uow.users.save(replace(user, username=user.username.upper()))
        found = await find(stack, user.username)
        assert found is not None
        assert found.username == user.username.upper()

    async def test_a_login_is_found_regardless_of_case(self, stack: Stack) -> None:
        user = await add_user(stack, email="äpfel_1@example.com", username="Apfel_1")
        for login in ("äpfel_1@example.com", "ÄPFEL_1@Example.COM", "Apfel_1", "aPFEL_1"):
            assert await find(stack, login) == user

    async def test_odd_logins_find_nobody(self, stack: Stack) -> None:
        await add_user(stack, email="apfel_1@example.com", username="Apfel_1")
        for login in (
            "",
            "apfel",
            "%",
            "apfel%1",
            "apfelx1",
            "apfel_1@example",
            " apfel_1",
            "a\x00b",
            "'--",
            "x" * 5000,
        ):
            assert await find(stack, login) is None, login

    async def test_a_stale_user_is_not_saved(self, stack: Stack) -> None:
        user = await add_user(stack)
        async with stack.begin() as uow:
            await uow.users.save(replace(user, bio="first"))
        for version in (0, 2, 99):
            error = await attempt(stack, _saving(replace(user, bio="second", version=version)))
            assert isinstance(error, StaleVersion)
        error = await attempt(stack, lambda uow: uow.users.save(new_user(stack)))
        assert isinstance(error, StaleVersion), "what is not stored has no version"

    async def test_sessions_come_back_and_rotate(self, stack: Stack) -> None:
        user = await add_user(stack)
        instant = stack.clock.now().replace(microsecond=999999)
        full = await add_session(stack, user, previous_hash="b" * 64, created_at=instant, revoked_at=instant + MINUTE)
        session = await add_session(stack, user)
        rotated = session.rotate("c" * 64, instant).revoke(instant)
        async with stack.begin() as uow:
            assert await uow.sessions.get(full.id) == full
            assert await uow.sessions.get(session.id) == session
            await uow.sessions.save(rotated)
        async with stack.begin() as uow:
            assert await uow.sessions.get(session.id) == replace(rotated, version=1)
        assert isinstance(await attempt(stack, lambda uow: uow.sessions.save(rotated)), StaleVersion)

    async def test_an_actor_has_the_role_that_is_stored_now(self, stack: Stack) -> None:
        user = await add_user(stack)
        session = await add_session(stack, user)
        assert await actor_of(stack, user, session) == Actor(user.id, Role.VIEWER)
        async with stack.begin() as uow:
            await uow.users.save(replace(user, role=Role.MODERATOR, adult_content=True))
        assert await actor_of(stack, user, session) == Actor(user.id, Role.MODERATOR, adult_content=True)

    async def test_nobody_acts_in_a_session_that_is_over(self, stack: Stack) -> None:
        user, other = await add_user(stack), await add_user(stack)
        session = await add_session(stack, user, expires_at=stack.clock.now() + MINUTE)
        revoked = await add_session(stack, user, revoked_at=stack.clock.now())
        assert await actor_of(stack, user, session) is not None
        assert await actor_of(stack, user, revoked) is None
        assert await actor_of(stack, other, session) is None
        assert await actor_of(stack, user, new_session(stack, user)) is None
        assert await actor_of(stack, user, replace(session, id=SessionId("no id at all"))) is None
        stack.clock.advance(MINUTE)
        assert await actor_of(stack, user, session) is None

    async def test_a_viewer_is_as_stored_now_without_a_session(self, stack: Stack) -> None:
        user, banned = await add_user(stack), await add_user(stack, banned_at=stack.clock.now())
        assert await stack.actor_reader.viewer(user.id) == Actor(user.id, Role.VIEWER)
        async with stack.begin() as uow:
            await uow.users.save(replace(user, role=Role.MODERATOR, adult_content=True))
        assert await stack.actor_reader.viewer(user.id) == Actor(user.id, Role.MODERATOR, adult_content=True)
        for nobody in (banned.id, new_user(stack).id, UserId("no id at all")):
            assert await stack.actor_reader.viewer(nobody) is None

    async def test_nobody_acts_when_banned(self, stack: Stack) -> None:
        user = await add_user(stack)
        session = await add_session(stack, user)
        async with stack.begin() as uow:
            await uow.users.save(replace(user, banned_at=stack.clock.now()))
        assert await actor_of(stack, user, session) is None

    async def test_sessions_that_ended_long_ago_are_purged(self, stack: Stack) -> None:
        user, start = await add_user(stack), stack.clock.now()
        before = start + 2 * MINUTE
        expired = await add_session(stack, user, expires_at=before - MINUTE)
        revoked = await add_session(stack, user, revoked_at=before - MINUTE)
        kept = [
            await add_session(stack, user),
            await add_session(stack, user, expires_at=before),
            await add_session(stack, user, revoked_at=before),
            await add_session(stack, user, revoked_at=before + MINUTE, expires_at=before + 2 * MINUTE),
        ]
        stack.clock.advance(9 * MINUTE)
        assert await stack.session_care.purge(before=before) == 2
        assert await stack.session_care.purge(before=before) == 0
        for session in (expired, revoked):
            with pytest.raises(NotFound):
                async with stack.begin() as uow:
                    await uow.sessions.get(session.id)
        async with stack.begin() as uow:
            assert [await uow.sessions.get(session.id) for session in kept] == kept
