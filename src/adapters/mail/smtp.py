"""Mail by SMTP (RFC 5321): one connection per message."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from email.headerregistry import Address
from urllib.parse import unquote, urlsplit

import aiosmtplib
import structlog

from adapters.mail.errors import ENGINE_ERRORS, translate
from adapters.mail.message import compose, sender_of
from streamcore.shared.errors import Invalid
from streamcore.shared.mail import Mail

log = structlog.get_logger()

_SCHEMES: dict[str, tuple[bool, bool | None, int]] = {
    "smtp": (False, None, 25),
    "smtp+starttls": (False, True, 587),
    "smtps": (True, False, 465),
}
"""Scheme → (TLS from the first byte, STARTTLS: None where the server offers it, port)."""


class SmtpMailer:
    """Sends as ``sender`` (``Name <address>``) through the server of ``url``.

    ``smtp://user:password@host:port`` upgrades to TLS where offered and never logs in without TLS, except on loopback;
    ``smtp+starttls://`` insists on the upgrade, ``smtps://`` speaks TLS from the start. ``timeout`` in seconds bounds
    the whole exchange. ``tls`` is for servers with a certificate of a private authority.
    """

    def __init__(self, url: str, sender: str, *, timeout: float = 20.0, tls: ssl.SSLContext | None = None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in _SCHEMES or not parts.hostname:
            raise ValueError("A mail URL is smtp://, smtp+starttls:// or smtps:// with a host.")
        self._use_tls, start_tls, port = _SCHEMES[parts.scheme]
        self._host, self._port = parts.hostname, parts.port or port
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password or "")
        local = self._host in {"localhost", "127.0.0.1", "::1"}
        self._start_tls = True if start_tls is None and self._user is not None and not local else start_tls
        self._sender: Address = sender_of(sender)
        self._timeout = timeout
        self._tls = tls or ssl.create_default_context()

    async def send(self, mail: Mail) -> None:
        message = compose(mail, self._sender)
        async with self._client() as client:
            try:
                await client.send_message(message, sender=self._sender.addr_spec, recipients=[mail.to])
            except (aiosmtplib.SMTPNotSupported, UnicodeEncodeError) as error:
                raise Invalid.field("to", "The mail server cannot send to such an address.", "email_refused") from error
        log.info("mail.sent", mail_id=message["Message-ID"])

    async def ping(self) -> None:
        async with self._client() as client:
            await client.noop()

    async def close(self) -> None:
        return

    @contextlib.asynccontextmanager
    async def _client(self) -> AsyncIterator[aiosmtplib.SMTP]:
        """A connection that is ready to send; it is gone afterwards, whatever happens. Core errors only."""
        client = aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            username=self._user,
            password=self._password if self._user is not None else None,
            use_tls=self._use_tls,
            start_tls=self._start_tls,
            tls_context=self._tls,
            timeout=self._timeout,
            local_hostname=self._sender.domain,
        )
        try:
            async with asyncio.timeout(self._timeout):
                await client.connect()
                yield client
            with contextlib.suppress(*ENGINE_ERRORS):
                await client.quit(timeout=1.0)  # courtesy: what it was asked to take, the server has taken
        except ENGINE_ERRORS as error:
            log.warning("mail.failed", error=type(error).__name__)
            raise translate(error) from error
        finally:
            client.close()
