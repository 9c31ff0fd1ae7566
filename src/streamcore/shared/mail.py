"""Mail: one message to one person, sent at least once."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Protocol

from streamcore.shared.errors import Invalid

MAX_ADDRESS = 254  # RFC 5321 allows 256 with its angle brackets

_ADDRESS = re.compile(r"[^@\s<>\"(),:;\[\]\\.]+(\.[^@\s<>\"(),:;\[\]\\.]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_UNFIT = {"Cc", "Cs", "Zl", "Zp"}  # control characters, lone surrogates, line and paragraph separators


@dataclass(frozen=True, slots=True)
class Mail:
    """``id`` is deterministic for what the mail is about; it becomes the Message-ID, so that a repeat is recognised."""

    id: str
    to: str
    subject: str
    text: str
    html: str | None = None


def check_mail(mail: Mail) -> None:
    """`Invalid` unless ``to`` is one address and the subject one line, so that no header can be smuggled in."""
    local = mail.to.partition("@")[0]
    if not _ADDRESS.fullmatch(mail.to) or _unfit(mail.to) or len(mail.to) > MAX_ADDRESS or len(local.encode()) > 64:
        raise Invalid.field("to", "This is no e-mail address.", "email")
    if _unfit(mail.subject):
        raise Invalid.field("subject", "A subject is one line of text.", "subject")
    if any(unicodedata.category(character) == "Cs" for character in mail.text + (mail.html or "")):
        raise Invalid.field("text", "The text is not Unicode.", "text")


def _unfit(text: str) -> bool:
    return any(unicodedata.category(character) in _UNFIT for character in text)


class Mailer(Protocol):
    async def send(self, mail: Mail) -> None:
        """Return when the next server has taken it. `Invalid` for an address or header that can never work,
        `Unavailable` for what may work later."""
        ...

    async def ping(self) -> None:
        """Return if mail can be handed over; `Unavailable` otherwise."""
        ...

    async def close(self) -> None: ...
