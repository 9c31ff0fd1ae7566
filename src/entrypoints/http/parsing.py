"""Reading what clients send, and saying exactly what is wrong with it."""

from collections.abc import Mapping
from functools import cache
from hashlib import scrypt, sha256
from typing import Any, TypeVar, get_origin

import orjson
from aiohttp import web
from multidict import MultiMapping
from pydantic import BaseModel, ValidationError

from entrypoints.http.pace import paced
from streamcore.shared.errors import Detail, Invalid, PayloadTooLarge, UnsupportedMediaType

MAX_JSON = 1024 * 1024
MAX_DEPTH = 32

M = TypeVar("M", bound=BaseModel)


def invalid(error: ValidationError, *, within: str = "") -> Invalid:
    """A validation error as the contract tells it: the field's dotted path, a sentence, a stable type."""
    return Invalid(
        details=[
            Detail(".".join(str(part) for part in item["loc"]) or within or "body", item["msg"], item["type"])
            for item in error.errors(include_url=False, include_input=False, include_context=False)
        ]
    )


def validate(model: type[M], value: Any, *, within: str = "") -> M:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise invalid(error, within=within) from error


@cache
def _list_fields(model: type[BaseModel]) -> frozenset[str]:
    return frozenset(name for name, field in model.model_fields.items() if get_origin(field.annotation) is list)


def read_query(model: type[M], query: MultiMapping[str]) -> M:
    """Validate a query string; parameters that the operation does not know are passed over."""
    lists = _list_fields(model)
    values: dict[str, Any] = {}
    for name in model.model_fields:
        if name in query:
            values[name] = query.getall(name) if name in lists else query[name]
    check_plain(values)
    return validate(model, values)


async def read_limited(request: web.Request, limit: int) -> bytes:
    """The whole body, of at most ``limit`` bytes."""
    too_large = PayloadTooLarge(f"The body may have up to {limit} bytes.")
    if request.content_length is not None and request.content_length > limit:
        raise too_large
    chunks: list[bytes] = []
    size = 0
    async for chunk in paced(aiter(request.content.iter_any())):
        size += len(chunk)
        if size > limit:
            raise too_large
        chunks.append(chunk)
    return b"".join(chunks)


async def read_json(request: web.Request) -> Any:
    """The JSON value in the body; `Invalid` for anything that is none, `UnsupportedMediaType` for another type."""
    raw = await read_limited(request, MAX_JSON)
    if not raw and "Content-Type" not in request.headers:
        raise Invalid.field("body", "Send a JSON object.", "missing")
    if request.content_type != "application/json":
        raise UnsupportedMediaType("Send the body as application/json.")
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Invalid.field("body", "The body is no JSON.", "json_invalid") from error
    check_plain(value)
    return value


def check_plain(value: Any) -> None:
    """`Invalid` for nesting deeper than any operation needs, and for NUL characters, which no database keeps."""
    level: list[tuple[str, Any]] = [("body", value)]
    for _ in range(MAX_DEPTH):
        below: list[tuple[str, Any]] = []
        for name, item in level:
            if isinstance(item, str):
                if "\0" in item:
                    raise Invalid.field(name, "NUL characters are not allowed.", "nul_character")
            elif isinstance(item, dict):
                below += item.items()
                below += ((name, key) for key in item)
            elif isinstance(item, list):
                below += ((name, element) for element in item)
        if not below:
            return
        level = below
    raise Invalid.field("body", f"The body is nested deeper than {MAX_DEPTH} levels.", "too_deep")


def fingerprint(value: Any) -> str:
    """The SHA-256 of a JSON value in one canonical spelling, in hex."""
    return sha256(_canonical(value)).hexdigest()


def slow_fingerprint(value: Any, salt: str) -> str:
    """A fingerprint of a body with a password in it, too costly to guess the password from (scrypt, RFC 7914).

    Takes some 50 ms of CPU: call it off the event loop.
    """
    return scrypt(_canonical(value), salt=salt.encode(), n=2**14, r=8, p=1, dklen=32).hex()


def _canonical(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def as_fields(parts: Mapping[str, list[str]], model: type[BaseModel]) -> dict[str, Any]:
    """Form fields as a model takes them: lists may repeat a field or separate by commas, others come once."""
    lists = _list_fields(model)
    values: dict[str, Any] = {}
    for name, texts in parts.items():
        if name in lists:
            values[name] = [item for text in texts for item in text.split(",") if item.strip()]
        elif len(texts) > 1:
            raise Invalid.field(name, "Give this field once.", "repeated_field")
        elif texts[0] != "" or name in ("title", "description"):
            values[name] = texts[0]
    check_plain(values)
    return values
