"""Keyset pages: a page ends with the position of its last item, never with an offset."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

from streamcore.shared.errors import Invalid

T = TypeVar("T")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)  # whole microseconds: a float of seconds loses the last ones

DEFAULT_LIMIT = 24
MAX_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Position:
    """Where a newest-first list goes on: strictly after the item with this time and id."""

    at: datetime
    id: str

    def encode(self) -> str:
        """An opaque URL-safe cursor."""
        raw = json.dumps([(self.at - _EPOCH) // _MICROSECOND, self.id]).encode()
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    @classmethod
    def decode(cls, cursor: str) -> "Position":
        """The position in ``cursor``; `Invalid` if no list has given it out."""
        try:
            raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            micros, id_ = json.loads(raw)
            if not (isinstance(micros, int) and isinstance(id_, str)):
                raise TypeError
            return cls(_EPOCH + micros * _MICROSECOND, id_)
        except (ValueError, TypeError, OverflowError, OSError, binascii.Error) as error:
            raise Invalid.field("cursor", "The cursor is not one that this list gave out.", "cursor") from error


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items in order, and where the next page starts (None at the end)."""

    items: Sequence[T]
    next: Position | None = None
