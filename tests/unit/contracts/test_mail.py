import pytest

from adapters.memory.mail import MemoryMailer
from adapters.testing.mail import MailerContract, Post
from streamcore.shared.mail import Mailer
from tests.unit.contracts.on_memory import post_of


class TestMemoryMailer(MailerContract):
    @pytest.fixture
    def post(self) -> Post:
        return post_of(MemoryMailer())


def port_is_met(mailer: MemoryMailer) -> Mailer:
    return mailer
