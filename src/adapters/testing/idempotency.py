"""The suite for idempotency keys: one effect and one answer for each key."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.testing.interleaving import PATIENCE, RolledBack, Work, overlap
from adapters.testing.samples import add_user, new_user
from adapters.testing.stack import Stack
from adapters.testing.unit_of_work import stored
from streamcore.shared.errors import Conflict
from streamcore.shared.idempotency import KEPT_FOR, Answer, Effect, IdempotencyKey

MINUTE = timedelta(minutes=1)
ANSWER = Answer(201, "application/json; charset=utf-8", b'{"success": true}')


def new_key(stack: Stack, fingerprint: str | None = "f" * 64) -> IdempotencyKey:
    return IdempotencyKey(f"{stack.ids.new()} POST /api/v1/videos", "a key: ü %_'\"", fingerprint)


async def effect_of(stack: Stack, key: IdempotencyKey) -> Effect | None:
    async with stack.begin() as uow:
        return await uow.idempotency.find(key)


async def add(stack: Stack, key: IdempotencyKey, resource_id: str) -> None:
    async with stack.begin() as uow:
        await uow.idempotency.add(key, resource_id)


def _adding(key: IdempotencyKey, resource_id: str) -> Work:
    return lambda uow: uow.idempotency.add(key, resource_id)


class IdempotencyContract:
    """For every adapter of `IdempotencyEffects` and `IdempotencyAnswers`."""

    async def test_an_effect_is_found_again(self, stack: Stack) -> None:
        key, resource = new_key(stack), stack.ids.new()
        assert await effect_of(stack, key) is None
        await add(stack, key, resource)
        made = Effect(key, resource, stack.clock.now())
        assert await effect_of(stack, key) == made
        assert await effect_of(stack, replace(key, fingerprint=None)) == made
        assert await effect_of(stack, replace(key, key="another")) is None
        assert await effect_of(stack, replace(key, scope="another")) is None

    async def test_an_effect_lives_and_dies_with_its_unit_of_work(self, stack: Stack) -> None:
        key, user = new_key(stack), new_user(stack)
        with pytest.raises(RolledBack):
            async with stack.begin() as uow:
                await uow.users.add(user)
                await uow.idempotency.add(key, user.id)
                found = await uow.idempotency.find(key)
                assert found is not None
                assert found.resource_id == user.id
                raise RolledBack
        assert await effect_of(stack, key) is None
        assert await stored(stack, user.id) is None
        await add(stack, key, user.id)

    async def test_another_body_under_the_key_is_refused(self, stack: Stack) -> None:
        key = new_key(stack)
        await add(stack, key, stack.ids.new())
        with pytest.raises(Conflict) as caught:
            await effect_of(stack, replace(key, fingerprint="e" * 64))
        assert [detail.type for detail in caught.value.details] == ["idempotency_key_reused"]

    async def test_a_body_that_was_unknown_matches_any(self, stack: Stack) -> None:
        key = new_key(stack, None)
        await add(stack, key, "r")
        found = await effect_of(stack, replace(key, fingerprint="e" * 64))
        assert found is not None
        assert found.resource_id == "r"

    async def test_a_key_has_one_effect(self, stack: Stack) -> None:
        key, user = new_key(stack), await add_user(stack)
        await add(stack, key, "first")
        with pytest.raises(Conflict):
            async with stack.begin() as uow:
                await uow.users.save(replace(user, bio="second"))
                await uow.idempotency.add(key, "second")
        assert await stored(stack, user.id) == user
        found = await effect_of(stack, key)
        assert found is not None
        assert found.resource_id == "first"
        with pytest.raises(Conflict):
            async with stack.begin() as uow:
                own = new_key(stack)
                await uow.idempotency.add(own, "one")
                await uow.idempotency.add(own, "two")

    async def test_the_same_key_at_the_same_time_has_one_effect(self, stack: Stack) -> None:
        for commit in (True, False):
            key = new_key(stack)

            outcome = await overlap(stack, _adding(key, "first"), _adding(key, "second"), commit=commit)
            assert outcome.waited
            assert isinstance(outcome.error, Conflict) is commit
            found = await effect_of(stack, key)
            assert found is not None
            assert found.resource_id == ("first" if commit else "second")

    async def test_an_effect_is_forgotten_after_a_day(self, stack: Stack) -> None:
        key = new_key(stack)
        await add(stack, key, "old")
        stack.clock.advance(KEPT_FOR - MINUTE)
        assert await effect_of(stack, key) is not None
        stack.clock.advance(2 * MINUTE)
        assert await effect_of(stack, replace(key, fingerprint="e" * 64)) is None
        await add(stack, replace(key, fingerprint="e" * 64), "new")
        found = await effect_of(stack, replace(key, fingerprint="e" * 64))
        assert found is not None
        assert (found.resource_id, found.made_at) == ("new", stack.clock.now())

    async def test_an_answer_is_given_again(self, stack: Stack) -> None:
        key = new_key(stack)
        answer = replace(ANSWER, body=bytes(range(256)) * 1000)
        assert await stack.idempotency_answers.find(key) is None
        await stack.idempotency_answers.keep(key, answer, now=stack.clock.now())
        assert await stack.idempotency_answers.find(key) == answer
        assert await stack.idempotency_answers.find(replace(key, fingerprint=None)) == answer
        with pytest.raises(Conflict):
            await stack.idempotency_answers.find(replace(key, fingerprint="e" * 64))
        assert await effect_of(stack, key) is None

    async def test_the_first_answer_wins(self, stack: Stack) -> None:
        key = new_key(stack)
        await stack.idempotency_answers.keep(key, ANSWER, now=stack.clock.now())
        await stack.idempotency_answers.keep(key, replace(ANSWER, status=500), now=stack.clock.now())
        assert await stack.idempotency_answers.find(key) == ANSWER

    async def test_racing_answers_keep_one(self, stack: Stack) -> None:
        key = new_key(stack)

        async def keep_and_find(status: int) -> Answer | None:
            await stack.idempotency_answers.keep(key, replace(ANSWER, status=status), now=stack.clock.now())
            return await stack.idempotency_answers.find(key)

        async with asyncio.timeout(PATIENCE):
            answers = await asyncio.gather(*(keep_and_find(200 + n) for n in range(10)))
        assert len(set(answers)) == 1
        assert answers[0] is not None

    async def test_an_answer_is_forgotten_after_a_day(self, stack: Stack) -> None:
        key = new_key(stack)
        await stack.idempotency_answers.keep(key, ANSWER, now=stack.clock.now())
        now = stack.clock.advance(KEPT_FOR + MINUTE)
        assert await stack.idempotency_answers.find(key) is None
        newer = replace(ANSWER, status=200)
        await stack.idempotency_answers.keep(key, newer, now=now)
        assert await stack.idempotency_answers.find(key) == newer

    async def test_purging_takes_old_answers_and_effects(self, stack: Stack) -> None:
        old, young = new_key(stack), new_key(stack)
        await add(stack, old, "old")
        await stack.idempotency_answers.keep(old, ANSWER, now=stack.clock.now())
        between = stack.clock.advance(MINUTE)
        now = stack.clock.advance(MINUTE)
        await add(stack, young, "young")
        await stack.idempotency_answers.keep(young, ANSWER, now=now)
        assert await stack.idempotency_answers.purge(before=between) == 2
        assert await stack.idempotency_answers.purge(before=between) == 0
        assert await stack.idempotency_answers.find(old) is None
        assert await effect_of(stack, old) is None
        assert await stack.idempotency_answers.find(young) == ANSWER
        assert await effect_of(stack, young) is not None
