"""Run a whole use case again where the database says that somebody else was first."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from streamcore.shared.errors import Retryable

P = ParamSpec("P")
T = TypeVar("T")

RERUNS = 3


def rerun(use_case: Callable[P, Awaitable[T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """``use_case``, run again up to three times (full jitter, some ten milliseconds) on a `Retryable` error.

    Nothing was committed by a run that ended so, and a use case does nothing outside of its unit of work before the
    commit, so running it again is running it once.
    """

    async def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await use_case(*args, **kwargs)  # the common case pays for no retry machinery
        except Retryable:
            pass
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(Retryable),
            stop=stop_after_attempt(RERUNS),
            wait=wait_random_exponential(multiplier=0.01, max=0.2),
            reraise=True,
        )
        async for attempt in retrying:
            with attempt:
                return await use_case(*args, **kwargs)
        raise AssertionError("the retries end with an answer or an error")

    return run
