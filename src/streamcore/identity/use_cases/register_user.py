from dataclasses import dataclass

from streamcore.identity.models import LoggedIn, Registration, User
from streamcore.identity.ports import IdentityUnitOfWork, PasswordHasher
from streamcore.identity.use_cases.open_session import OpenSession
from streamcore.shared.clock import Clock
from streamcore.shared.idempotency import IdempotencyKey
from streamcore.shared.ids import Ids, UserId
from streamcore.shared.unit_of_work import Begin


@dataclass(frozen=True, slots=True)
class RegisterUser:
    """Open an account as a viewer and log it in (ID-1)."""

    begin: Begin[IdentityUnitOfWork]
    passwords: PasswordHasher
    open_session: OpenSession
    clock: Clock
    ids: Ids

    async def __call__(self, command: Registration, key: IdempotencyKey | None = None) -> LoggedIn:
        password_hash = await self.passwords.hash(command.password)
        user, registered = User.register(
            command, id=UserId(self.ids.new()), password_hash=password_hash, at=self.clock.now()
        )
        async with self.begin() as uow:
            if key and (effect := await uow.idempotency.find(key)):
                return await self.open_session(uow, await uow.users.get(UserId(effect.resource_id)))
            await uow.users.add(user)
            if key:
                await uow.idempotency.add(key, user.id)
            uow.record(registered)
            return await self.open_session(uow, user)
