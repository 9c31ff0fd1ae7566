"""The permission matrix, cell by cell, as the platform's founding document has it (not as the code does)."""

import pytest

from streamcore.shared.access import ANONYMOUS, Actor, Permission, Role
from streamcore.shared.errors import Forbidden, Unauthenticated
from streamcore.shared.ids import UserId

# action: viewer, creator, moderator, admin
MATRIX = {
    Permission.WATCH_VIDEOS: (True, True, True, True),
    Permission.UPLOAD_VIDEOS: (False, True, True, True),
    Permission.DELETE_OWN_VIDEOS: (False, True, True, True),
    Permission.DELETE_ANY_VIDEO: (False, False, True, True),
    Permission.SEE_ANY_VIDEO: (False, False, True, True),
    Permission.BAN_USERS: (False, False, True, True),
    Permission.VIEW_OWN_ANALYTICS: (False, True, True, True),
    Permission.VIEW_ALL_ANALYTICS: (False, False, True, True),
    Permission.MANAGE_ROLES: (False, False, False, True),
    Permission.ACCESS_ADMIN_API: (False, False, True, True),
}
ROLES = (Role.VIEWER, Role.CREATOR, Role.MODERATOR, Role.ADMIN)


def test_every_permission_has_a_row() -> None:
    assert set(MATRIX) == set(Permission)


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("role", ROLES)
def test_cell(role: Role, permission: Permission) -> None:
    actor = Actor(UserId("u"), role)
    expected = MATRIX[permission][ROLES.index(role)]
    assert actor.may(permission) is expected
    if expected:
        assert actor.require(permission) == "u"
    else:
        with pytest.raises(Forbidden):
            actor.require(permission)


def test_nobody_may_only_watch() -> None:
    assert [permission for permission in Permission if ANONYMOUS.may(permission)] == [Permission.WATCH_VIDEOS]
    with pytest.raises(Unauthenticated):
        ANONYMOUS.require(Permission.WATCH_VIDEOS)
