"""What the AMQP client raises, in the core's words.

The client (aiormq, on pamqp) reports most losses by whatever closed the connection, some of them as plain built-in
errors; so everything that is not known to be somebody's fault means that the broker cannot be reached.
"""

import asyncio

import aiormq.exceptions as amqp
import pamqp.exceptions as frames

from streamcore.shared.errors import Conflict, DeadlineExceeded, Invalid, StreamcoreError, Unavailable

_MEANINGS: dict[type[BaseException], type[StreamcoreError]] = {
    amqp.ChannelPreconditionFailed: Conflict,  # a queue of this name was declared with other settings
    amqp.AMQPError: Unavailable,
    amqp.ChannelInvalidStateError: Unavailable,  # used after it was closed
    frames.PAMQPException: Unavailable,
    TimeoutError: DeadlineExceeded,
    asyncio.CancelledError: Unavailable,  # the client cancels what waits on a connection that it closes
    ValueError: Invalid,  # a name or a header that AMQP cannot say
    TypeError: Invalid,
}


def translate(error: BaseException) -> StreamcoreError:
    """The core error for anything that the client raises; the nearest class in the table decides."""
    if isinstance(error, StreamcoreError):
        return error
    for kind in type(error).__mro__:
        if kind in _MEANINGS:
            return _MEANINGS[kind]()
    return Unavailable()
