"""The HTTP reference, from the OpenAPI document: a page for each tag, and one for the shapes that they share."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from entrypoints.http.app import TABLES
from entrypoints.http.errors import CODES
from entrypoints.http.openapi import document

Json = dict[str, Any]
Operations = Iterator[tuple[str, str, Json]]
"""Method, path, what is declared."""

SHAPES = "shapes.md"


@cache
def spec() -> Json:
    """The document as it is served."""
    read: Json = json.loads(document(TABLES))
    return read


def overview() -> str:
    """Every operation in a line, by tag."""
    parts, head = [], "| method | path | what it does |\n| --- | --- | --- |\n"
    for tag in spec()["tags"]:
        rows = [
            f"| `{method}` | [`{path}`]({page_of(tag['name'])}#{anchor(declared)}) | {declared['summary']} |"
            for method, path, declared in operations(tag["name"])
        ]
        parts.append(f"### {tag['name']}\n\n{tag['description']}\n\n{head}" + "\n".join(rows))
    return "\n\n".join(parts)


def pages() -> dict[str, str]:
    """The generated pages by name."""
    made = {page_of(tag["name"]): _page(tag) for tag in spec()["tags"]}
    return {**made, SHAPES: _shapes()}


def operations(tag: str) -> Operations:
    for path, methods in spec()["paths"].items():
        for method, declared in methods.items():
            if tag in declared["tags"]:
                yield method.upper(), path, declared


def page_of(tag: str) -> str:
    return f"{tag.replace(' ', '-')}.md"


def anchor(declared: Json) -> str:
    """The anchor of an operation: its id, in small letters with dashes."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", declared["operationId"]).lower()


def _page(tag: Json) -> str:
    sections = [_operation(method, path, declared) for method, path, declared in operations(tag["name"])]
    title = tag["name"][0].upper() + tag["name"][1:]
    return "\n\n".join([f"# {title}", tag["description"], *sections]) + "\n"


def _operation(method: str, path: str, declared: Json) -> str:
    parts = [f"## {declared['summary']} {{ #{anchor(declared)} }}", f"```\n{method} {path}\n```"]
    if "description" in declared:
        parts.append(declared["description"])
    parts.append(f"Who may call: {_callers(declared)}.")
    if parameters := declared.get("parameters"):
        parts.append(_table("parameter", [_parameter(each) for each in parameters]))
    if body := declared.get("requestBody"):
        parts.append("**Body**")
        parts.extend(_content(body["content"]))
    for status, response in declared["responses"].items():
        if status < "400":
            parts.append(f"**Answer {status}**: {response['description']}")
            parts.extend(_content(response.get("content", {})))
    parts.append(_errors(declared["responses"]))
    return "\n\n".join(parts)


def _callers(declared: Json) -> str:
    return "whoever is logged in" if {} not in declared["security"] else "everybody"


def _parameter(declared: Json) -> tuple[str, str, str]:
    schema = declared["schema"]
    said = declared.get("description") or schema.get("description", "")
    need = "" if declared["required"] else "optional"
    return f"`{declared['name']}` in the {declared['in']}", type_name(schema), _joined(need, said, _limits(schema))


def _errors(responses: Json) -> str:
    codes = ", ".join(f"`{status}`" for status in responses if status >= "400")
    return f"Errors ([what they mean](index.md#errors)): {codes}."


def errors() -> str:
    """Every error's status, code and meaning."""
    meanings = {
        response["content"]["application/json"]["example"]["error"]["code"]: _plain(response["description"])
        for response in spec()["components"]["responses"].values()
    }
    rows = [f"| `{status}` | `{code}` | {meanings[code]} |" for status, code in sorted(CODES.items())]
    return "| status | code | meaning |\n| --- | --- | --- |\n" + "\n".join(rows)


def _content(content: Json) -> Iterator[str]:
    for media_type, described in content.items():
        schema = described["schema"]
        data = schema.get("properties", {}).get("data") if "success" in schema.get("properties", {}) else None
        shape = data or schema
        of = f" ({type_name(shape)})" if "$ref" in shape else ""
        yield f"`{media_type}`{of}" + (", in `data`:" if data else ":")
        yield _fields(_target(shape) if "$ref" in shape else shape)
        if "example" in described:
            yield f"```json\n{json.dumps(described['example'], indent=2, ensure_ascii=False)}\n```"


def _target(reference: Json) -> Json:
    found: Json = spec()["components"]["schemas"][reference["$ref"].rpartition("/")[2]]
    return found


def _fields(schema: Json) -> str:
    """A table of the fields, or the type where it has none; shapes within it are linked to."""
    whole = _merged(schema)
    properties = whole.get("properties")
    if not properties:
        return type_name(schema)
    required = whole.get("required", [])
    return _table("field", [_field(name, each, name in required) for name, each in properties.items()])


def _field(name: str, schema: Json, required: bool) -> tuple[str, str, str]:
    need = "" if required else "optional"
    return f"`{name}`", type_name(schema), _joined(need, schema.get("description", ""), _limits(schema))


def _merged(schema: Json) -> Json:
    """All parts of an ``allOf`` as one."""
    merged: Json = {"properties": {}, "required": []}
    for part in schema.get("allOf", [schema]):
        merged["properties"] |= part.get("properties", {})
        merged["required"] += part.get("required", [])
    return merged


def _shapes() -> str:
    parts = ["# Shapes", "What answers and bodies are made of."]
    for name, schema in sorted(spec()["components"]["schemas"].items()):
        parts.append(f"## {name}")
        if "description" in schema:
            parts.append(_plain(schema["description"]))
        parts.append(_fields(schema))
    return "\n\n".join(parts) + "\n"


def type_name(schema: Json) -> str:
    """The type in a few words."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}]({SHAPES}#{name.lower()})"
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " or ".join(type_name(each) for each in schema[several])
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {type_name(schema['items'])}"
    kind = schema.get("type", "anything")
    return f"{schema['format']}" if "format" in schema else "null" if kind == "null" else str(kind)


def _limits(schema: Json) -> str:
    words = {
        "minimum": "at least {}",
        "maximum": "at most {}",
        "minLength": "characters: at least {}",
        "maxLength": "characters: at most {}",
        "maxItems": "at most {} of them",
    }
    told = [text.format(schema[key]) for key, text in words.items() if key in schema]
    if schema.get("default") not in (None, "", []):
        told.append(f"default `{json.dumps(schema['default'])}`")
    return ", ".join(told)


def _joined(*words: str) -> str:
    return _plain("; ".join(word.rstrip(".") for word in words if word))


def _plain(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _table(first: str, rows: list[tuple[str, str, str]]) -> str:
    head = f"| {first} | type | about |\n| --- | --- | --- |\n"
    return head + "\n".join(f"| {name} | {kind} | {said} |" for name, kind, said in rows)
