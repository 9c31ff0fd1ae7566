"""How far a video is, and why it got no further."""

from dataclasses import dataclass
from enum import StrEnum


class VideoStatus(StrEnum):
    UPLOADING = "uploading"
    PROCESSING = "processing"
    READY = "ready"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    FAILED = "failed"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why it failed: a stable UPPER_SNAKE code and a sentence that its owner understands."""

    code: str
    message: str
