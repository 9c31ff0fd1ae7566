"""The description of the API, as far as it can be judged without calling it."""

import json
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from entrypoints.http.app import TABLES
from entrypoints.http.openapi import describe, document
from entrypoints.http.operations import Access

DOCUMENT: dict[str, Any] = json.loads(document(TABLES))
OPERATIONS = [operation for table in TABLES for operation in table.operations]


def described() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_it_is_valid() -> None:
    assert DOCUMENT["openapi"].startswith("3.1.")
    validate(DOCUMENT)


def test_it_is_the_same_every_time() -> None:
    assert document(TABLES) == document(TABLES)
    assert describe(list(TABLES)) == describe(list(TABLES))


def test_every_operation_is_described_once() -> None:
    ids = [operation["operationId"] for _, operation in described()]
    assert sorted(ids) == sorted(operation.id for operation in OPERATIONS)
    assert len(set(ids)) == len(ids)


def test_the_routes_of_the_contract_are_there() -> None:
    api = "/api/v1"
    expected = {
        *(f"POST {api}/auth/{name}" for name in ("register", "login", "refresh", "logout")),
        *(f"GET {api}/users/{name}" for name in ("me", "{user_id}", "{user_id}/videos")),
        *(f"GET {api}/channels/{name}" for name in ("{channel}", "{channel}/videos")),
        f"POST {api}/channels",
        *(f"{method} {api}/videos" for method in ("GET", "POST")),
        f"POST {api}/videos/upload-url",
        *(f"{method} {api}/uploads" for method in ("OPTIONS", "POST")),
        *(f"{method} {api}/uploads/{{video_id}}" for method in ("OPTIONS", "HEAD", "PATCH", "POST", "DELETE")),
        f"GET {api}/uploads/limits",
        *(f"{method} {api}/uploads/{{video_id}}/parts" for method in ("GET", "POST")),
        *(f"{method} {api}/videos/{{video_id}}" for method in ("GET", "PATCH", "DELETE")),
        *(f"GET {api}/videos/{{video_id}}/{name}" for name in ("status", "stream-url", "thumbnails", "duplicates")),
        *(f"{method} {api}/videos/{{video_id}}/captions/{{lang}}" for method in ("PUT", "DELETE")),
        f"PUT {api}/videos/{{video_id}}/thumbnail",
        *(f"POST {api}/videos/{{video_id}}/{name}" for name in ("publish", "reprocess")),
        *(f"GET {path}" for path in ("/health", "/health/live", "/health/ready", "/metrics", "/media/{key}")),
        "PUT /media/{key}",
        *(f"GET {api}/{name}" for name in ("openapi.json", "docs", "docs/{asset}")),
    }
    assert {name for name, _ in described()} == expected


def test_everything_has_words() -> None:
    tags = {tag["name"]: tag["description"] for tag in DOCUMENT["tags"]}
    assert all(tags.values())
    for name, operation in described():
        assert operation["summary"], name
        assert operation["tags"][0] in tags, name
        for parameter in operation.get("parameters", []):
            assert parameter.get("description") or parameter["schema"].get("description"), (name, parameter["name"])


def test_who_may_call_is_said() -> None:
    described_by_id = {operation["operationId"]: operation for _, operation in described()}
    for operation in OPERATIONS:
        found = described_by_id[operation.id]
        assert ({} in found["security"]) == operation.public
        if not operation.public:
            assert "401" in found["responses"]
        if not isinstance(operation.access, Access):
            assert "403" in found["responses"]
            assert operation.access.value in found["description"]


def test_every_post_knows_the_idempotency_key() -> None:
    for name, operation in described():
        keys = [item for item in operation.get("parameters", []) if item["name"] == "X-Idempotency-Key"]
        assert len(keys) == name.startswith("POST "), name


def test_examples_are_examples() -> None:
    for name, operation in described():
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        for body in bodies:
            for media in body.get("content", {}).values():
                if "example" in media:
                    schema = {"components": DOCUMENT["components"], **media["schema"]}
                    errors = list(Draft202012Validator(schema).iter_errors(media["example"]))
                    assert not errors, (name, errors[0].message)
    for response in DOCUMENT["components"]["responses"].values():
        media = response["content"]["application/json"]
        Draft202012Validator({"components": DOCUMENT["components"], **media["schema"]}).validate(media["example"])


def test_no_machine_of_ours_is_named() -> None:
    assert "localhost" not in json.dumps(DOCUMENT)
    assert "127.0.0.1" not in json.dumps(DOCUMENT)
