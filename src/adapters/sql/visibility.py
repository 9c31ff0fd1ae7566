"""The visibility policy's filter as a WHERE clause on ``videos``.

A condition is parted into its shape and its values, so that a statement is built once per shape. What partial indexes
look at (the status) is a literal, since no engine uses such an index for a value that it does not know when planning.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, false, literal_column, or_, select, true

from adapters.sql.metadata import UtcTime
from adapters.sql.tables import Id, follows, users, video_grants, videos
from streamcore.shared.visibility import (
    AllOf,
    AnyOf,
    Condition,
    FlagIs,
    FollowedBy,
    GrantedTo,
    OwnerIs,
    PublishedBy,
    VisibilityIs,
)
from streamcore.videos.models.status import VideoStatus

Shape = tuple[Any, ...]


def part(condition: Condition, values: dict[str, Any]) -> Shape:
    """The condition's shape; its times and ids are added to ``values`` under the names that the shape tells."""
    match condition:
        case FlagIs(flag, value):
            return ("flag", flag, value)
        case VisibilityIs(allowed):
            return ("visibility", *(one.value for one in allowed))
        case PublishedBy(now):
            return ("published_by", _name(now, values))
        case OwnerIs(user_id):
            return ("owner", _name(user_id, values))
        case FollowedBy(user_id):
            return ("follower", _name(user_id, values))
        case GrantedTo(user_id):
            return ("granted", _name(user_id, values))
        case AllOf(parts):
            return ("all", *(part(one, values) for one in parts))
        case AnyOf(parts):
            return ("any", *(part(one, values) for one in parts))


def _name(value: Any, values: dict[str, Any]) -> str:
    for name, known in values.items():
        if known is value and name.startswith("seen_"):
            return name
    name = f"seen_{len(values)}"
    values[name] = value
    return name


def clause(shape: Shape) -> ColumnElement[bool]:
    """The WHERE clause of a shape, with one parameter for each value that it names."""
    kind, *rest = shape
    match kind:
        case "flag":
            return _flag(*rest)
        case "visibility":
            return or_(false(), *(videos.c.visibility == _literal(value) for value in rest))
        case "published_by":
            return videos.c.published_at <= bindparam(rest[0], type_=UtcTime())
        case "owner":
            return videos.c.owner_id == bindparam(rest[0], type_=Id)
        case "follower":
            viewer = follows.c.follower_id == bindparam(rest[0], type_=Id)
            return select(follows.c.follower_id).where(viewer, follows.c.channel_id == videos.c.channel_id).exists()
        case "granted":
            viewer = video_grants.c.user_id == bindparam(rest[0], type_=Id)
            return select(video_grants.c.user_id).where(viewer, video_grants.c.video_id == videos.c.id).exists()
        case "all":
            return and_(true(), *map(clause, rest))
        case _:
            return or_(false(), *map(clause, rest))


def owner_banned() -> ColumnElement[bool]:
    return select(users.c.id).where(users.c.id == videos.c.owner_id, users.c.banned_at.is_not(None)).exists()


def has_status(status: VideoStatus) -> ColumnElement[bool]:
    return videos.c.status == _literal(status.value)


def _flag(flag: str, value: bool) -> ColumnElement[bool]:
    match flag:
        case "published":
            found = has_status(VideoStatus.PUBLISHED)
        case "deleted":
            found = has_status(VideoStatus.DELETED)
        case "owner_banned":
            found = owner_banned()
        case "held":
            return videos.c.held.is_(true() if value else false())
        case _:
            return videos.c.is_adult.is_(true() if value else false())
    return found if value else ~found


def _literal(word: str) -> ColumnElement[str]:
    """A word of ours (never one of a user's) in the statement's text."""
    return literal_column(f"'{word}'")
