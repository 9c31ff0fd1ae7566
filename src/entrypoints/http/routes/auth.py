"""Accounts are opened and sessions begin and end here."""

from typing import Any

from entrypoints.http import answers, presenters
from entrypoints.http.bodies import LoginBody, RefreshBody
from entrypoints.http.call import Call
from entrypoints.http.door import Door
from entrypoints.http.operations import Access, Idempotency, Reply, Table
from entrypoints.http.rates import RateClass
from streamcore.identity.models import Registration

table = Table("auth", "/api/v1/auth", "Accounts and sessions.")

_LOGGED_IN_EXAMPLE = {
    "user": {
        "id": "01936b2e-8f4e-7cc3-9b0a-6d2f5a1c7e90",
        "username": "mira",
        "display_name": "Mira",
        "avatar_url": None,
        "bio": "",
        "role": "viewer",
        "created_at": "2026-11-20T12:00:00.000000Z",
        "email": "mira@example.org",
        "country": None,
        "autoplay": True,
        "interests": [],
    },
    "access_token": "eyJhbGciOi…",
    "refresh_token": "01936b2e-8f51-7d10-a6f4-3f0e6a9d2b11.Zk3…",
    "token_type": "Bearer",
    "expires_in": 900,
}


def _login_subject(call: Call[Any, Any]) -> str:
    """Attempts are counted for each name tried, so that a neighbour behind the same address is not locked out."""
    login = call.draft.get("login") if isinstance(call.draft, dict) else None
    return login.strip().lower()[:254] if isinstance(login, str) else ""


@table.operation(
    "POST",
    "/register",
    id="register",
    summary="Open an account",
    description="Everybody begins as a viewer; opening a channel makes the account a creator.",
    body=Registration,
    answer=answers.LoggedIn,
    status=201,
    rate=RateClass.REGISTER,
    idempotency=Idempotency.EFFECT,
    secret=True,
    errors=(409,),
    examples={
        "body": {"email": "mira@example.org", "username": "mira", "password": "correct horse battery staple"},
        "answer": _LOGGED_IN_EXAMPLE,
    },
)
async def register(door: Door, call: Call[None, Registration]) -> Reply:
    session = await door.platform.identity.register(call.body, call.key)
    return Reply(presenters.logged_in(session))


@table.operation(
    "POST",
    "/login",
    id="login",
    summary="Begin a session",
    body=LoginBody,
    answer=answers.LoggedIn,
    rate=RateClass.LOGIN,
    subject=_login_subject,
    idempotency=Idempotency.NATURAL,
    secret=True,
    errors=(401, 403),
    examples={"body": {"login": "mira", "password": "correct horse battery staple"}, "answer": _LOGGED_IN_EXAMPLE},
)
async def login(door: Door, call: Call[None, LoginBody]) -> Reply:
    session = await door.platform.identity.log_in(call.body.login, call.body.password)
    return Reply(presenters.logged_in(session))


@table.operation(
    "POST",
    "/refresh",
    id="refreshSession",
    summary="Exchange a refresh token for the next pair",
    description="A refresh token works once; one that comes a second time ends its session.",
    body=RefreshBody,
    answer=answers.LoggedIn,
    idempotency=Idempotency.NATURAL,
    secret=True,
    errors=(401, 409),
    examples={
        "body": {"refresh_token": "01936b2e-8f51-7d10-a6f4-3f0e6a9d2b11.Zk3…"},
        "answer": _LOGGED_IN_EXAMPLE,
    },
)
async def refresh(door: Door, call: Call[None, RefreshBody]) -> Reply:
    session = await door.platform.identity.refresh(call.body.refresh_token)
    return Reply(presenters.logged_in(session))


@table.operation(
    "POST",
    "/logout",
    id="logout",
    summary="End the session",
    access=Access.USER,
    status=204,
    idempotency=Idempotency.NATURAL,
)
async def logout(door: Door, call: Call[None, None]) -> Reply:
    await door.platform.identity.log_out(call.require_claims())
    return Reply()
