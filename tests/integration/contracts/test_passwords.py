"""Argon2 for real: it takes memory and time, so it is no unit test."""

import asyncio
import inspect
import statistics
import time
from collections.abc import Iterator

import argon2
import argon2.exceptions
import pytest

from adapters.security.passwords import Argon2PasswordHasher
from adapters.testing.security import PasswordHasherContract
from streamcore.identity.ports import PasswordHasher


class TestArgon2PasswordHasher(PasswordHasherContract):
    @pytest.fixture
    def hasher(self) -> Iterator[PasswordHasher]:
        hasher = Argon2PasswordHasher()
        yield hasher
        hasher.close()


@pytest.fixture
def argon() -> Iterator[Argon2PasswordHasher]:
    hasher = Argon2PasswordHasher()
    yield hasher
    hasher.close()


async def test_the_parameters_are_those_of_owasp(argon: Argon2PasswordHasher) -> None:
    parameters = argon2.extract_parameters(await argon.hash("password"))
    assert (parameters.type, parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (
        argon2.Type.ID,
        19456,
        2,
        1,
    )
    assert parameters.salt_len >= 16
    assert parameters.hash_len >= 32


async def test_weaker_hashes_are_outdated_and_still_good(argon: Argon2PasswordHasher) -> None:
    weak = argon2.PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("password")
    assert argon.outdated(weak)
    assert await argon.verify("password", weak)


async def test_the_loop_goes_on_while_passwords_are_hashed(argon: Argon2PasswordHasher) -> None:
    hashing = asyncio.gather(*(argon.hash(f"password {n}") for n in range(8)))
    turns = 0
    while not hashing.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 100


async def test_wasted_time_is_as_long_as_a_real_check(argon: Argon2PasswordHasher) -> None:
    made = await argon.hash("password")

    async def cost(waste: bool) -> float:
        began = time.perf_counter()
        await (argon.waste("password") if waste else argon.verify("wrong", made))
        return time.perf_counter() - began

    pairs = [(await cost(True), await cost(False)) for _ in range(9)]
    wasted, real = (statistics.median(times) for times in zip(*pairs, strict=True))
    assert 0.5 < wasted / real < 2


async def test_a_cancelled_check_leaves_the_threads_usable(argon: Argon2PasswordHasher) -> None:
    calls = [asyncio.create_task(argon.hash("password")) for _ in range(6)]
    await asyncio.sleep(0)
    for call in calls:
        call.cancel()
    await asyncio.wait(calls)
    assert await argon.verify("password", await argon.hash("password"))


def test_what_is_caught_is_all_that_argon2_raises() -> None:
    """`verify` answers False to these two roots; HashingError and the like are Argon2Errors."""
    classes = [each for _, each in inspect.getmembers(argon2.exceptions, inspect.isclass)]
    own = [each for each in classes if issubclass(each, Exception) and each.__module__ == "argon2.exceptions"]
    roots = (argon2.exceptions.Argon2Error, argon2.exceptions.InvalidHashError)
    unrelated = {"UnsupportedParametersError"}  # of a platform without threads, when a hasher is made
    assert all(issubclass(each, roots) for each in own if each.__name__ not in unrelated)
