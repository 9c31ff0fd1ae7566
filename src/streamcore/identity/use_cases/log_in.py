from dataclasses import dataclass, replace

from streamcore.identity.models import LoggedIn, User
from streamcore.identity.ports import IdentityUnitOfWork, PasswordHasher
from streamcore.identity.use_cases.open_session import OpenSession
from streamcore.shared.errors import Forbidden, Unauthenticated
from streamcore.shared.unit_of_work import Begin


@dataclass(frozen=True, slots=True)
class LogIn:
    """Exchange an e-mail address or username and a password for a session (ID-1).

    An unknown account costs as much time as a wrong password and gets the same answer.
    """

    begin: Begin[IdentityUnitOfWork]
    passwords: PasswordHasher
    open_session: OpenSession

    async def __call__(self, login: str, password: str) -> LoggedIn:
        user = await self._verified(login, password)
        new_hash = await self.passwords.hash(password) if self.passwords.outdated(user.password_hash) else None
        async with self.begin() as uow:
            user = await uow.users.get(user.id)
            if user.banned:
                raise Forbidden("This account is banned.")
            if new_hash:
                await uow.users.save(replace(user, password_hash=new_hash))
            return await self.open_session(uow, user)

    async def _verified(self, login: str, password: str) -> User:
        async with self.begin() as uow:
            user = await uow.users.find_by_login(login)
        if user is None:
            await self.passwords.waste(password)
        elif await self.passwords.verify(password, user.password_hash):
            return user
        raise Unauthenticated("Login or password is wrong.")
