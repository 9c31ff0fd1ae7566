from dataclasses import dataclass

from streamcore.identity.models import Registration, User
from streamcore.identity.ports import IdentityUnitOfWork, PasswordHasher
from streamcore.shared.access import Role
from streamcore.shared.clock import Clock
from streamcore.shared.ids import Ids, UserId
from streamcore.shared.unit_of_work import Begin


@dataclass(frozen=True, slots=True)
class CreateAdmin:
    """Open an account with the role admin; reachable from the operator's shell alone."""

    begin: Begin[IdentityUnitOfWork]
    passwords: PasswordHasher
    clock: Clock
    ids: Ids

    async def __call__(self, command: Registration) -> User:
        password_hash = await self.passwords.hash(command.password)
        user, registered = User.register(
            command,
            id=UserId(self.ids.new()),
            password_hash=password_hash,
            at=self.clock.now(),
            role=Role.ADMIN,
        )
        async with self.begin() as uow:
            await uow.users.add(user)
            uow.record(registered)
        return user
