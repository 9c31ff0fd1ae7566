import pytest

from adapters.memory.mail import MemoryMailer
from adapters.testing.faulty_mail import FAULTY_MAILERS
from adapters.testing.mail import MailerContract
from tests.unit.contracts.on_memory import post_of


async def first_failure(mailer_class: type[MemoryMailer]) -> str | None:
    """The name of a test of the contract that such a mailer does not pass; None if it passes all."""
    contract = MailerContract()
    for name in [name for name in dir(contract) if name.startswith("test_")]:
        try:
            await getattr(contract, name)(post_of(mailer_class()))
        except (Exception, pytest.fail.Exception):
            return name
    return None


async def test_the_contract_passes_a_sound_mailer() -> None:
    assert await first_failure(MemoryMailer) is None


@pytest.mark.parametrize("faulty", FAULTY_MAILERS)
async def test_the_contract_fails_on(faulty: type[MemoryMailer]) -> None:
    assert await first_failure(faulty) is not None
