"""What holds for every answer."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator

import pytest

from entrypoints.http.app import TABLES
from entrypoints.settings import Settings
from streamcore.shared.errors import DeadlineExceeded, Unavailable
from tests.integration.http.site import Site, open_site

LOGIN = "/api/v1/auth/login"


async def test_an_unknown_address_is_told_in_the_envelope(site: Site) -> None:
    for path in ("/", "/api/v1/nothing", "/api/v2/videos", "/api/v1/videos/", "/api/v1/users/me/more", "/%2e%2e/etc"):
        answer = await site.anonymous.get(path)
        assert (answer.status, answer.code, answer.json["success"]) == (404, "NOT_FOUND", False)
        assert answer.json["error"]["request_id"] == answer.headers["X-Request-ID"]


async def test_a_wrong_method_names_the_right_ones(site: Site) -> None:
    for method, path, allowed in (
        ("DELETE", "/api/v1/videos", "GET, HEAD, OPTIONS, POST"),
        ("PUT", f"/api/v1/videos/{uuid.uuid4()}", "DELETE, GET, HEAD, OPTIONS, PATCH"),
        ("POST", "/media/videos/x", "GET, HEAD, OPTIONS, PUT"),
        ("PROPFIND", "/health", "GET, HEAD, OPTIONS"),
        ("OPTIONS", "/api/v1/videos", "GET, HEAD, OPTIONS, POST"),
    ):
        answer = await site.anonymous.request(method, path)
        assert (answer.status, answer.code) == (405, "METHOD_NOT_ALLOWED")
        assert answer.headers["Allow"] == allowed


async def test_every_operation_is_routed(site: Site) -> None:
    """No operation is hidden behind another one, and none forgets who may call it."""
    for table in TABLES:
        for operation in table.operations:
            path = operation.path.replace("{key:.+}", "x")
            path = path.replace("{asset}", "x").replace("{channel}", "x")
            path = path.replace("{video_id}", str(uuid.uuid4())).replace("{user_id}", str(uuid.uuid4()))
            path = path.replace("{lang}", "en")
            answer = await site.anonymous.request(operation.method, path, headers={"Tus-Resumable": "1.0.0"})
            if not operation.public:
                assert answer.status == 401, operation.id
            else:
                assert answer.status in (200, 204, 400, 404, 415), operation.id


@pytest.mark.parametrize(
    ("body", "headers", "status", "types"),
    [
        (b"", {}, 400, {"body": "missing"}),
        (b"{", {"Content-Type": "application/json"}, 400, {"body": "json_invalid"}),
        (b"", {"Content-Type": "application/json"}, 400, {"body": "json_invalid"}),
        (b'{"login": NaN}', {"Content-Type": "application/json"}, 400, {"body": "json_invalid"}),
        (b'{"login": "\xff"}', {"Content-Type": "application/json"}, 400, {"body": "json_invalid"}),
        (b'{"login": "\\ud800"}', {"Content-Type": "application/json"}, 400, {"body": "json_invalid"}),
        (b"[1]", {"Content-Type": "application/json; charset=utf-8"}, 400, {"body": "model_type"}),
        (b"null", {"Content-Type": "application/json"}, 400, {"body": "model_type"}),
        (b'{"login": "a\\u0000b"}', {"Content-Type": "application/json"}, 400, {"login": "nul_character"}),
        (b'{"a": ' * 40 + b"1" + b"}" * 40, {"Content-Type": "application/json"}, 400, {"body": "too_deep"}),
        (b"[" * 100_000, {"Content-Type": "application/json"}, 400, {"body": "json_invalid"}),
        (b"a=b", {"Content-Type": "application/x-www-form-urlencoded"}, 415, {}),
        (b"{}", {"Content-Type": "text/plain"}, 415, {}),
        (b"{}", {}, 415, {}),
        (b'"' + b"x" * 1024 * 1024, {"Content-Type": "application/json"}, 413, {}),
    ],
)
async def test_bodies_that_are_refused(
    site: Site, body: bytes, headers: dict[str, str], status: int, types: dict[str, str]
) -> None:
    reader, writer = await asyncio.open_connection(*site.address.removeprefix("http://").split(":"))
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    writer.write(f"POST {LOGIN} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{head}".encode())
    writer.write(f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    error = json.loads(answer.partition(b"\r\n\r\n")[2])["error"]
    assert {item["field"]: item["type"] for item in error["details"]} == types


async def test_a_body_of_unknown_length_is_limited_too(site: Site) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 20_000

    answer = await site.anonymous.post(LOGIN, data=endless(), headers={"Content-Type": "application/json"})
    assert (answer.status, answer.code) == (413, "PAYLOAD_TOO_LARGE")


async def test_request_ids(site: Site) -> None:
    given = "trace-1234.abcd"
    answer = await site.anonymous.get("/health/live", headers={"X-Request-ID": given})
    assert answer.headers["X-Request-ID"] == given
    for bad in ("short", "a b c d e f g h", 'quote"quote"', "x" * 129):
        made = (await site.anonymous.get("/health/live", headers={"X-Request-ID": bad})).headers["X-Request-ID"]
        assert uuid.UUID(made).version == 7
    ids = {(await site.anonymous.get("/health/live")).headers["X-Request-ID"] for _ in range(50)}
    assert len(ids) == 50


async def test_security_headers(site: Site) -> None:
    for path in ("/health/live", "/api/v1/videos", "/api/v1/nothing", "/api/v1/users/me"):
        headers = (await site.anonymous.get(path)).headers
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert headers["Server"] == "streamcore"
        assert "Strict-Transport-Security" not in headers
        assert "Access-Control-Allow-Origin" not in headers


async def test_https_is_insisted_on_where_it_is_used() -> None:
    async with open_site(Settings(public_url="https://tube.example", rate_limits_enabled=False)) as site:
        assert "Strict-Transport-Security" in (await site.anonymous.get("/health/live")).headers
    async with open_site(Settings(trusted_proxies=["127.0.0.0/8"], rate_limits_enabled=False)) as site:
        forwarded = {"X-Forwarded-Proto": "https"}
        assert "Strict-Transport-Security" in (await site.anonymous.get("/health/live", headers=forwarded)).headers
        assert "Strict-Transport-Security" not in (await site.anonymous.get("/health/live")).headers


async def test_pages_of_listed_origins_may_call() -> None:
    listed, other = "https://app.example", "https://evil.example"
    async with open_site(Settings(cors_origins=[listed], rate_limits_enabled=False)) as site:
        answer = await site.anonymous.get("/api/v1/videos", headers={"Origin": listed})
        assert answer.headers["Access-Control-Allow-Origin"] == listed
        assert "Origin" in answer.headers.getall("Vary")  # type: ignore[attr-defined]
        assert "X-Request-ID" in answer.headers["Access-Control-Expose-Headers"]
        answer = await site.anonymous.get("/api/v1/nothing", headers={"Origin": listed})
        assert answer.headers["Access-Control-Allow-Origin"] == listed, "errors can be read too"
        answer = await site.anonymous.get("/api/v1/videos", headers={"Origin": other})
        assert "Access-Control-Allow-Origin" not in answer.headers
        asking = {"Origin": listed, "Access-Control-Request-Method": "POST"}
        answer = await site.anonymous.request("OPTIONS", "/api/v1/videos", headers=asking)
        assert answer.status == 204
        assert answer.headers["Access-Control-Allow-Origin"] == listed
        assert "X-Idempotency-Key" in answer.headers["Access-Control-Allow-Headers"]
        answer = await site.anonymous.request("OPTIONS", "/api/v1/videos", headers=asking | {"Origin": other})
        assert "Access-Control-Allow-Origin" not in answer.headers


async def test_an_error_that_nobody_foresaw_tells_nothing(site: Site) -> None:
    class Broken:
        def __getattr__(self, name: str) -> object:
            raise RuntimeError("the password is swordfish")

    async with open_site(video_queries=Broken()) as broken:
        answer = await broken.anonymous.get(f"/api/v1/videos/{uuid.uuid4()}/status")
        assert (answer.status, answer.code) == (500, "INTERNAL_ERROR")
        assert b"swordfish" not in answer.body
        assert (await broken.anonymous.get("/health/live")).status == 200


@pytest.mark.parametrize("error", [Unavailable(), DeadlineExceeded()])
async def test_an_engine_that_is_away_is_told(error: Exception) -> None:
    class Away:
        async def newest(self, *_: object, **__: object) -> object:
            raise error

    async with open_site(video_queries=Away()) as site:
        answer = await site.anonymous.get("/api/v1/videos")
        assert (answer.status, answer.code, answer.headers["Retry-After"]) == (503, "UNAVAILABLE", "1")


async def test_the_log_names_routes_and_no_secrets(site: Site) -> None:
    viewer = await site.viewer("somebody")
    await viewer.get("/api/v1/videos?utm=secret-token", headers={"X-Request-ID": "the-request-1"})
    await site.anonymous.get("/media/~secret-token/videos/x/y/z")
    await site.anonymous.get("/api/v1/nothing?secret-token")
    await asyncio.sleep(0.4)
    lines = site.log_lines()
    assert b"secret" not in site.log.getvalue()
    assert b"somebody" not in site.log.getvalue()
    line = next(line for line in lines if line["request_id"] == "the-request-1")
    assert (line["method"], line["route"], line["status"]) == ("GET", "/api/v1/videos", 200)
    assert line["user_id"] == viewer.user["id"]
    assert line["bytes"] > 0
    assert line["ms"] >= 0
    assert [line["route"] for line in lines[-2:]] == ["/media/{key:.+}", "unmatched"]


async def test_metrics_count_by_route(site: Site) -> None:
    await site.anonymous.get(f"/api/v1/videos/{uuid.uuid4()}")
    await site.anonymous.get("/api/v1/nothing/at/all")
    text = (await site.anonymous.get("/metrics")).body.decode()
    name = "streamcore_http_request_duration_seconds_count"
    assert f'{name}{{method="GET",route="/api/v1/videos/{{video_id}}",status_code="404"}} 1.0' in text
    assert f'{name}{{method="GET",route="unmatched",status_code="404"}} 1.0' in text
    assert 'streamcore_http_request_duration_seconds_bucket{le="+Inf"' in text
    assert "process_cpu_seconds_total" in text
