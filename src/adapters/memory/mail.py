"""Mail that stays in this process."""

from streamcore.shared.mail import Mail, check_mail


class MemoryMailer:
    """Keeps every message in ``sent``, repeats included, in the order of sending."""

    def __init__(self) -> None:
        self.sent: list[Mail] = []

    async def send(self, mail: Mail) -> None:
        check_mail(mail)
        self.sent.append(mail)

    async def ping(self) -> None:
        return

    async def close(self) -> None:
        return
