"""Rules of the video room that belong to no single video."""

import re
from dataclasses import dataclass

from streamcore.shared.errors import Detail, Invalid, PayloadTooLarge, UnprocessableMedia
from streamcore.shared.ids import ChannelId, VideoId
from streamcore.shared.visibility import Visibility
from streamcore.videos.models import Video, VideoStatus

PROCESS_JOB = "videos.process"

LISTS_TAG = "videos"


def channel_tag(channel_id: ChannelId) -> str:
    """The cache tag of everything that shows videos of one channel."""
    return f"channel:{channel_id}"


def video_tag(video_id: VideoId) -> str:
    return f"video:{video_id}"


def counted(video: Video) -> bool:
    """Whether its channel's public counts include it."""
    return (
        video.status is VideoStatus.PUBLISHED
        and not video.held
        and video.details is not None
        and video.details.visibility is Visibility.PUBLIC
    )


_CONTENT_TYPE = re.compile(r"(video/[a-z0-9.+-]{1,80}|application/(octet-stream|mp4|x-matroska|ogg|mxf))")


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """What may be uploaded; told to the client before the transfer. Bytes."""

    max_size: int = 20 * 1024**3

    def check(self, *, filename: str, content_type: str, size: int | None) -> None:
        if not filename or len(filename) > 255 or any(ord(letter) < 32 for letter in filename):
            raise Invalid.field("filename", "Give a file name of 1 to 255 printable characters.", "filename")
        if not _CONTENT_TYPE.fullmatch(content_type.lower()):
            raise UnprocessableMedia("NOT_A_VIDEO_TYPE", "Only video files can be uploaded.")
        if size is not None and size > self.max_size:
            raise PayloadTooLarge(
                f"A video may have up to {self.max_size} bytes.",
                details=[Detail("size_bytes", f"At most {self.max_size}.", "too_large")],
            )
        if size is not None and size <= 0:
            raise Invalid.field("size_bytes", "The file is empty.", "empty_file")
