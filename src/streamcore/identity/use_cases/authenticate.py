from dataclasses import dataclass

from streamcore.identity.models import AccessClaims
from streamcore.identity.ports import AccessTokens, ActorReader
from streamcore.shared.access import Actor
from streamcore.shared.clock import Clock
from streamcore.shared.errors import Unauthenticated


@dataclass(frozen=True, slots=True)
class Authenticate:
    """Turn an access token into the actor behind it, with the role that storage holds now (ID-8)."""

    tokens: AccessTokens
    actors: ActorReader
    clock: Clock

    async def __call__(self, access_token: str) -> tuple[Actor, AccessClaims]:
        now = self.clock.now()
        claims = self.tokens.read(access_token, now=now)
        actor = await self.actors.actor_of(claims.user_id, claims.session_id, now)
        if actor is None:
            raise Unauthenticated("The session is over.")
        return actor, claims
