"""boto3, which blocks, in a bounded pool of threads."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from threading import Lock
from typing import Any, TypeVar

import boto3
from botocore.config import Config

from adapters.s3.errors import translate
from streamcore.shared.errors import Unavailable

T = TypeVar("T")

_making = Lock()


def connect(
    endpoint: str | None,
    region: str,
    access_key: str,
    secret_key: str,
    *,
    connections: int,
    timeout: float,
    attempts: int = 2,
) -> Any:
    """A client for one endpoint; empty keys mean that botocore looks for credentials by itself (role, profile).

    A second attempt outlives an idle connection that the service has closed. What must not be done twice has one.

    The newer integrity headers are sent only where the protocol demands them: not every compatible store knows them.
    """
    config = Config(
        signature_version="s3v4",
        max_pool_connections=connections,
        connect_timeout=min(5.0, timeout),
        read_timeout=timeout,
        retries={"mode": "standard", "total_max_attempts": attempts},
        s3={"addressing_style": "path" if endpoint else "auto"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    with _making:  # sessions may be shared, but not while they make clients
        return _session().client(
            "s3",
            endpoint_url=endpoint,
            region_name=region,
            aws_access_key_id=access_key or None,
            aws_secret_access_key=secret_key or None,
            config=config,
        )


@cache
def _session() -> Any:
    """One for all clients: it reads the description of the service once."""
    return boto3.session.Session()


class Threads:
    """Runs blocking calls; a cancelled caller waits for its call to end, so that nothing goes on behind its back."""

    def __init__(self, number: int) -> None:
        self._pool = ThreadPoolExecutor(number, thread_name_prefix="s3")

    async def run(self, call: Callable[..., T], *arguments: Any, **named: Any) -> T:
        try:
            future = asyncio.get_running_loop().run_in_executor(self._pool, lambda: call(*arguments, **named))
        except RuntimeError as error:
            raise Unavailable("The object store is closed.") from error
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            await _ended(future)
            raise
        except Exception as error:
            raise translate(error) from error

    def close(self) -> None:
        self._pool.shutdown(wait=True)


async def _ended(future: asyncio.Future[T]) -> None:
    """Wait for the call, however often the caller is cancelled meanwhile; time-outs bound it."""
    while not future.done():
        try:
            await asyncio.wait([future])
        except asyncio.CancelledError:
            continue
    if not future.cancelled():
        future.exception()  # somebody has looked at it
