"""What can be wrong with a stored stream, by codes that stay."""

from dataclasses import dataclass
from enum import StrEnum

from streamcore.shared.ids import VideoId


class ProblemCode(StrEnum):
    SOURCE_MISSING = "SOURCE_MISSING"
    """The file that was uploaded: the stream still plays, but cannot be made anew."""
    SOURCE_SIZE = "SOURCE_SIZE"
    MASTER_MISSING = "MASTER_MISSING"
    MASTER_BROKEN = "MASTER_BROKEN"
    PLAYLIST_MISSING = "PLAYLIST_MISSING"
    PLAYLIST_BROKEN = "PLAYLIST_BROKEN"
    INIT_MISSING = "INIT_MISSING"
    INIT_BROKEN = "INIT_BROKEN"
    SEGMENT_MISSING = "SEGMENT_MISSING"
    SEGMENT_BROKEN = "SEGMENT_BROKEN"
    """Cut off, too long, or no fragmented MP4."""
    NO_KEYFRAME = "NO_KEYFRAME"
    TIME_GAP = "TIME_GAP"
    """A segment does not begin where the one before it ends."""
    DURATION_MISMATCH = "DURATION_MISMATCH"
    SIZE_MISMATCH = "SIZE_MISMATCH"
    """The segments of a rendition have another size than when they were stored."""
    IMAGE_MISSING = "IMAGE_MISSING"
    IMAGE_BROKEN = "IMAGE_BROKEN"
    CAPTIONS_MISSING = "CAPTIONS_MISSING"
    FILE_MISSING = "FILE_MISSING"
    """The sound alone, the list of preview images, or a fingerprint."""
    DECODE_FAILED = "DECODE_FAILED"
    """A decoder found errors (deep checks alone)."""


# Not made by processing: no new generation brings these back.
_LOST = {ProblemCode.SOURCE_MISSING, ProblemCode.SOURCE_SIZE, ProblemCode.CAPTIONS_MISSING}


@dataclass(frozen=True, slots=True)
class Problem:
    """``file`` is the object's key."""

    code: ProblemCode
    file: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class StreamReport:
    """What a check of one video has found; ``objects`` and ``bytes`` are those of its generation."""

    video_id: VideoId
    generation: str
    objects: int
    bytes: int
    problems: tuple[Problem, ...]

    @property
    def sound(self) -> bool:
        return not self.problems

    @property
    def can_be_repaired(self) -> bool:
        """Whether a new generation would mend what is wrong with the one in service."""
        codes = {problem.code for problem in self.problems}
        return bool(codes - _LOST) and not codes & {ProblemCode.SOURCE_MISSING, ProblemCode.SOURCE_SIZE}
