import asyncio

from tests.integration.http.site import PASSWORD, Client, Site

REGISTER = "/api/v1/auth/register"
MIRA = {"email": "Mira@Example.org", "username": "Mira", "password": PASSWORD}


async def test_register_opens_an_account_and_logs_in(site: Site) -> None:
    answer = await site.anonymous.post(REGISTER, json=MIRA)
    assert answer.status == 201
    assert answer.data["user"]["role"] == "viewer"
    assert answer.data["user"]["email"] == "mira@example.org"
    assert answer.data["token_type"] == "Bearer"
    assert answer.headers["Cache-Control"] == "no-store"
    mira = Client(site.session, site.address, answer.data["access_token"])
    assert (await mira.get("/api/v1/users/me")).data["username"] == "Mira"


async def test_register_tells_what_is_wrong_with_every_field(site: Site) -> None:
    answer = await site.anonymous.post(REGISTER, json={"email": "x", "username": "a", "password": "short", "age": 3})
    assert (answer.status, answer.code) == (400, "VALIDATION_ERROR")
    assert answer.types == {"username": "string_too_short", "password": "string_too_short", "age": "extra_forbidden"}
    answer = await site.anonymous.post(REGISTER, json=MIRA | {"email": "nobody"})
    assert (answer.status, answer.types) == (400, {"email": "email"})


async def test_names_are_taken_once(site: Site) -> None:
    await site.anonymous.post(REGISTER, json=MIRA)
    answer = await site.anonymous.post(REGISTER, json=MIRA | {"email": "other@example.org", "username": "mIRA"})
    assert (answer.status, answer.code, answer.types) == (409, "CONFLICT", {"username": "username_taken"})
    answer = await site.anonymous.post(REGISTER, json=MIRA | {"username": "other"})
    assert answer.types == {"email": "email_taken"}


async def test_a_repeated_registration_finds_its_account(site: Site) -> None:
    first = await site.anonymous.post(REGISTER, json=MIRA, key="k1")
    again = await site.anonymous.post(REGISTER, json=MIRA, key="k1")
    assert (first.status, again.status) == (201, 201)
    assert first.data["user"] == again.data["user"]
    assert first.data["access_token"] != again.data["access_token"]


async def test_a_key_without_the_password_opens_nothing(site: Site) -> None:
    await site.anonymous.post(REGISTER, json=MIRA, key="k1")
    answer = await site.anonymous.post(REGISTER, json=MIRA | {"password": "another password"}, key="k1")
    assert (answer.status, answer.types) == (409, {"X-Idempotency-Key": "idempotency_key_reused"})


async def test_twenty_registrations_with_one_key_open_one_account(site: Site) -> None:
    answers = await asyncio.gather(*(site.anonymous.post(REGISTER, json=MIRA, key="k1") for _ in range(20)))
    assert {answer.status for answer in answers} == {201}
    assert len({answer.data["user"]["id"] for answer in answers}) == 1


async def test_log_in_by_either_name(site: Site) -> None:
    await site.anonymous.post(REGISTER, json=MIRA)
    for login in ("mira", "MIRA@example.org"):
        answer = await site.anonymous.post("/api/v1/auth/login", json={"login": login, "password": PASSWORD})
        assert answer.status == 200
        assert answer.data["user"]["username"] == "Mira"


async def test_wrong_password_and_unknown_name_get_the_same_answer(site: Site) -> None:
    await site.anonymous.post(REGISTER, json=MIRA)
    wrong = await site.anonymous.post("/api/v1/auth/login", json={"login": "mira", "password": "wrong"})
    unknown = await site.anonymous.post("/api/v1/auth/login", json={"login": "nobody", "password": "wrong"})
    assert wrong.status == unknown.status == 401
    assert wrong.headers["WWW-Authenticate"].startswith("Bearer")
    assert wrong.json["error"]["message"] == unknown.json["error"]["message"]


async def test_a_refresh_token_works_once(site: Site) -> None:
    session = (await site.anonymous.post(REGISTER, json=MIRA)).data
    body = {"refresh_token": session["refresh_token"]}
    second = await site.anonymous.post("/api/v1/auth/refresh", json=body)
    assert second.status == 200
    assert (await site.anonymous.post("/api/v1/auth/refresh", json=body)).status == 401
    reused = await site.anonymous.post("/api/v1/auth/refresh", json={"refresh_token": second.data["refresh_token"]})
    assert reused.status == 401, "a stolen token ends the session"
    assert (await site.anonymous.post("/api/v1/auth/refresh", json={"refresh_token": "x"})).status == 401
    assert (await site.anonymous.post("/api/v1/auth/refresh", json={})).types == {"refresh_token": "missing"}


async def test_log_out_ends_the_session_at_once(site: Site) -> None:
    viewer = await site.viewer()
    assert (await viewer.post("/api/v1/auth/logout")).status == 204
    assert (await viewer.get("/api/v1/users/me")).status == 401
    assert (await site.anonymous.post("/api/v1/auth/logout")).status == 401


async def test_a_wrong_token_is_told_even_where_none_is_needed(site: Site) -> None:
    for authorization in ("Bearer nonsense", "Basic bWlyYTp4", "Bearer", "Bearer  "):
        answer = await site.anonymous.get("/api/v1/videos", headers={"Authorization": authorization})
        assert (answer.status, answer.code) == (401, "UNAUTHENTICATED"), authorization
