"""Who acts, and what each role may do: one table for the whole platform (ID-8)."""

from dataclasses import dataclass, field
from enum import StrEnum

from streamcore.shared.errors import Forbidden, Unauthenticated
from streamcore.shared.ids import UserId


class Role(StrEnum):
    """Ordered by trust. StreamHub's *viewer* and TikTok's *user* are the same role."""

    VIEWER = "viewer"
    CREATOR = "creator"
    MODERATOR = "moderator"
    ADMIN = "admin"


class Permission(StrEnum):
    WATCH_VIDEOS = "watch_videos"
    UPLOAD_VIDEOS = "upload_videos"
    DELETE_OWN_VIDEOS = "delete_own_videos"
    DELETE_ANY_VIDEO = "delete_any_video"
    SEE_ANY_VIDEO = "see_any_video"
    BAN_USERS = "ban_users"
    VIEW_OWN_ANALYTICS = "view_own_analytics"
    VIEW_ALL_ANALYTICS = "view_all_analytics"
    MANAGE_ROLES = "manage_roles"
    ACCESS_ADMIN_API = "access_admin_api"


_VIEWER = frozenset({Permission.WATCH_VIDEOS})
_CREATOR = _VIEWER | {Permission.UPLOAD_VIDEOS, Permission.DELETE_OWN_VIDEOS, Permission.VIEW_OWN_ANALYTICS}
_MODERATOR = _CREATOR | {
    Permission.DELETE_ANY_VIDEO,
    Permission.SEE_ANY_VIDEO,
    Permission.BAN_USERS,
    Permission.VIEW_ALL_ANALYTICS,
    Permission.ACCESS_ADMIN_API,
}
_ADMIN = _MODERATOR | {Permission.MANAGE_ROLES}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: _VIEWER,
    Role.CREATOR: _CREATOR,
    Role.MODERATOR: _MODERATOR,
    Role.ADMIN: _ADMIN,
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: a user with the role that storage holds for them now, or nobody (``ANONYMOUS``).

    ``adult_content`` is the user's own wish to be shown adult videos.
    """

    user_id: UserId | None
    role: Role | None
    adult_content: bool = False
    permissions: frozenset[Permission] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        granted = PERMISSIONS[self.role] if self.role else _VIEWER
        object.__setattr__(self, "permissions", granted)

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    def require(self, permission: Permission) -> UserId:
        """The user's id, or `Unauthenticated` for nobody and `Forbidden` without the permission."""
        user_id = self.require_user()
        if permission not in self.permissions:
            raise Forbidden
        return user_id

    def require_user(self) -> UserId:
        if self.user_id is None:
            raise Unauthenticated
        return self.user_id


ANONYMOUS = Actor(None, None)
