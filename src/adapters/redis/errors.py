"""What redis-py raises, in the words of the core."""

from collections.abc import Iterator
from contextlib import contextmanager

import redis.exceptions

from streamcore.shared.errors import DeadlineExceeded, Unavailable

ENGINE_ERRORS: tuple[type[Exception], ...] = (
    redis.exceptions.RedisError,
    redis.exceptions.RedisClusterException,
    redis.exceptions.ChildDeadlockedError,
    redis.exceptions.IncorrectPolicyType,
    OSError,  # a socket's, and the builtin TimeoutError
    EOFError,
)
"""Everything that a Redis client raises when the engine, the network or its configuration fails."""


def translate(error: Exception) -> Unavailable:
    """`DeadlineExceeded` for silence, else `Unavailable`: nothing that Redis refuses is the caller's fault."""
    if isinstance(error, redis.exceptions.TimeoutError | TimeoutError):
        return DeadlineExceeded("Redis did not answer in time.")
    return Unavailable("Redis cannot be used now.")


@contextmanager
def translated() -> Iterator[None]:
    """Raise the core's error for the engine's; everything else passes."""
    try:
        yield
    except ENGINE_ERRORS as error:
        raise translate(error) from error
