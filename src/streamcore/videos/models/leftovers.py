"""What lies in storage and belongs to nothing."""

from dataclasses import dataclass
from enum import StrEnum

from streamcore.shared.objects import ObjectInfo


class LeftoverKind(StrEnum):
    SOURCE = "source"
    """A file that was uploaded, or a piece of one."""
    GENERATION = "generation"
    """What a run of processing has made."""
    CHOSEN = "chosen"
    """Captions, or an image of the owner's own."""


class LeftoverReason(StrEnum):
    NO_VIDEO = "no_video"
    """There never was such a video, or the legal hold on it is over."""
    NOT_ACCEPTED = "not_accepted"
    """An upload that nobody confirmed, or that another one took the place of."""
    NOT_IN_SERVICE = "not_in_service"
    """It was replaced long enough ago, or never finished."""


@dataclass(frozen=True, slots=True)
class Leftover:
    object: ObjectInfo
    kind: LeftoverKind
    reason: LeftoverReason
