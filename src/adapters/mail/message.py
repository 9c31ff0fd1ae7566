"""A mail as the message that goes over the wire (RFC 5322)."""

import hashlib
import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import localtime

from streamcore.shared.errors import Invalid
from streamcore.shared.mail import Mail, check_mail

_PLAIN_ID = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")


def sender_of(sender: str) -> Address:
    """The address in ``Name <address>`` or ``address``; ValueError if it is none."""
    name, _, rest = sender.rpartition("<")
    addr_spec = rest.removesuffix(">").strip() if name or rest.endswith(">") else sender.strip()
    address = Address(display_name=name.strip().strip('"'), addr_spec=addr_spec)
    if not address.domain:
        raise ValueError("The sender needs an address with a domain.")
    return address


def message_id(mail: Mail, domain: str) -> str:
    """``<mail.id@domain>``; an id that does not fit there is replaced by its SHA-256."""
    fits = len(mail.id) <= 128 and _PLAIN_ID.fullmatch(mail.id)
    left = mail.id if fits else hashlib.sha256(mail.id.encode("utf-8", "surrogatepass")).hexdigest()
    return f"<{left}@{domain}>"


def compose(mail: Mail, sender: Address) -> EmailMessage:
    """The message, in seven bits but for an address that needs more; `Invalid` for what can be in no header."""
    check_mail(mail)
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = sender
        local, _, domain = mail.to.partition("@")
        message["To"] = Address(username=local, domain=domain)
        message["Subject"] = mail.subject.replace("=?", "=\u200b?")  # else read as an encoded word (RFC 2047)
    except (ValueError, IndexError) as error:  # IndexError: the parser's answer to some malformed addresses
        raise Invalid.field("to", "This is no e-mail address.", "email") from error
    message["Date"] = localtime()
    message["Message-ID"] = message_id(mail, sender.domain)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no vacation notes, please
    message.set_content(mail.text, cte="quoted-printable")
    if mail.html is not None:
        message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    return message
