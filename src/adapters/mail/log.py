"""Mail that is written into a folder instead of being sent: for development, and for whoever collects it there."""

import asyncio
import os
import tempfile
from email.headerregistry import Address
from pathlib import Path

import structlog

from adapters.mail.errors import translate
from adapters.mail.message import compose, message_id, sender_of
from streamcore.shared.errors import Unavailable
from streamcore.shared.mail import Mail

log = structlog.get_logger()


class FolderMailer:
    """Writes one ``.eml`` file per mail id into ``folder``, whole or not at all; a repeat replaces its file."""

    def __init__(self, folder: Path, sender: str = "streamcore@localhost") -> None:
        self._folder = folder
        self._sender: Address = sender_of(sender)

    async def send(self, mail: Mail) -> None:
        body = compose(mail, self._sender).as_bytes()
        name = message_id(mail, "").strip("<@>")
        try:
            await asyncio.to_thread(self._write, f"{name}.eml", body)
        except OSError as error:
            raise translate(error) from error
        log.info("mail.written", mail_id=name)

    async def ping(self) -> None:
        """Whether the folder can be written to."""
        try:
            await asyncio.to_thread(self._probe)
        except OSError as error:
            raise Unavailable("The mail folder cannot be written to.") from error

    async def close(self) -> None:
        return

    def _probe(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=self._folder):
            pass

    def _write(self, name: str, body: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self._folder, prefix=".", suffix=".part", delete=False) as file:
            try:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).replace(self._folder / name)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
