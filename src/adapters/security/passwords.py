"""Passwords by Argon2id (RFC 9106), with the parameters that the OWASP Password Storage Cheat Sheet names first."""

import asyncio
import base64
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher as Argon2
from argon2.exceptions import Argon2Error, InvalidHashError

T = TypeVar("T")

MEMORY_KIB = 19 * 1024
PASSES = 2
LANES = 1


class Argon2PasswordHasher:
    """A `PasswordHasher` with threads of its own: at most ``threads`` hashes are computed at once, at 19 MiB each."""

    def __init__(self, threads: int = 2) -> None:
        self._argon2 = Argon2(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="passwords")
        self._decoy = _decoy(self._argon2.salt_len, self._argon2.hash_len)

    async def hash(self, password: str) -> str:
        return await self._off_the_loop(lambda: self._argon2.hash(_bytes(password)))

    async def verify(self, password: str, password_hash: str) -> bool:
        """False for a wrong password and for what is no hash at all."""
        return await self._off_the_loop(lambda: self._matches(password, password_hash))

    async def waste(self, password: str) -> None:
        await self.verify(password, self._decoy)

    def outdated(self, password_hash: str) -> bool:
        try:
            return self._argon2.check_needs_rehash(password_hash)
        except InvalidHashError:
            return True

    def close(self) -> None:
        """End the threads; nothing waits for what they compute."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _matches(self, password: str, password_hash: str) -> bool:
        try:
            return self._argon2.verify(password_hash, _bytes(password))
        except (Argon2Error, InvalidHashError, UnicodeEncodeError):
            return False

    async def _off_the_loop(self, compute: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, compute)


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")


def _decoy(salt_size: int, hash_size: int) -> str:
    """A hash of no password, which takes as long to refute as a real one."""
    salt, tag = (base64.b64encode(secrets.token_bytes(size)).rstrip(b"=").decode() for size in (salt_size, hash_size))
    return f"$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${salt}${tag}"
