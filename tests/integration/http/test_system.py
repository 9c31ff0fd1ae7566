import asyncio
import json
from collections.abc import AsyncIterator

from openapi_spec_validator import validate

from entrypoints.http.app import make_app
from entrypoints.http.server import listen
from entrypoints.settings import Settings
from streamcore.shared.errors import Unavailable
from tests.integration.http.site import Answer, Client, Site, open_site


async def probe(site: Site, **checks: object) -> tuple[int, dict[str, object]]:
    app = make_app(site.platform, Settings(access_log=False), checks=checks)  # type: ignore[arg-type]
    async with listen(app, "127.0.0.1", 0) as address, site.session.get(f"{address}/health/ready") as response:
        return response.status, await response.json()


async def good() -> None:
    pass


async def away() -> None:
    raise Unavailable


async def broken() -> None:
    raise RuntimeError


async def silent() -> None:
    await asyncio.sleep(60)


async def test_health(site: Site) -> None:
    live = await site.anonymous.get("/health/live")
    assert (live.status, live.data["status"], set(live.data)) == (200, "ok", {"status", "version"})
    for path in ("/health", "/health/ready"):
        ready = await site.anonymous.get(path)
        assert (ready.status, ready.data["status"]) == (200, "ok")
        assert ready.data["checks"]["database"]["status"] == "ok"


async def test_readiness_needs_the_engines_that_cannot_be_done_without(site: Site) -> None:
    for failing in (away, broken, silent):
        status, body = await probe(site, database=failing, cache=away, queue=good)
        assert status == 503
        assert [item["field"] for item in body["error"]["details"]] == ["database"]  # type: ignore[index]
    status, body = await probe(site, database=good, cache=away, mail=broken)
    assert status == 200
    assert body["data"]["status"] == "degraded"  # type: ignore[index]
    assert body["data"]["checks"]["cache"]["status"] == "failed"  # type: ignore[index]


async def test_the_description_is_valid_and_cacheable(site: Site) -> None:
    answer = await site.anonymous.get("/api/v1/openapi.json")
    document = json.loads(answer.body)
    validate(document)
    assert document["openapi"].startswith("3.1")
    again = await site.anonymous.get("/api/v1/openapi.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status == 304


async def test_the_documentation_needs_nothing_from_elsewhere(site: Site) -> None:
    page = await site.anonymous.get("/api/v1/docs")
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    text = page.body.decode()
    assert "//" not in text.replace("<!doctype html>", "")
    for asset, content_type in (("docs.js", "text/javascript"), ("docs.css", "text/css")):
        assert f"docs/{asset}" in text
        answer = await site.anonymous.get(f"/api/v1/docs/{asset}")
        assert answer.headers["Content-Type"].startswith(content_type)
        assert b"http" not in answer.body.replace(b"https://json-schema.org", b"")
    assert (await site.anonymous.get("/api/v1/docs/index.html")).status == 404


RAW = (
    b'--b\r\nContent-Disposition: form-data; name="title"\r\n\r\nA film\r\n'
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\nContent-Type: video/mp4\r\n\r\n'
    b"a film\r\n--b--\r\n"
)


async def test_a_shutdown_lets_requests_finish() -> None:
    async with open_site() as site:
        mira = await site.creator()
        app = make_app(site.platform, Settings(access_log=False), checks={})
        begun = asyncio.Event()

        async def slowly() -> AsyncIterator[bytes]:
            yield RAW[:100]
            begun.set()
            await asyncio.sleep(0.5)
            yield RAW[100:]

        async with listen(app, "127.0.0.1", 0, drain_seconds=10) as address:
            sending = asyncio.create_task(_post(mira, f"{address}/api/v1/videos", slowly()))
            await begun.wait()
            await asyncio.sleep(0.1)
        assert (await sending).status == 202


async def _post(client: Client, url: str, data: AsyncIterator[bytes]) -> Answer:
    return await client.post(url, data=data, key="k", headers={"Content-Type": "multipart/form-data; boundary=b"})
