"""Who may see a video: one policy, as a predicate for one object and as a filter for many.

Feeds, search, playlists, media URLs, comments, notifications and analytics all ask here. ``may_see`` says the rule in
words; ``filter_for`` says it as a value that every adapter compiles to its own query language. A property test holds
the two equal on every adapter.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from streamcore.shared.access import Actor, Permission
from streamcore.shared.ids import UserId


class Visibility(StrEnum):
    PUBLIC = "public"
    UNLISTED = "unlisted"
    FOLLOWERS = "followers"
    PRIVATE = "private"


class Purpose(StrEnum):
    """WATCH: somebody has the link. LIST: it is shown to somebody who did not ask for it by name."""

    WATCH = "watch"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """All that the policy looks at. The last two are about the viewer: follows the channel, was granted access."""

    published: bool
    deleted: bool
    visibility: Visibility
    held: bool
    adult: bool
    owner_id: UserId
    owner_banned: bool
    published_at: datetime | None
    viewer_follows: bool = False
    viewer_granted: bool = False


def may_see(facts: VideoFacts, actor: Actor, purpose: Purpose, now: datetime) -> bool:
    """Whether ``actor`` may watch the video, or be shown it in a list.

    Owners and moderators can open whatever is not deleted, but lists show even them only what an audience would see.
    """
    if facts.deleted:
        return False
    if purpose is Purpose.WATCH and (actor.user_id == facts.owner_id or actor.may(Permission.SEE_ANY_VIDEO)):
        return True
    if not facts.published or facts.published_at is None or facts.published_at > now:
        return False
    if facts.held or facts.owner_banned:
        return False
    if facts.adult and not actor.adult_content:
        return False
    match facts.visibility:
        case Visibility.PUBLIC:
            return True
        case Visibility.UNLISTED:
            return purpose is Purpose.WATCH
        case Visibility.FOLLOWERS:
            return facts.viewer_follows or facts.viewer_granted
        case Visibility.PRIVATE:
            return facts.viewer_granted


Flag = Literal["published", "deleted", "held", "adult", "owner_banned"]


@dataclass(frozen=True, slots=True)
class FlagIs:
    flag: Flag
    value: bool


@dataclass(frozen=True, slots=True)
class VisibilityIs:
    values: tuple[Visibility, ...]


@dataclass(frozen=True, slots=True)
class PublishedBy:
    """``published_at`` is known and not after ``now``."""

    now: datetime


@dataclass(frozen=True, slots=True)
class OwnerIs:
    user_id: UserId


@dataclass(frozen=True, slots=True)
class FollowedBy:
    user_id: UserId


@dataclass(frozen=True, slots=True)
class GrantedTo:
    user_id: UserId


@dataclass(frozen=True, slots=True)
class AllOf:
    """True if every part is; true without parts."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True if some part is; false without parts."""

    parts: tuple["Condition", ...]


Condition = FlagIs | VisibilityIs | PublishedBy | OwnerIs | FollowedBy | GrantedTo | AllOf | AnyOf


def filter_for(actor: Actor, purpose: Purpose, now: datetime) -> Condition:
    """The same rule as `may_see`, as a condition on many videos."""
    not_deleted = FlagIs("deleted", False)
    watching = purpose is Purpose.WATCH
    if watching and actor.may(Permission.SEE_ANY_VIDEO):
        return not_deleted

    open_to_all = (Visibility.PUBLIC, Visibility.UNLISTED) if watching else (Visibility.PUBLIC,)
    invited: list[Condition] = [VisibilityIs(open_to_all)]
    if actor.user_id is not None:
        invited.append(AllOf((VisibilityIs((Visibility.FOLLOWERS,)), FollowedBy(actor.user_id))))
        invited.append(AllOf((VisibilityIs((Visibility.FOLLOWERS, Visibility.PRIVATE)), GrantedTo(actor.user_id))))
    audience: list[Condition] = [
        not_deleted,
        FlagIs("published", True),
        PublishedBy(now),
        FlagIs("held", False),
        FlagIs("owner_banned", False),
        AnyOf(tuple(invited)),
    ]
    if not actor.adult_content:
        audience.append(FlagIs("adult", False))
    if watching and actor.user_id is not None:
        return AnyOf((AllOf((not_deleted, OwnerIs(actor.user_id))), AllOf(tuple(audience))))
    return AllOf(tuple(audience))


def holds(condition: Condition, facts: VideoFacts, viewer: UserId | None) -> bool:
    """Evaluate a filter on one video's facts, for adapters without a query language."""
    match condition:
        case FlagIs(flag, value):
            return bool(getattr(facts, flag)) is value
        case VisibilityIs(values):
            return facts.visibility in values
        case PublishedBy(now):
            return facts.published_at is not None and facts.published_at <= now
        case OwnerIs(user_id):
            return facts.owner_id == user_id
        case FollowedBy(user_id):
            return facts.viewer_follows and viewer == user_id
        case GrantedTo(user_id):
            return facts.viewer_granted and viewer == user_id
        case AllOf(parts):
            return all(holds(part, facts, viewer) for part in parts)
        case AnyOf(parts):
            return any(holds(part, facts, viewer) for part in parts)
