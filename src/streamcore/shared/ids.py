"""Identifiers: UUIDv7 strings (RFC 9562), so that they sort by the time they were made."""

from typing import NewType, Protocol

UserId = NewType("UserId", str)
SessionId = NewType("SessionId", str)
ChannelId = NewType("ChannelId", str)
VideoId = NewType("VideoId", str)
JobId = NewType("JobId", str)
EventId = NewType("EventId", str)


class Ids(Protocol):
    """Where new identifiers come from, so that a flow can be replayed exactly."""

    def new(self) -> str:
        """A new UUIDv7 in its canonical 36-character form."""
        ...
