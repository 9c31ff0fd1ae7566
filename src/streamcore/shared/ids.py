"""Identifiers: UUIDv7 strings (RFC 9562), so that they sort by the time they were made."""

import re
from typing import NewType, Protocol

UserId = NewType("UserId", str)
SessionId = NewType("SessionId", str)
ChannelId = NewType("ChannelId", str)
VideoId = NewType("VideoId", str)
JobId = NewType("JobId", str)
EventId = NewType("EventId", str)

ID_PATTERN = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
"""A UUID in its canonical lower-case form (RFC 9562, section 4), as JSON Schema says it too."""

_ID = re.compile(ID_PATTERN)


def is_id(text: str) -> bool:
    """Whether something could be stored under it: a UUID, canonical and in lower case."""
    return _ID.fullmatch(text) is not None


class Ids(Protocol):
    """Where new identifiers come from, so that a flow can be replayed exactly."""

    def new(self) -> str:
        """A new UUIDv7 in its canonical 36-character form."""
        ...
