from collections.abc import AsyncIterator

import pytest

from adapters.memory.rate_limits import MemoryRateLimiter
from entrypoints.settings import Settings
from streamcore.shared.errors import Unavailable
from streamcore.shared.rate_limits import Rate, Verdict
from tests.integration.http.site import PASSWORD, Site, open_site

LOGIN, REGISTER = "/api/v1/auth/login", "/api/v1/auth/register"


@pytest.fixture
async def limited() -> AsyncIterator[Site]:
    async with open_site(Settings(rate_limits_enabled=True)) as site:
        yield site


async def test_every_answer_tells_what_is_left(limited: Site) -> None:
    first, second = [await limited.anonymous.get("/api/v1/videos") for _ in range(2)]
    assert first.headers["RateLimit-Limit"] == "1000"
    assert first.headers["RateLimit-Remaining"] == "999"
    assert second.headers["RateLimit-Remaining"] == "998"
    assert int(second.headers["RateLimit-Reset"]) >= 1
    assert "RateLimit-Limit" not in (await limited.anonymous.get("/health/live")).headers


async def test_log_in_is_limited_for_each_name(limited: Site) -> None:
    await limited.viewer("mira")
    bodies = [{"login": "mira", "password": PASSWORD}] * 4 + [{"login": "MIRA ", "password": "x"}] * 3
    answers = [await limited.anonymous.post(LOGIN, json=body) for body in bodies]
    assert [answer.status for answer in answers] == [200] * 4 + [401] + [429] * 2
    refused = answers[-1]
    assert refused.code == "RATE_LIMITED"
    wait = refused.json["error"]["details"]["retry_after_seconds"]
    assert 170 < wait <= 180
    assert int(refused.headers["Retry-After"]) >= wait
    assert refused.headers["RateLimit-Remaining"] == "0"
    assert (await limited.anonymous.post(LOGIN, json={"login": "other", "password": "x"})).status == 401
    metrics = (await limited.anonymous.get("/metrics")).body.decode()
    assert f'streamcore_rate_limit_hits_total{{endpoint="{LOGIN}",user_type="anonymous"}} 2.0' in metrics


async def test_rates_count_before_anything_else(limited: Site) -> None:
    """Neither a broken body nor a wrong token gets around them."""
    for _ in range(5):
        assert (await limited.anonymous.post(LOGIN, json=[])).status == 400
    assert (await limited.anonymous.post(LOGIN, data=b"{")).status == 429
    bad = {"Authorization": "Bearer nonsense"}
    before = int((await limited.anonymous.get("/api/v1/videos", headers=bad)).headers["RateLimit-Remaining"])
    after = int((await limited.anonymous.get("/api/v1/videos", headers=bad)).headers["RateLimit-Remaining"])
    assert after == before - 1


async def test_registrations_are_limited_for_each_address(limited: Site) -> None:
    for _ in range(3):
        await limited.viewer()
    answer = await limited.anonymous.post(REGISTER, json={})
    assert (answer.status, answer.code) == (429, "RATE_LIMITED")


async def test_reads_are_limited_for_each_user(limited: Site) -> None:
    mira = await limited.viewer()
    statuses = [(await mira.get("/api/v1/users/me")).status for _ in range(1001)]
    assert statuses.count(200) >= 1000
    assert (await limited.anonymous.get("/api/v1/videos")).status == 200


async def test_a_limiter_that_is_away_lets_requests_pass() -> None:
    class Away(MemoryRateLimiter):
        async def take(self, *takes: tuple[Rate, str]) -> Verdict:
            raise Unavailable

    async with open_site(Settings(rate_limits_enabled=True), rate_limiter=Away()) as site:
        assert (await site.anonymous.get("/api/v1/videos")).status == 200
