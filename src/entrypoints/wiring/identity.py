"""The identity room, built on its ports."""

from entrypoints.wiring.ports import Ports
from entrypoints.wiring.rerun import rerun
from streamcore.identity.use_cases.authenticate import Authenticate
from streamcore.identity.use_cases.create_admin import CreateAdmin
from streamcore.identity.use_cases.get_user import GetUser
from streamcore.identity.use_cases.log_in import LogIn
from streamcore.identity.use_cases.log_out import LogOut
from streamcore.identity.use_cases.open_session import OpenSession
from streamcore.identity.use_cases.refresh_session import RefreshSession
from streamcore.identity.use_cases.register_user import RegisterUser


class IdentityRoom:
    """What can be done with accounts and sessions."""

    def __init__(self, ports: Ports) -> None:
        begin, clock, ids, passwords = ports.begin, ports.clock, ports.ids, ports.passwords
        open_session = OpenSession(ports.tokens, clock, ids, ports.random)
        self.register = rerun(RegisterUser(begin, passwords, open_session, clock, ids))
        self.log_in = rerun(LogIn(begin, passwords, open_session))
        self.refresh = rerun(RefreshSession(begin, open_session, clock, ports.random))
        self.log_out = rerun(LogOut(begin, clock))
        self.authenticate = Authenticate(ports.tokens, ports.actors, clock)
        self.create_admin = rerun(CreateAdmin(begin, passwords, clock, ids))
        self.get_user = GetUser(begin)
