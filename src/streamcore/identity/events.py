"""What has happened to accounts."""

from dataclasses import dataclass
from typing import ClassVar

from streamcore.shared.access import Role
from streamcore.shared.events import Event
from streamcore.shared.ids import UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRegistered(Event):
    name: ClassVar[str] = "identity.UserRegistered"
    user_id: UserId
    username: str

    @property
    def aggregate_id(self) -> str:
        return self.user_id


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleChanged(Event):
    name: ClassVar[str] = "identity.RoleChanged"
    user_id: UserId
    role: Role

    @property
    def aggregate_id(self) -> str:
        return self.user_id
