from collections.abc import Sequence

import pytest

from adapters.memory.mail import MemoryMailer
from adapters.testing.faulty_mail import FAULTY_MAILERS
from adapters.testing.mail import MailerContract, Post, Received
from streamcore.shared.mail import Mailer


def post_of(mailer: MemoryMailer) -> Post:
    async def received() -> Sequence[Received]:
        return [Received(mail.id, (mail.to,), mail.subject, mail.text, mail.html) for mail in mailer.sent]

    return Post(mailer, received)


class TestMemoryMailer(MailerContract):
    @pytest.fixture
    def post(self) -> Post:
        return post_of(MemoryMailer())


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


def port_is_met(mailer: MemoryMailer) -> Mailer:
    return mailer
