"""What is said about a video."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from streamcore.shared.text import LINE, PROSE, Country, Tag
from streamcore.shared.visibility import Visibility

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=200), LINE]
Description = Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000), PROSE]
Tags = Annotated[list[Tag], Field(max_length=10)]
Category = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=50), LINE]


def _in_utc(at: datetime) -> datetime:
    try:
        at = at.astimezone(UTC)
    except OverflowError:
        raise ValueError("This time is out of range.") from None
    if not 1970 <= at.year < 9000:
        raise ValueError("This time is out of range.")
    return at


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]

_NEVER_EMPTY = {"title", "description", "visibility", "tags", "is_adult", "is_free"}


class VideoType(StrEnum):
    VIDEO = "video"
    SHORT = "short"


class VideoDetails(BaseModel):
    """What the uploader says about the video."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Title
    description: Description = ""
    type: VideoType = VideoType.VIDEO
    visibility: Visibility = Visibility.PUBLIC
    tags: Tags = []
    category: Category | None = None
    country: Country | None = None
    is_adult: bool = False
    is_free: bool = True
    publish: bool = True
    publish_at: Moment | None = None

    def to_publish(self, at: datetime | None = None) -> "VideoDetails":
        """Published as soon as it is ready, or not before ``at``."""
        return self.model_copy(update={"publish": True, "publish_at": at})

    def to_keep_back(self) -> "VideoDetails":
        """Not published before somebody asks for it."""
        return self.model_copy(update={"publish": False, "publish_at": None})


class VideoChanges(BaseModel):
    """What a PATCH may change; fields that are not given stay as they are."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Title | None = None
    description: Description | None = None
    visibility: Visibility | None = None
    tags: Tags | None = None
    category: Category | None = None
    country: Country | None = None
    is_adult: bool | None = None
    is_free: bool | None = None
    publish_at: Annotated[
        Moment | None, Field(description="A time ahead at which to publish it; null: not before its owner asks.")
    ] = None

    @property
    def reschedules(self) -> bool:
        return "publish_at" in self.model_fields_set

    def apply(self, details: VideoDetails) -> VideoDetails:
        """The details as edited, but for the schedule. Null empties what may be empty, and changes nothing else."""
        given = {name: getattr(self, name) for name in self.model_fields_set - {"publish_at"}}
        return details.model_copy(
            update={name: value for name, value in given.items() if value is not None or name not in _NEVER_EMPTY}
        )
