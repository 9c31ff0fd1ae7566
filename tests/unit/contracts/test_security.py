import inspect
import time
from datetime import timedelta

import joserfc.errors
import pytest

from adapters.memory.security import LightAccessTokens, LightPasswordHasher
from adapters.security.tokens import JwtAccessTokens
from adapters.testing.security import (
    CLAIMS,
    NEW,
    NOW,
    AccessTokensContract,
    MakeTokens,
    PasswordHasherContract,
)
from streamcore.identity.ports import PasswordHasher
from streamcore.shared.errors import Unauthenticated
from tests.unit.contracts.on_memory import makes


class TestLightPasswordHasher(PasswordHasherContract):
    @pytest.fixture
    def hasher(self) -> PasswordHasher:
        return LightPasswordHasher()


class TestLightAccessTokens(AccessTokensContract):
    @pytest.fixture
    def make(self) -> MakeTokens:
        return makes(LightAccessTokens)


class TestJwtAccessTokens(AccessTokensContract):
    @pytest.fixture
    def make(self) -> MakeTokens:
        return makes(JwtAccessTokens)


async def test_weaker_hashes_are_outdated() -> None:
    assert LightPasswordHasher(n=4).outdated(await LightPasswordHasher(n=2).hash("password"))


def test_keys_are_long_enough_and_the_current_one_is_there() -> None:
    with pytest.raises(ValueError, match="bytes"):
        JwtAccessTokens({"new": b"short"}, "new", issuer="i", audience="a")
    with pytest.raises(ValueError, match="current"):
        JwtAccessTokens({"new": NEW}, "old", issuer="i", audience="a")


def test_both_makers_read_each_others_tokens() -> None:
    jwt, light = makes(JwtAccessTokens)({"new": NEW}, "new"), makes(LightAccessTokens)({"new": NEW}, "new")
    assert jwt.read(light.issue(CLAIMS, now=NOW), now=NOW) == CLAIMS
    assert light.read(jwt.issue(CLAIMS, now=NOW), now=NOW) == CLAIMS


def test_what_is_remembered_is_bounded_and_quick() -> None:
    tokens = JwtAccessTokens({"new": NEW}, "new", issuer="i", audience="a", remembered=3)
    made = [tokens.issue(CLAIMS, now=NOW - timedelta(seconds=n)) for n in range(5)]
    for token in made:
        tokens.read(token, now=NOW)
    assert len(tokens._good) == 3
    assert made[-1] not in str(tokens._good)
    times = []
    for _ in range(50):
        began = time.perf_counter()
        tokens.read(made[-1], now=NOW)
        times.append(time.perf_counter() - began)
    assert min(times) < 100e-6


def test_no_error_of_the_libraries_passes() -> None:
    """joserfc's errors have one root, which `read` translates, as it does with the ValueErrors of the parsers."""
    classes = [each for _, each in inspect.getmembers(joserfc.errors, inspect.isclass)]
    own = [each for each in classes if issubclass(each, Exception) and not issubclass(each, Warning)]
    assert own
    assert all(issubclass(each, joserfc.errors.JoseError) for each in own)
    tokens = makes(JwtAccessTokens)({"new": NEW}, "new")
    for garbage in ("e30.e30.", "W10.W10.W10", "eyJhbGciOiJIUzI1NiIsImtpZCI6Im5ldyJ9..AA"):
        with pytest.raises(Unauthenticated):
            tokens.read(garbage, now=NOW)
