"""Sending a file by tus, so that what interrupts it (network, server, Ctrl-C) costs only what was under way.

An upload that has begun is remembered beside the session; the same command finds it again and goes on.
"""

import asyncio
import json
import mimetypes
import os
import secrets
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from entrypoints.cli.client import API, Client, ServerRefused, credentials_file

CHUNK = 256 * 1024
LONGEST_WAIT = 600.0
"""Seconds that a server which has taken too many uploads may ask to wait; for longer ones nobody sits at a command."""
PATIENCE = 12
"""Failures in a row, without a byte of progress, after which it is given up; some forty seconds."""

_AGAIN = {"UNREACHABLE", "UNAVAILABLE", "CONFLICT", "LOCKED", "RATE_LIMITED", "INTERNAL_ERROR"}
_OVER = {"GONE", "NOT_FOUND"}
_TUS = {"Tus-Resumable": "1.0.0"}


@dataclass
class ResumableUpload:
    """``at`` is told how many bytes have been sent, from the beginning of the file; ``waiting``, how many seconds the
    server asks to wait."""

    client: Client
    file: Path
    fields: Mapping[str, Any]
    at: Callable[[int], None]
    waiting: Callable[[float], None]

    async def run(self) -> str:
        """The id of the video, when all of its file is there."""
        kept = _Kept(self.client.url, self.file, _metadata(self.file, self.fields))
        size = self.file.stat().st_size
        address, offset = await self._resumed(kept) or await self._begun(kept, size)
        failures = 0
        while offset < size:
            self.at(offset)
            try:
                reached = await self._send(address, offset, size)
            except ServerRefused as error:
                failures += 1
                reached = await self._after(error, address, failures)
            failures, offset = (0 if reached > offset else failures), reached
        self.at(size)
        kept.forget()
        return address.rpartition("/")[2]

    async def _resumed(self, kept: "_Kept") -> tuple[str, int] | None:
        """Where to go on with what was begun before; None where nothing was, or it has ended meanwhile."""
        address = kept.address()
        if address is None:
            return None
        try:
            return address, await self._offset(address)
        except ServerRefused as error:
            if error.code not in _OVER:
                raise
            kept.forget()
            return None

    async def _begun(self, kept: "_Kept", size: int) -> tuple[str, int]:
        try:
            address, offset = await self._create(kept.key(), size)
        except ServerRefused as error:
            if error.code not in _OVER:
                raise
            kept.forget()  # what this key has begun has ended meanwhile
            address, offset = await self._create(kept.key(), size)
        kept.remember(address)
        return address, offset

    async def _create(self, key: str, size: int) -> tuple[str, int]:
        headers = {
            **_TUS,
            "Upload-Length": str(size),
            "Upload-Metadata": _metadata(self.file, self.fields),
            "X-Idempotency-Key": key,
        }
        while True:
            try:
                answer = await self.client.send("POST", "/uploads", headers=headers)
            except ServerRefused as error:
                if error.code != "RATE_LIMITED" or error.retry_after is None or error.retry_after > LONGEST_WAIT:
                    raise
                self.waiting(error.retry_after)
                await asyncio.sleep(error.retry_after)
            else:
                return answer.headers["Location"].removeprefix(API), int(answer.headers["Upload-Offset"])

    async def _offset(self, address: str) -> int:
        answer = await self.client.send("HEAD", address, headers=_TUS)
        return int(answer.headers["Upload-Offset"])

    async def _send(self, address: str, offset: int, size: int) -> int:
        headers = {
            **_TUS,
            "Upload-Offset": str(offset),
            "Content-Type": "application/offset+octet-stream",
            "Content-Length": str(size - offset),
        }
        answer = await self.client.send("PATCH", address, headers=headers, data=self._bytes(offset))
        return int(answer.headers["Upload-Offset"])

    async def _bytes(self, offset: int) -> AsyncIterator[bytes]:
        with self.file.open("rb") as source:
            source.seek(offset)
            while chunk := source.read(CHUNK):
                yield chunk
                offset += len(chunk)
                self.at(offset)

    async def _after(self, error: ServerRefused, address: str, failures: int) -> int:
        """Where to go on after a failure; the failure itself where there is no going on."""
        if error.code == "UNAUTHENTICATED" and failures == 1:
            await self.client.renew()
        elif error.code not in _AGAIN:
            raise error
        while True:
            if failures > PATIENCE:
                raise error
            await asyncio.sleep(min(4.0, 0.1 * 2**failures))
            try:
                return await self._offset(address)
            except ServerRefused as again:
                if again.code in _OVER:  # it was refused, and why is said where the video's status is
                    return self.file.stat().st_size
                failures += 1
                if again.code == "UNAUTHENTICATED" and failures == 2:  # the connection was closed before it was said
                    await self.client.renew()
                elif again.code not in _AGAIN:
                    raise


def _metadata(file: Path, fields: Mapping[str, Any]) -> str:
    values = {
        "filename": file.name,
        "filetype": mimetypes.guess_type(file.name)[0] or "application/octet-stream",
        **{name: ",".join(value) if isinstance(value, list) else str(value) for name, value in fields.items()},
    }
    return ",".join(f"{name} {b64encode(value.encode()).decode()}" for name, value in values.items() if value)


class _Kept:
    """What is known of a file that was begun to be sent to a server as a certain video, until it has arrived: the
    ``key`` that begins it once, for as long as the server remembers keys, and the ``address`` where it goes on."""

    def __init__(self, url: str, file: Path, metadata: str) -> None:
        about = file.stat()
        what = f"{url} {file.resolve()} {about.st_size} {about.st_mtime_ns} {metadata}"
        self._name = sha256(what.encode()).hexdigest()
        self._path = credentials_file().with_name("uploads.json")

    def key(self) -> str:
        return self._own("key") or self._keep("key", secrets.token_hex(16))

    def address(self) -> str | None:
        return self._own("address")

    def remember(self, address: str) -> None:
        self._keep("address", address)

    def _own(self, name: str) -> str | None:
        return self._read().get(self._name, {}).get(name)

    def _keep(self, name: str, value: str) -> str:
        kept = self._read()
        kept[self._name] = kept.get(self._name, {}) | {name: value}
        self._write(kept)
        return value

    def forget(self) -> None:
        kept = self._read()
        if kept.pop(self._name, None):
            self._write(kept)

    def _read(self) -> dict[str, dict[str, str]]:
        try:
            kept = json.loads(self._path.read_text())
        except (FileNotFoundError, ValueError):
            return {}
        return {name: about for name, about in kept.items() if isinstance(about, dict)}  # an older release kept less

    def _write(self, kept: Mapping[str, Mapping[str, str]]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(kept))
        fresh.replace(self._path)
