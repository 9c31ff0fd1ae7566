import pytest

from adapters.memory.security import LightAccessTokens, LightPasswordHasher
from adapters.testing.faulty_security import FAULTY_HASHERS, FAULTY_TOKENS
from adapters.testing.security import AccessTokensContract, PasswordHasherContract
from tests.unit.contracts.on_memory import makes


async def first_failure_of_hasher(hasher_class: type[LightPasswordHasher]) -> str | None:
    contract = PasswordHasherContract()
    for name in [name for name in dir(contract) if name.startswith("test_")]:
        try:
            await getattr(contract, name)(hasher_class())
        except (Exception, pytest.fail.Exception):
            return name
    return None


def first_failure_of_tokens(tokens_class: type[LightAccessTokens]) -> str | None:
    contract = AccessTokensContract()
    for name in [name for name in dir(contract) if name.startswith("test_")]:
        try:
            getattr(contract, name)(makes(tokens_class))
        except (Exception, pytest.fail.Exception):
            return name
    return None


async def test_the_contracts_pass_what_is_sound() -> None:
    assert await first_failure_of_hasher(LightPasswordHasher) is None
    assert first_failure_of_tokens(LightAccessTokens) is None


@pytest.mark.parametrize("faulty", FAULTY_HASHERS)
async def test_the_contract_fails_on_hasher(faulty: type[LightPasswordHasher]) -> None:
    assert await first_failure_of_hasher(faulty) is not None


@pytest.mark.parametrize("faulty", FAULTY_TOKENS)
def test_the_contract_fails_on_tokens(faulty: type[LightAccessTokens]) -> None:
    assert first_failure_of_tokens(faulty) is not None
