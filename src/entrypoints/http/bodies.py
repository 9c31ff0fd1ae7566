"""What clients send, where it is not already a command of the core."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from streamcore.shared.pages import DEFAULT_LIMIT, MAX_LIMIT, Position
from streamcore.videos.models import VideoDetails, VideoType

_VIDEO_ID = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LoginBody(Body):
    """``login`` is an e-mail address or a username."""

    login: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=254)]
    password: Annotated[str, Field(min_length=1, max_length=256)]
    session: Literal["token"] = "token"  # the kind of session, no secret


class RefreshBody(Body):
    refresh_token: Annotated[str, Field(min_length=1, max_length=512)]


class UploadUrlBody(Body):
    """The file that will be sent; ``checksum_sha256`` in hex is checked by the store where it can."""

    filename: Annotated[str, Field(min_length=1, max_length=255)]
    content_type: Annotated[str, Field(min_length=1, max_length=100)]
    size_bytes: Annotated[int, Field(gt=0)]
    checksum_sha256: Annotated[str, StringConstraints(to_lower=True, pattern=r"^[0-9a-fA-F]{64}$")] | None = None


class ConfirmBody(VideoDetails):
    """The upload that has arrived, and what its owner says about the video."""

    video_id: Annotated[str, StringConstraints(to_lower=True, pattern=_VIDEO_ID)]

    def details(self) -> VideoDetails:
        return VideoDetails.model_validate(self.model_dump(exclude={"video_id"}))


class UploadForm(VideoDetails):
    """Part ``file`` holds the file; the others say what the video is. They may come in any order."""


class PageQuery(BaseModel):
    """Which page of a list."""

    model_config = ConfigDict(frozen=True)

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT, description="Items on a page.")] = DEFAULT_LIMIT
    cursor: Annotated[str | None, Field(max_length=200, description="`meta.next_cursor` of the page before.")] = None

    def after(self) -> Position | None:
        """`Invalid` for a cursor that no list gave out."""
        return Position.decode(self.cursor) if self.cursor else None


class VideosQuery(PageQuery):
    channel: Annotated[str | None, Field(max_length=100, description="Handle or id of a channel.")] = None
    type: Annotated[VideoType | None, Field(description="Videos or shorts alone.")] = None
