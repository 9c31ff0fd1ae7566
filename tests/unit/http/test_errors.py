"""Every error of the core has its status and its code."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from aiohttp import web

import adapters  # noqa: F401  # third parties may add errors; ours are all in the core
from entrypoints.http.errors import CODES, STATUSES, response_for, status_of
from streamcore.shared.errors import Detail, Invalid, RateLimited, StreamcoreError, UnprocessableMedia

CONTRACT = {
    "VALIDATION_ERROR": 400,
    "UNAUTHENTICATED": 401,
    "FORBIDDEN": 403,
    "NOT_FOUND": 404,
    "METHOD_NOT_ALLOWED": 405,
    "CONFLICT": 409,
    "GONE": 410,
    "PRECONDITION_FAILED": 412,
    "PAYLOAD_TOO_LARGE": 413,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "RANGE_NOT_SATISFIABLE": 416,
    "QUOTA_EXCEEDED": 413,
    "UNPROCESSABLE_MEDIA": 422,
    "LOCKED": 423,
    "RATE_LIMITED": 429,
    "CHECKSUM_MISMATCH": 460,
    "INTERNAL_ERROR": 500,
    "UNAVAILABLE": 503,
}


def subclasses(cls: type[StreamcoreError]) -> Iterator[type[StreamcoreError]]:
    for sub in cls.__subclasses__():
        yield sub
        yield from subclasses(sub)


def made(cls: type[StreamcoreError]) -> StreamcoreError:
    if issubclass(cls, RateLimited):
        return cls(12.3)
    if issubclass(cls, UnprocessableMedia):
        return cls("NO_VIDEO")
    return cls()


def error_of(response: web.Response) -> dict[str, Any]:
    assert isinstance(response.body, bytes)
    error: dict[str, Any] = json.loads(response.body)["error"]
    return error


@pytest.mark.parametrize("cls", [*subclasses(StreamcoreError)], ids=lambda cls: cls.__name__)
def test_every_error_is_mapped_as_the_contract_says(cls: type[StreamcoreError]) -> None:
    error = made(cls)
    assert any(parent in STATUSES for parent in cls.__mro__[: cls.__mro__.index(StreamcoreError)]), "not mapped"
    assert status_of(error) == CONTRACT[error.code]
    response = response_for(error, "r-1")
    assert response.status == CONTRACT[error.code]
    told = error_of(response)
    assert (told["code"], told["message"], told["request_id"]) == (error.code, error.message, "r-1")


def test_the_codes_are_those_of_the_contract() -> None:
    shared = {"QUOTA_EXCEEDED"}  # finer than the code of its status
    assert {code: status for status, code in CODES.items()} == {
        code: status for code, status in CONTRACT.items() if code not in shared
    }


def test_details_are_told() -> None:
    error = Invalid(details=[Detail("tags.0", "Too long.", "too_long")])
    assert error_of(response_for(error, "r"))["details"] == [
        {"field": "tags.0", "message": "Too long.", "type": "too_long"}
    ]


def test_a_rate_limit_tells_when_to_come_back() -> None:
    response = response_for(RateLimited(12.3), "r")
    assert response.headers["Retry-After"] == "13"
    assert error_of(response)["details"] == {"retry_after_seconds": 12.3}
    assert response_for(RateLimited(0.0), "r").headers["Retry-After"] == "1"


def test_what_nobody_foresaw_tells_nothing() -> None:
    response = response_for(RuntimeError("swordfish"), "r")
    assert response.status == 500
    assert b"swordfish" not in (response.body if isinstance(response.body, bytes) else b"")


def test_the_frameworks_own_refusals_are_told_in_the_envelope() -> None:
    for error, code in (
        (web.HTTPNotFound(), "NOT_FOUND"),
        (web.HTTPRequestEntityTooLarge(1, 2), "PAYLOAD_TOO_LARGE"),
        (web.HTTPBadRequest(), "VALIDATION_ERROR"),
        (web.HTTPExpectationFailed(), "EXPECTATION_FAILED"),
    ):
        assert error_of(response_for(error, "r"))["code"] == code
    response = response_for(web.HTTPMethodNotAllowed("PUT", ["GET", "HEAD"]), "r")
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
