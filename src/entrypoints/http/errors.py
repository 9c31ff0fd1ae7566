"""Errors as answers: one table from the core's error tree to HTTP, and the envelope of a failure."""

import math
from http import HTTPStatus
from typing import Any

import orjson
from aiohttp import web
from multidict import CIMultiDict

from streamcore.shared.errors import (
    ChecksumMismatch,
    Conflict,
    Forbidden,
    Gone,
    Invalid,
    LeaseLost,
    Locked,
    NotFound,
    PayloadTooLarge,
    PreconditionFailed,
    RateLimited,
    Retryable,
    StreamcoreError,
    Unauthenticated,
    Unavailable,
    UnprocessableMedia,
    UnsupportedMediaType,
)

STATUSES: dict[type[StreamcoreError], int] = {
    StreamcoreError: 500,
    Invalid: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Gone: 410,
    PreconditionFailed: 412,
    PayloadTooLarge: 413,
    UnsupportedMediaType: 415,
    UnprocessableMedia: 422,
    Locked: 423,
    RateLimited: 429,
    ChecksumMismatch: 460,  # as the tus protocol has it
    LeaseLost: 409,
    Retryable: 409,
    Unavailable: 503,
}

CODES: dict[int, str] = {status: error.code for error, status in STATUSES.items()} | {
    405: "METHOD_NOT_ALLOWED",
    409: Conflict.code,
    416: "RANGE_NOT_SATISFIABLE",
}
"""The stable code of each failing status that this API answers with."""

MESSAGES: dict[int, str] = {
    405: "This method is not offered here.",
    416: "The range lies outside of the file.",
}

JSON = "application/json; charset=utf-8"


def status_of(error: StreamcoreError) -> int:
    """The status of the nearest class in the table."""
    return next(STATUSES[cls] for cls in type(error).__mro__ if cls in STATUSES)


def failure(status: int, code: str, message: str, details: Any, request_id: str) -> web.Response:
    """The envelope of a failure."""
    error = {"code": code, "message": message, "details": details, "request_id": request_id}
    headers = CIMultiDict({"Content-Type": JSON, "Cache-Control": "no-store"})
    return web.Response(status=status, body=orjson.dumps({"success": False, "error": error}), headers=headers)


def response_for(error: Exception, request_id: str) -> web.Response:
    """The answer that tells ``error``; one that nobody foresaw tells nothing but that it happened."""
    if isinstance(error, StreamcoreError):
        return _core_failure(error, request_id)
    if isinstance(error, web.HTTPException) and error.status >= 400:
        return _http_failure(error, request_id)
    return failure(500, StreamcoreError.code, StreamcoreError.default_message, [], request_id)


def _core_failure(error: StreamcoreError, request_id: str) -> web.Response:
    status = status_of(error)
    details: Any = [{"field": item.field, "message": item.message, "type": item.type} for item in error.details]
    if isinstance(error, RateLimited):
        details = {"retry_after_seconds": round(error.retry_after_seconds, 3)}
    response = failure(status, error.code, error.message, details, request_id)
    if isinstance(error, RateLimited):
        response.headers["Retry-After"] = str(max(1, math.ceil(error.retry_after_seconds)))
    elif status == 503:
        response.headers["Retry-After"] = "1"
    elif status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="streamcore"'
    return response


def _http_failure(error: web.HTTPException, request_id: str) -> web.Response:
    """aiohttp's own refusals: no such route, wrong method, body too large."""
    status = error.status
    by_status = {status: cls for cls, status in reversed(STATUSES.items())}
    message = MESSAGES.get(status) or (
        by_status[status].default_message if status in by_status else f"{HTTPStatus(status).phrase}."
    )
    response = failure(status, CODES.get(status, HTTPStatus(status).name), message, [], request_id)
    if isinstance(error, web.HTTPMethodNotAllowed):
        response.headers["Allow"] = ", ".join(sorted({*error.allowed_methods, "OPTIONS"}))
    return response
