from dataclasses import dataclass

from streamcore.identity.models import User
from streamcore.identity.ports import IdentityUnitOfWork
from streamcore.shared.access import Actor, Permission
from streamcore.shared.errors import NotFound
from streamcore.shared.ids import UserId
from streamcore.shared.unit_of_work import Begin


@dataclass(frozen=True, slots=True)
class GetUser:
    """Read an account; a banned one is there only for itself and for moderators."""

    begin: Begin[IdentityUnitOfWork]

    async def __call__(self, actor: Actor, user_id: UserId) -> User:
        async with self.begin() as uow:
            user = await uow.users.get(user_id)
        if user.banned and actor.user_id != user_id and not actor.may(Permission.BAN_USERS):
            raise NotFound
        return user
