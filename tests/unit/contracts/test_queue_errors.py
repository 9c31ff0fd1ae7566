import asyncio
import inspect
from types import ModuleType

import aiormq.exceptions
import pamqp.exceptions
import pytest

from adapters.queues.errors import translate
from streamcore.shared.errors import Conflict, DeadlineExceeded, Invalid, StreamcoreError, Unavailable


def errors_of(module: ModuleType) -> list[type[BaseException]]:
    """Every exception class that a module of the client defines."""
    classes = [item for _, item in inspect.getmembers(module, inspect.isclass) if issubclass(item, BaseException)]
    return [item for item in classes if item.__module__ == module.__name__]


@pytest.mark.parametrize("kind", [*errors_of(aiormq.exceptions), *errors_of(pamqp.exceptions)])
def test_every_error_of_the_client_has_a_meaning(kind: type[BaseException]) -> None:
    error = kind.__new__(kind)  # some want a frame to be made of; none of it matters here
    expected = Conflict if kind is aiormq.exceptions.ChannelPreconditionFailed else Unavailable
    assert type(translate(error)) is expected


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (TimeoutError(), DeadlineExceeded),
        (ConnectionResetError(), Unavailable),
        (OSError(), Unavailable),
        (asyncio.CancelledError(), Unavailable),
        (RuntimeError(), Unavailable),
        (Exception(), Unavailable),
        (ValueError("too long"), Invalid),
        (TypeError(), Invalid),
        (Conflict(), Conflict),
    ],
)
def test_built_in_errors_have_one_too(error: BaseException, expected: type[StreamcoreError]) -> None:
    assert type(translate(error)) is expected
