"""Rules of the video room that belong to no single video."""

import re
from dataclasses import dataclass

from streamcore.shared.errors import Detail, Invalid, PayloadTooLarge, UnprocessableMedia
from streamcore.shared.ids import ChannelId, VideoId
from streamcore.shared.text import check_text

PROCESS_JOB = "videos.process"

LISTS_TAG = "videos"


def channel_tag(channel_id: ChannelId) -> str:
    """The cache tag of everything that shows videos of one channel."""
    return f"channel:{channel_id}"


def video_tag(video_id: VideoId) -> str:
    return f"video:{video_id}"


_CONTENT_TYPE = re.compile(r"(video/[a-z0-9.+-]{1,80}|application/(octet-stream|mp4|x-matroska|ogg|mxf))")


def _check_filename(filename: str) -> None:
    try:
        check_text(filename)
    except ValueError as error:
        raise Invalid.field("filename", str(error), "filename") from error
    if not 1 <= len(filename) <= 255:
        raise Invalid.field("filename", "Give a file name of 1 to 255 characters.", "filename")


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """What may be uploaded; told to the client before the transfer. Bytes."""

    max_size: int = 20 * 1024**3

    def check(self, *, filename: str, content_type: str, size: int | None) -> None:
        _check_filename(filename)
        if not _CONTENT_TYPE.fullmatch(content_type.lower()):
            raise UnprocessableMedia("NOT_A_VIDEO_TYPE", "Only video files can be uploaded.")
        if size is not None and size > self.max_size:
            raise PayloadTooLarge(
                f"A video may have up to {self.max_size} bytes.",
                details=[Detail("size_bytes", f"At most {self.max_size}.", "too_large")],
            )
        if size is not None and size <= 0:
            raise Invalid.field("size_bytes", "The file is empty.", "empty_file")
