"""What clients send, where it is not already a command of the core."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from streamcore.shared.ids import ID_PATTERN
from streamcore.shared.objects import MAX_PARTS
from streamcore.shared.pages import DEFAULT_LIMIT, MAX_LIMIT, Position
from streamcore.videos.models.details import VideoDetails, VideoType
from streamcore.videos.use_cases.sign_parts import SIGNED_AT_ONCE


def _lowered(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


GivenId = Annotated[str, Field(pattern=ID_PATTERN), BeforeValidator(_lowered)]
"""An id; capitals are forgiven."""


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


class PartsBody(Body):
    """The parts that are to be sent next, by their numbers, which count from 1."""

    numbers: Annotated[list[Annotated[int, Field(ge=1, le=MAX_PARTS)]], Field(min_length=1, max_length=SIGNED_AT_ONCE)]


class ConfirmBody(VideoDetails):
    """The upload that has arrived, and what its owner says about the video."""

    video_id: GivenId

    def details(self) -> VideoDetails:
        return VideoDetails.model_validate(self.model_dump(exclude={"video_id"}))


class UploadForm(VideoDetails):
    """Part ``file`` holds the file; the others say what the video is. They may come in any order."""


class ThumbnailBody(Body):
    """``index`` of a thumbnail to choose; null for the one that is best."""

    index: Annotated[int, Field(ge=0, le=99)] | None


class ThumbnailForm(Body):
    """Part ``file`` holds the image."""


class CaptionsQuery(BaseModel):
    """How players name the captions."""

    model_config = ConfigDict(frozen=True)

    label: Annotated[
        str | None, Field(max_length=200, description="Shown to viewers; the language's own name by default.")
    ] = None


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
