"""Mail that is written to a folder and mail that goes over real TCP, to servers that behave and to some that do not."""

import asyncio
import contextlib
import datetime
import inspect
import ipaddress
import os
import ssl
import stat
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiosmtplib
import pytest
import structlog
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from adapters.mail.errors import ENGINE_ERRORS, translate
from adapters.mail.log import FolderMailer
from adapters.mail.message import sender_of
from adapters.mail.smtp import SmtpMailer
from adapters.testing.mail import MAIL, MailerContract, Post, Received, parse
from streamcore.shared.errors import DeadlineExceeded, Invalid, StreamcoreError, Unavailable
from streamcore.shared.mail import Mailer

SENDER = "Stream Core <noreply@streamcore.example>"
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Mailbox:
    """An aiosmtpd handler: keeps what arrives; ``refusals`` maps a command to the answer that it gets instead."""

    def __init__(self, **refusals: str) -> None:
        self.envelopes: list[Envelope] = []
        self.refusals = refusals

    async def handle_MAIL(  # noqa: N802 – aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.refusals.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802 – aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "RCPT" in self.refusals:
            return self.refusals["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 – the same
        if "DATA" in self.refusals:
            return self.refusals["DATA"]
        self.envelopes.append(envelope)
        return "250 OK"

    async def received(self) -> Sequence[Received]:
        return [parse(envelope.original_content or b"", envelope.rcpt_tos) for envelope in self.envelopes]


@contextlib.asynccontextmanager
async def smtp(mailbox: Mailbox, *, tls: ssl.SSLContext | None = None, **options: Any) -> AsyncIterator[int]:
    """A mail server on a free port; ``tls`` from the first byte, or by STARTTLS if in ``options`` (``tls_context``)."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(mailbox, loop=loop, **options), "127.0.0.1", 0, ssl=tls)
    async with server:
        yield server.sockets[0].getsockname()[1]
        await asyncio.sleep(0.05)  # let sessions see that their clients have left


@contextlib.asynccontextmanager
async def talker(talk: Talk) -> AsyncIterator[int]:
    """A server of another mind on a free port."""
    running: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await talk(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def answers(*replies: bytes) -> Talk:
    """Greets, answers each line with the next reply, then closes the connection."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for number, reply in enumerate(replies):
            if number:
                await reader.readline()
            writer.write(reply)
            await writer.drain()

    return talk


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """(what the server shows, what trusts it), for a certificate of 127.0.0.1 made just now."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return server, ssl.create_default_context(cafile=str(folder / "cert.pem"))


class TestFolderMailer(MailerContract):
    @pytest.fixture
    def post(self, tmp_path: Path) -> Post:
        async def received() -> Sequence[Received]:
            return [parse(file.read_bytes()) for file in (tmp_path / "outbox").glob("*")]

        return Post(FolderMailer(tmp_path / "outbox", SENDER), received)


class TestSmtpMailer(MailerContract):
    @pytest.fixture
    async def post(self) -> AsyncIterator[Post]:
        mailbox = Mailbox()
        async with smtp(mailbox, enable_SMTPUTF8=True) as port:
            yield Post(SmtpMailer(f"smtp://127.0.0.1:{port}", SENDER), mailbox.received)


def ports_are_met(folder: FolderMailer, server: SmtpMailer) -> tuple[Mailer, Mailer]:
    return folder, server


async def test_a_folder_that_cannot_be_written_to_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    mailer = FolderMailer(tmp_path / "file" / "outbox")
    with pytest.raises(Unavailable):
        await mailer.send(MAIL)
    with pytest.raises(Unavailable):
        await mailer.ping()


async def test_a_folder_holds_whole_messages_and_nothing_else(tmp_path: Path) -> None:
    mailer = FolderMailer(tmp_path)
    with structlog.testing.capture_logs() as logs:
        await asyncio.gather(*(mailer.send(replace(MAIL, id=f"m{n % 5}", text="secret code 4711")) for n in range(50)))
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"m{n}.eml" for n in range(5)]
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in tmp_path.iterdir())
    assert "4711" not in str(logs)
    assert MAIL.to not in str(logs)
    assert {entry["mail_id"] for entry in logs} == {f"m{n}" for n in range(5)}


async def test_the_sender_is_on_the_envelope_and_in_the_header() -> None:
    mailbox = Mailbox()
    async with smtp(mailbox) as port:
        await SmtpMailer(f"smtp://127.0.0.1:{port}", SENDER).send(MAIL)
    [envelope] = mailbox.envelopes
    assert envelope.mail_from == "noreply@streamcore.example"
    content = envelope.original_content or b""
    assert b"From: Stream Core <noreply@streamcore.example>\r\n" in content
    assert b"Message-ID: <welcome-1@streamcore.example>\r\n" in content
    assert b"Auto-Submitted: auto-generated\r\n" in content
    assert max(len(line) for line in content.split(b"\r\n")) <= 998


async def test_an_address_beyond_ascii_needs_a_server_that_knows_it() -> None:
    mailbox = Mailbox()
    async with smtp(mailbox, enable_SMTPUTF8=True) as port:
        await SmtpMailer(f"smtp://127.0.0.1:{port}", SENDER).send(replace(MAIL, to="jörg@example.org"))
    assert mailbox.envelopes[0].rcpt_tos == ["jörg@example.org"]
    async with smtp(mailbox) as port:
        with pytest.raises(Invalid):
            await SmtpMailer(f"smtp://127.0.0.1:{port}", SENDER).send(replace(MAIL, to="jörg@example.org"))


REFUSALS: list[tuple[dict[str, str], type[StreamcoreError]]] = [
    ({"RCPT": "550 5.1.1 no such user"}, Invalid),
    ({"RCPT": "553 5.1.3 bad address"}, Invalid),
    ({"RCPT": "450 4.2.1 mailbox busy"}, Unavailable),
    ({"RCPT": "452 4.5.3 too many"}, Unavailable),
    ({"RCPT": "421 4.3.2 going down"}, Unavailable),
    ({"MAIL": "550 5.7.1 not you"}, Unavailable),
    ({"MAIL": "451 4.7.1 later"}, Unavailable),
    ({"DATA": "554 5.6.0 content"}, Invalid),
    ({"DATA": "552 5.3.4 too big"}, Invalid),
    ({"DATA": "451 4.3.0 later"}, Unavailable),
    ({"DATA": "421 4.3.2 going down"}, Unavailable),
]


@pytest.mark.parametrize(("refusal", "error"), REFUSALS, ids=str)
async def test_refusals(refusal: dict[str, str], error: type[StreamcoreError]) -> None:
    mailbox = Mailbox(**refusal)
    async with smtp(mailbox) as port:
        with pytest.raises(error) as caught:
            await SmtpMailer(f"smtp://127.0.0.1:{port}", SENDER).send(MAIL)
    assert MAIL.to not in str(caught.value)


GREETING = b"220 hello\r\n"
TALKS: list[tuple[str, Talk]] = [
    ("closes at once", answers()),
    ("closes after greeting", answers(GREETING)),
    ("closes after EHLO", answers(GREETING, b"250 hello\r\n")),
    ("closes after RCPT", answers(GREETING, b"250 hello\r\n", b"250 ok\r\n", b"250 ok\r\n")),
    ("closes in DATA", answers(GREETING, b"250 hello\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n")),
    ("greets with 554", answers(b"554 no service\r\n")),
    ("greets with 421", answers(b"421 busy\r\n")),
    ("refuses EHLO and HELO", answers(GREETING, b"502 no\r\n", b"502 no\r\n")),
    ("is no mail server", answers(b"SSH-2.0-OpenSSH_9.2\r\n", b"\xff\xfe\r\n")),
    ("never ends a line", answers(b"2" * 100_000)),
]


@pytest.mark.parametrize("talk", [talk for _, talk in TALKS], ids=[name for name, _ in TALKS])
async def test_a_server_that_fails_is_unavailable(talk: Talk) -> None:
    async with talker(talk) as port:
        mailer = SmtpMailer(f"smtp://127.0.0.1:{port}", SENDER, timeout=2)
        with pytest.raises(Unavailable):
            await mailer.send(MAIL)


async def _hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(3600)


async def _trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"220-and\r\n")
        await writer.drain()
        await asyncio.sleep(0.05)


@pytest.mark.parametrize("talk", [_hang, _trickle])
async def test_a_server_that_hangs_costs_the_time_out(talk: Talk) -> None:
    async with talker(talk) as port:
        mailer = SmtpMailer(f"smtp://127.0.0.1:{port}", SENDER, timeout=0.5)
        began = time.monotonic()
        with pytest.raises(DeadlineExceeded):
            await mailer.send(MAIL)
        with pytest.raises(DeadlineExceeded):
            await mailer.ping()
        assert time.monotonic() - began < 4


async def test_a_server_that_hangs_after_taking_the_mail_has_taken_it() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await answers(GREETING, *[b"250 ok\r\n"] * 3, b"354 go\r\n")(reader, writer)
        await reader.readuntil(b"\r\n.\r\n")
        writer.write(b"250 taken\r\n")
        await _hang(reader, writer)

    async with talker(talk) as port:
        await SmtpMailer(f"smtp://127.0.0.1:{port}", SENDER, timeout=5).send(MAIL)


async def test_cancelling_closes_the_connection() -> None:
    closed = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        closed.set()

    async with talker(talk) as port:
        call = asyncio.create_task(SmtpMailer(f"smtp://127.0.0.1:{port}", SENDER).send(MAIL))
        await asyncio.sleep(0.1)
        call.cancel()
        await asyncio.wait([call])
        assert call.cancelled()
        await asyncio.wait_for(closed.wait(), 5)


async def test_nobody_listening_is_unavailable() -> None:
    mailer = SmtpMailer("smtp://127.0.0.1:9", SENDER)
    with pytest.raises(Unavailable):
        await mailer.send(MAIL)
    with pytest.raises(Unavailable):
        await mailer.ping()


async def test_tls_from_the_start_and_by_starttls(authority: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    shown, trusting = authority
    mailbox = Mailbox()
    async with smtp(mailbox, tls=shown) as port:
        await SmtpMailer(f"smtps://127.0.0.1:{port}", SENDER, tls=trusting).send(MAIL)
        with pytest.raises(Unavailable):
            await SmtpMailer(f"smtps://127.0.0.1:{port}", SENDER).send(MAIL)
    async with smtp(mailbox, tls_context=shown, require_starttls=True) as port:
        for scheme in ("smtp", "smtp+starttls"):
            await SmtpMailer(f"{scheme}://127.0.0.1:{port}", SENDER, tls=trusting).send(MAIL)
            with pytest.raises(Unavailable):
                await SmtpMailer(f"{scheme}://127.0.0.1:{port}", SENDER).send(MAIL)
    assert len(mailbox.envelopes) == 3


async def test_starttls_is_insisted_on(authority: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    mailbox = Mailbox()
    async with smtp(mailbox) as port:
        with pytest.raises(Unavailable):
            await SmtpMailer(f"smtp+starttls://127.0.0.1:{port}", SENDER).send(MAIL)
    assert not mailbox.envelopes


async def test_logs_in(authority: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    shown, trusting = authority
    seen: list[tuple[bytes, bytes]] = []

    def authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        seen.append((data.login, data.password))
        return AuthResult(success=seen[-1] == (b"us er", b"p@ss/word"))

    mailbox = Mailbox()
    async with smtp(mailbox, tls_context=shown, authenticator=authenticate, auth_required=True) as port:
        url = f"smtp+starttls://us%20er:p%40ss%2Fword@127.0.0.1:{port}"
        await SmtpMailer(url, SENDER, tls=trusting).send(MAIL)
        with pytest.raises(Unavailable) as caught:
            await SmtpMailer(url.replace("word", "wrong"), SENDER, tls=trusting).send(MAIL)
    assert len(mailbox.envelopes) == 1
    assert "p@ss" not in str(caught.value)


@pytest.mark.parametrize("url", ["", "http://h", "smtp://", "mail.example.org", "smtp:mail"])
def test_a_url_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="mail URL"):
        SmtpMailer(url, SENDER)


@pytest.mark.parametrize("sender", ["", "nobody", "Name <nobody>", "a@b\r\nBcc: c@d", "Na\r\nme <a@b>"])
def test_a_sender_of_another_kind_is_refused(sender: str) -> None:
    with pytest.raises((ValueError, IndexError)):
        sender_of(sender)


def test_every_error_of_the_client_is_translated() -> None:
    own = [each for _, each in inspect.getmembers(aiosmtplib.errors, inspect.isclass) if issubclass(each, Exception)]
    assert len(own) >= 14
    for each in own:
        if each.__module__ == aiosmtplib.errors.__name__:
            assert issubclass(each, ENGINE_ERRORS), each
    ours = translate(aiosmtplib.SMTPRecipientsRefused([aiosmtplib.SMTPRecipientRefused(550, "no", "a@b")]))
    assert isinstance(ours, Invalid)
    assert isinstance(translate(aiosmtplib.SMTPRecipientsRefused([])), Unavailable)
    assert isinstance(translate(aiosmtplib.SMTPConnectTimeoutError("slow")), DeadlineExceeded)
    assert isinstance(translate(aiosmtplib.SMTPSenderRefused(550, "no", "a@b")), Unavailable)
    assert isinstance(translate(OSError(os.strerror(28))), Unavailable)
