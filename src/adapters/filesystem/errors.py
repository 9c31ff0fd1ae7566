"""What the operating system says about files, in the core's words."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from streamcore.shared.errors import DeadlineExceeded, NotFound, StreamcoreError, Unavailable

_ABSENT = frozenset({errno.ENOENT, errno.ENOTDIR})
_LATE = frozenset({errno.ETIMEDOUT, errno.ETIME})


def translate(error: OSError) -> StreamcoreError:
    """`NotFound` for what is not there; all else (full, read-only, broken, forbidden) is the store's own trouble."""
    if error.errno in _ABSENT:
        return NotFound("There is no such object.")
    if isinstance(error, TimeoutError) or error.errno in _LATE:
        return DeadlineExceeded("The disk did not answer in time.")
    return Unavailable("The folder of the object store cannot be used now.")


@contextmanager
def translated() -> Iterator[None]:
    """Raise the core's error for the system's; everything else passes."""
    try:
        yield
    except OSError as error:
        raise translate(error) from error
