"""Holds answers against the OpenAPI document."""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from entrypoints.http.app import TABLES
from entrypoints.http.openapi import describe

DOCUMENT = json.loads(json.dumps(describe(list(TABLES))))


@cache
def _paths() -> list[tuple[re.Pattern[str], str]]:
    """Fixed paths before those with parameters, as the router has it."""
    found = []
    for path in DOCUMENT["paths"]:
        pattern = re.sub(r"\{key\}", "(.+)", path)
        found.append((re.compile(re.sub(r"\{\w+\}", "([^/]+)", pattern)), path))
    return sorted(found, key=lambda item: item[1].count("{"))


def operation_of(method: str, path: str) -> dict[str, Any] | None:
    """The operation that serves it; None for an address or a method that none serves."""
    wanted = ("head", "get") if method == "HEAD" else (method.lower(),)
    for pattern, template in _paths():
        served = [name for name in wanted if name in DOCUMENT["paths"][template]]
        if pattern.fullmatch(path) and served:
            operation: dict[str, Any] = DOCUMENT["paths"][template][served[0]]
            return operation
    return None


@cache
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator({"components": DOCUMENT["components"], **json.loads(schema)})


def check(method: str, path: str, status: int, headers: Mapping[str, str], body: bytes) -> None:
    """AssertionError where the document does not allow this answer."""
    operation = operation_of(method, path)
    if operation is None:
        assert status in (204, 404, 405), f"{status} for {method} {path}, which no operation serves"
        return
    described = operation["responses"].get(str(status))
    assert described is not None, f"{operation['operationId']} must not answer {status}: {body[:500]!r}"
    while "$ref" in described:
        described = DOCUMENT["components"]["responses"][described["$ref"].rpartition("/")[2]]
    content = described.get("content")
    if content is None:
        assert body == b"", f"{operation['operationId']} {status} has a body: {body[:500]!r}"
        return
    if method == "HEAD" or "application/json" not in content:
        return
    assert headers["Content-Type"].startswith("application/json")
    errors = list(_validator(json.dumps(content["application/json"]["schema"])).iter_errors(json.loads(body)))
    assert not errors, f"{operation['operationId']} {status}: {errors[0].message} at {list(errors[0].absolute_path)}"
