"""The settings as a table: names, defaults and limits from the model, the texts from its docstrings."""

import ast
import inspect
from typing import Any

from entrypoints.settings import Settings

GROUPS = {
    "": "General",
    "database": "Database",
    "queue": "Queue",
    "storage": "Storage",
    "s3": "Storage",
    "cache": "Cache",
    "mail": "Mail",
    "media": "Delivery of media",
    "ffmpeg": "FFmpeg",
    "upload": "Uploads",
    "worker": "Workers",
    "job": "Workers",
    "drain": "Workers",
    "sweep": "Workers",
    "rate": "HTTP",
    "cors": "HTTP",
    "trusted": "HTTP",
    "log": "Logs",
    "access": "Logs",
}
"""Headings by the first word of a setting's name."""


def body() -> str:
    texts, properties = docstrings(), Settings.model_json_schema()["properties"]
    groups: dict[str, list[str]] = {title: [] for title in GROUPS.values()}
    for name, schema in properties.items():
        row = f"| `STREAMCORE_{name.upper()}` | {_default(schema)} | {_text(texts[name], schema)} |"
        groups[GROUPS.get(name.partition("_")[0], GROUPS[""])].append(row)
    head = "| variable | default | what it is |\n| --- | --- | --- |\n"
    return "\n\n".join(f"## {title}\n\n{head}" + "\n".join(rows) for title, rows in groups.items())


def docstrings() -> dict[str, str]:
    """The string below each field of `Settings`, as one line."""
    (model,) = ast.parse(inspect.getsource(Settings)).body
    assert isinstance(model, ast.ClassDef)  # noqa: S101
    found: dict[str, str] = {}
    for field, below in zip(model.body, model.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            text = below.value if isinstance(below, ast.Expr) else None
            if not (isinstance(text, ast.Constant) and isinstance(text.value, str)):
                raise ValueError(f"The setting {field.target.id} has no docstring.")
            found[field.target.id] = " ".join(text.value.split())
    return found


def _default(schema: dict[str, Any]) -> str:
    default = schema.get("default")
    if default in ("", None, []):
        return "–"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def _text(text: str, schema: dict[str, Any]) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    bounds = [f"at least {low}"] * (low is not None) + [f"at most {high}"] * (high is not None)
    return " ".join([text, f"({', '.join(bounds)})"] if bounds else [text]).replace("|", "\\|")
