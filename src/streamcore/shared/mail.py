"""Mail: one message to one person, sent at least once."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Mail:
    """``id`` is deterministic for what the mail is about; it becomes the Message-ID, so that a repeat is recognised."""

    id: str
    to: str
    subject: str
    text: str
    html: str | None = None


class Mailer(Protocol):
    async def send(self, mail: Mail) -> None:
        """Return when the next server has taken it. `Invalid` for an address or header that can never work,
        `Unavailable` for what may work later."""
        ...

    async def ping(self) -> None:
        """Return if mail can be handed over; `Unavailable` otherwise."""
        ...

    async def close(self) -> None: ...
