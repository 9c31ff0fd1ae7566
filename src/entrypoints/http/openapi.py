"""The OpenAPI 3.1 document, made from the operations' declarations and from nothing else."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from entrypoints.http import answers
from entrypoints.http.errors import CODES
from entrypoints.http.operations import FORM, Access, Operation, Table
from entrypoints.http.rates import RateClass
from streamcore import __version__

Json = dict[str, Any]

_ERROR_NAMES = {
    400: "BadRequest",
    401: "Unauthenticated",
    403: "Forbidden",
    404: "NotFound",
    405: "MethodNotAllowed",
    409: "Conflict",
    410: "Gone",
    412: "PreconditionFailed",
    413: "PayloadTooLarge",
    415: "UnsupportedMediaType",
    416: "RangeNotSatisfiable",
    422: "UnprocessableMedia",
    423: "Locked",
    429: "RateLimited",
    460: "ChecksumMismatch",
    500: "InternalError",
    503: "Unavailable",
}
_ERROR_TEXTS = {
    400: "The input is not valid; `details` says what is wrong with which field.",
    401: "Nobody is logged in, or the token is wrong or expired.",
    403: "The caller may not do this.",
    404: "It is not there, or the caller may not know of it.",
    405: "The method is not offered on this path.",
    409: "It contradicts what is stored.",
    410: "It is gone for good.",
    412: "A condition of the request does not hold.",
    413: "The body is larger than allowed.",
    415: "The body is of a type that is not accepted.",
    416: "The range lies outside of the file.",
    422: "The file is no video that can be processed.",
    423: "Another request is writing it at the moment.",
    429: "Too many requests; wait as long as `Retry-After` says.",
    460: "The body has not the checksum that was announced.",
    500: "Something went wrong on the server.",
    503: "A part of the platform cannot be reached now.",
}
_PATH_PARAMETER = re.compile(r"\{(\w+)(?::[^}]*)?\}")
_PATH_TEXTS = {
    "video_id": "A video's id.",
    "user_id": "A user's id.",
    "channel": "A channel's handle or id.",
    "lang": "A language tag of BCP 47, such as `de` or `pt-BR`.",
    "key": "The file's address below `/media/`; it contains slashes.",
    "asset": "A file's name.",
}


def document(tables: Iterable[Table]) -> bytes:
    """The document as JSON."""
    return orjson.dumps(describe(list(tables)), option=orjson.OPT_INDENT_2)


def describe(tables: list[Table]) -> Json:
    operations = [operation for table in tables for operation in table.operations]
    schemas = _Schemas(operations)
    paths: dict[str, Json] = {}
    for operation in operations:
        path = _PATH_PARAMETER.sub(r"{\1}", operation.path)
        paths.setdefault(path, {})[operation.method.lower()] = _operation(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "streamcore",
            "version": __version__,
            "description": "A video platform: upload, processing, publishing, watching.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": table.tag, "description": table.about} for table in tables],
        "paths": paths,
        "components": {
            "schemas": schemas.definitions,
            "responses": {_ERROR_NAMES[status]: _failure(status, schemas) for status in sorted(_ERROR_NAMES)},
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "The access token that login, register and refresh answer with.",
                }
            },
        },
    }


class _Schemas:
    """The JSON schemas of every type that an operation names, each once, by reference."""

    def __init__(self, operations: list[Operation]) -> None:
        inputs: list[tuple[Any, JsonSchemaMode, TypeAdapter[Any]]] = []
        self._roots: dict[tuple[Any, str], Any] = {}
        for operation in operations:
            inputs += [(model, "validation", TypeAdapter(model)) for model in _input_models(operation)]
            if operation.answer is not None:
                inputs.append((_key(operation.answer), "serialization", TypeAdapter(operation.answer)))
        inputs.append(("Error", "serialization", TypeAdapter(answers.Error)))
        inputs.append(("PageMeta", "serialization", TypeAdapter(answers.PageMeta)))
        unique = {(key, mode): (key, mode, adapter) for key, mode, adapter in inputs}
        roots, definitions = TypeAdapter.json_schemas(
            list(unique.values()), ref_template="#/components/schemas/{model}"
        )
        self._roots = dict(roots)
        self.definitions: Json = definitions.get("$defs", {})

    def of(self, type_: Any, mode: JsonSchemaMode) -> Json:
        found: Json = self._roots[(_key(type_), mode)]
        return found


def _key(type_: Any) -> Any:
    return type_ if isinstance(type_, type | str) else str(type_)


def _input_models(operation: Operation) -> list[type[BaseModel]]:
    models = [operation.query, operation.body, operation.form.fields if operation.form else None]
    return [model for model in models if model is not None]


def _operation(operation: Operation, schemas: _Schemas) -> Json:
    described: Json = {
        "operationId": operation.id,
        "summary": operation.summary,
        "tags": [operation.tag],
        "parameters": _parameters(operation, schemas),
        "responses": _responses(operation, schemas),
        "security": [{}, {"bearer": []}] if operation.public else [{"bearer": []}],
    }
    text = " ".join(filter(None, (operation.description, _permission_text(operation))))
    if text:
        described["description"] = text
    if body := _request_body(operation, schemas):
        described["requestBody"] = body
    return {key: value for key, value in described.items() if value != []}


def _permission_text(operation: Operation) -> str:
    return "" if isinstance(operation.access, Access) else f"Needs the permission `{operation.access}`."


def _parameters(operation: Operation, schemas: _Schemas) -> list[Json]:
    parameters: list[Json] = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": _PATH_TEXTS[name],
            "schema": {"type": "string"},
        }
        for name in _PATH_PARAMETER.findall(operation.path)
    ]
    if operation.query is not None:
        shape = schemas.definitions[operation.query.__name__]
        required = shape.get("required", [])
        for name, schema in shape["properties"].items():
            parameters.append({"name": name, "in": "query", "required": name in required, "schema": schema})
    for name, text in operation.request_headers.items():
        parameters.append(
            {"name": name, "in": "header", "required": False, "description": text, "schema": {"type": "string"}}
        )
    if operation.idempotency is not None:
        parameters.append(
            {
                "name": "X-Idempotency-Key",
                "in": "header",
                "required": operation.idempotency.required,
                "description": "Kept for 24 hours: a repeat has no further effect and gets the first answer.",
                "schema": {"type": "string", "minLength": 1, "maxLength": 255},
            }
        )
    return parameters


def _request_body(operation: Operation, schemas: _Schemas) -> Json | None:
    content: Json = {}
    if operation.body is not None:
        content["application/json"] = {"schema": schemas.of(operation.body, "validation")}
        if "body" in operation.examples:
            content["application/json"]["example"] = operation.examples["body"]
    if operation.form is not None:
        file = {"type": "object", "required": ["file"], "properties": {"file": {"type": "string", "format": "binary"}}}
        fields = dict(schemas.definitions[operation.form.fields.__name__])
        fields.pop("additionalProperties", None)
        content[FORM] = {"schema": {"allOf": [fields, file]}}
    if operation.method == "PUT" and operation.raw:
        content[operation.raw] = {"schema": {"type": "string", "format": "binary"}}
    if operation.receives:
        binary = {operation.receives: {"schema": {"type": "string", "format": "binary"}}}
        return {"required": operation.method in ("PATCH", "PUT"), "content": binary}
    return {"required": True, "content": content} if content else None


def _responses(operation: Operation, schemas: _Schemas) -> Json:
    responses: Json = {str(operation.status): _success(operation, schemas)}
    if operation.form is not None:
        responses[str(operation.form.status)] = _success(operation, schemas)
    if operation.conditional:
        responses["304"] = {"description": "The client has it already."}
    if operation.id == "getMedia":
        responses["206"] = {"description": "A part of the file.", "content": _raw_content(operation)}
        responses["307"] = {"description": "The file lies at the object store."}
        responses["304"] = {"description": "The client has it already."}
    for status in sorted(_error_statuses(operation)):
        responses[str(status)] = {"$ref": f"#/components/responses/{_ERROR_NAMES[status]}"}
    return responses


def _error_statuses(operation: Operation) -> set[int]:
    """What follows from the declaration, and what it adds."""
    statuses = {*operation.errors, 500}
    if operation.answer is not None or operation.status == 204:
        statuses |= {401, 503}  # a wrong token is refused on public reads too
    if operation.query or operation.body or operation.idempotency:
        statuses.add(400)
    if operation.body:
        statuses |= {413, 415}
    if not operation.public and not isinstance(operation.access, Access):
        statuses.add(403)
    if operation.idempotency:
        statuses.add(409)
    if operation.rate is not RateClass.UNLIMITED:
        statuses.add(429)
    return statuses


def _success(operation: Operation, schemas: _Schemas) -> Json:
    if operation.raw:
        return {"description": "As it is.", "content": _raw_content(operation)}
    if operation.answer is None:
        return {"description": "Done."}
    properties: Json = {"success": {"const": True}, "data": schemas.of(operation.answer, "serialization")}
    required = ["success", "data"]
    if operation.paged:
        properties["meta"] = schemas.of("PageMeta", "serialization")
        required.append("meta")
    content: Json = {
        "schema": {
            "type": "object",
            "required": required,
            "properties": properties,
            "additionalProperties": False,
        }
    }
    if "answer" in operation.examples:
        content["example"] = {"success": True, "data": operation.examples["answer"]}
    return {"description": "Done.", "content": {"application/json": content}}


def _raw_content(operation: Operation) -> Mapping[str, Any]:
    binary = operation.raw == "application/octet-stream"
    return {operation.raw: {"schema": {} if binary or operation.raw.endswith("json") else {"type": "string"}}}


def _failure(status: int, schemas: _Schemas) -> Json:
    details: Any = {"retry_after_seconds": 12.5} if status == 429 else []
    if status == 400:
        details = [{"field": "title", "message": "Field required", "type": "missing"}]
    return {
        "description": _ERROR_TEXTS[status],
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["success", "error"],
                    "properties": {"success": {"const": False}, "error": schemas.of("Error", "serialization")},
                    "additionalProperties": False,
                },
                "example": {
                    "success": False,
                    "error": {
                        "code": CODES[status],
                        "message": _ERROR_TEXTS[status],
                        "details": details,
                        "request_id": "01936b2e-8f4e-7cc3-9b0a-6d2f5a1c7e90",
                    },
                },
            }
        },
    }
