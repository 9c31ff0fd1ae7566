"""One request, as its handler sees it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from aiohttp import web
from multidict import CIMultiDict

from entrypoints.http.policy import DATA_POLICY
from streamcore.identity.models import AccessClaims
from streamcore.shared.access import ANONYMOUS, Actor
from streamcore.shared.errors import NotFound, Unauthenticated
from streamcore.shared.idempotency import IdempotencyKey
from streamcore.shared.ids import UserId, VideoId, is_id

Q = TypeVar("Q")
B = TypeVar("B")

UNREAD = object()

Dress = Callable[[web.Request, web.StreamResponse, "Scope"], None]


class Scope:
    """What the outermost frame keeps about a request: ``sent`` is the bytes of a stream that was begun.

    A handler that prepares its own stream calls ``dress`` on it first. ``own_headers`` go on every answer, errors too.
    ``policy`` are the headers that tell browsers what not to do; None where the handler's own headers hold them.
    """

    __slots__ = ("actor", "dress", "own_headers", "policy", "rate_headers", "request_id", "route", "sent")

    def __init__(self, request_id: str, route: str, dress: Dress) -> None:
        self.request_id = request_id
        self.route = route
        self.dress = dress
        self.actor: Actor = ANONYMOUS
        self.rate_headers: tuple[tuple[str, str], ...] = ()
        self.own_headers: tuple[tuple[str, str], ...] = ()
        self.sent: int | None = None
        self.policy: CIMultiDict[str] | None = DATA_POLICY


@dataclass(slots=True)
class Call(Generic[Q, B]):
    """``query`` and ``body`` are as the operation declares them, ``key`` is the caller's idempotency key."""

    request: web.Request
    scope: Scope
    query: Q
    body: B
    path: dict[str, str]
    actor: Actor = ANONYMOUS
    claims: AccessClaims | None = None
    key: IdempotencyKey | None = None
    draft: Any = UNREAD
    """The JSON body before it was validated, or the error that reading it met: what rate limits look at."""

    def require_claims(self) -> AccessClaims:
        if self.claims is None:
            raise Unauthenticated
        return self.claims

    @property
    def video_id(self) -> VideoId:
        return VideoId(self._id("video_id"))

    @property
    def user_id(self) -> UserId:
        return UserId(self._id("user_id"))

    def _id(self, name: str) -> str:
        text = self.path[name].lower()
        if not is_id(text):
            raise NotFound
        return text


AnyCall = Call[Any, Any]
