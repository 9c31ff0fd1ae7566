"""Rules of the video room that belong to no single video."""

import re
from dataclasses import dataclass

from streamcore.shared.errors import Detail, Invalid, PayloadTooLarge, QuotaExceeded, UnprocessableMedia
from streamcore.shared.ids import ChannelId, VideoId
from streamcore.shared.text import check_text

PROCESS_JOB = "videos.process"
COMPARE_JOB = "videos.compare"
CHUNK_JOB = "videos.process_chunk"
JOIN_JOB = "videos.join_chunks"
PROCESSING_JOBS = frozenset({PROCESS_JOB, CHUNK_JOB, JOIN_JOB})
"""Each names the video in its payload, and writes a generation of its lease; the last two name their run."""

BACKFILL_JOB = "videos.backfill"
"""Goes on with a backfill that its payload names."""

LISTS_TAG = "videos"


def channel_tag(channel_id: ChannelId) -> str:
    """The cache tag of everything that shows videos of one channel."""
    return f"channel:{channel_id}"


def video_tag(video_id: VideoId) -> str:
    return f"video:{video_id}"


ACCEPTED_TYPES = (
    "video/*",
    "application/octet-stream",
    "application/mp4",
    "application/x-matroska",
    "application/ogg",
)
"""Media types under which a file may be announced; what it is, its own bytes tell."""
_CONTENT_TYPE = re.compile(r"video/[a-z0-9.+-]{1,80}")


def _check_filename(filename: str) -> None:
    try:
        check_text(filename)
    except ValueError as error:
        raise Invalid.field("filename", str(error), "filename") from error
    if not 1 <= len(filename) <= 255:
        raise Invalid.field("filename", "Give a file name of 1 to 255 characters.", "filename")


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """What may be uploaded; told to the client before the transfer. Bytes and seconds.

    A file larger than ``part_size`` is sent straight to storage in parts of that size (or larger ones, so that they are
    no more than a store allows). One that is appended to comes to storage in parts of ``appended_part``, each of which
    is held in memory first. ``quota`` is what one user may have stored and announced.
    """

    max_size: int = 20 * 1024**3
    part_size: int = 64 * 1024**2
    appended_part: int = 8 * 1024**2
    quota: int = 1024**4
    longest_seconds: float = 12 * 3600.0

    def check(self, *, filename: str, content_type: str, size: int | None) -> None:
        _check_filename(filename)
        if content_type not in ACCEPTED_TYPES[1:] and not _CONTENT_TYPE.fullmatch(content_type):
            raise UnprocessableMedia("NOT_A_VIDEO_TYPE", "Only video files can be uploaded.")
        if size is not None and size > self.max_size:
            raise PayloadTooLarge(
                f"A video may have up to {self.max_size} bytes.",
                details=[Detail("size_bytes", f"At most {self.max_size}.", "too_large")],
            )
        if size is not None and size <= 0:
            raise Invalid.field("size_bytes", "The file is empty.", "empty_file")

    def room(self, used: int) -> int:
        """The bytes that a file of unknown size may have beside those that are ``used``; `QuotaExceeded` for none."""
        self.check_quota(used, 1)
        return min(self.max_size, self.quota - used)

    def check_quota(self, used: int, more: int) -> None:
        """`QuotaExceeded` unless ``more`` bytes fit beside those that are ``used``."""
        if used + more > self.quota:
            raise QuotaExceeded(used=used, quota=self.quota)
