"""Domain events: facts that have happened, recorded in the commit that made them true.

A room declares each as a frozen dataclass that subclasses :class:`Event` and names itself ``<room>.<Fact>``::

    @dataclass(frozen=True, slots=True, kw_only=True)
    class VideoPublished(Event):
        name: ClassVar[str] = "videos.VideoPublished"
        video_id: VideoId

        @property
        def aggregate_id(self) -> str:
            return self.video_id
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, cast

from streamcore.shared.ids import EventId


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """The root of all events; ``at`` is when it happened (UTC)."""

    name: ClassVar[str] = ""
    at: datetime

    @property
    def aggregate_id(self) -> str:
        """The aggregate that it happened to; events of one aggregate are recorded in order."""
        raise NotImplementedError

    def __init_subclass__(cls) -> None:
        _CLASSES[cls.name] = cls


_CLASSES: dict[str, type[Event]] = {}


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event with the identity that it got when it was recorded; handlers claim (``id``, handler)."""

    id: EventId
    event: Event


@cache
def _adapter(name: str) -> Any:
    from pydantic import TypeAdapter  # the core stays quick to import where nothing is serialised

    return TypeAdapter(_CLASSES[name])


def encode(event: Event) -> dict[str, Any]:
    """The event's fields as JSON-compatible values."""
    return cast(dict[str, Any], _adapter(event.name).dump_python(event, mode="json"))


def decode(name: str, data: dict[str, Any]) -> Event | None:
    """The event called ``name``, or None where this version knows no such event (a newer writer's)."""
    return cast(Event, _adapter(name).validate_python(data)) if name in _CLASSES else None
