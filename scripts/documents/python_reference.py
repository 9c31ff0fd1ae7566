"""The Python reference: what can be called on a platform, and which modules are shown on which page."""

import inspect
import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module
from types import FunctionType
from typing import Any

import griffe

from entrypoints.embed import in_memory

ROOMS = ("identity", "channels", "videos", "engagement")
_BEHIND_THE_SCENES = {"run", "recorded"}
"""What jobs and events hand to their handlers; nobody else calls those."""

_TAG = re.compile(r" \([A-Z]+-\d+(?:, [A-Z]+-\d+)*\)")
"""Marks of a requirement, which say nothing to readers of the site."""


class WithoutTags(griffe.Extension):
    """Leaves the marks of requirements out of the docstrings that are shown."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        if obj.docstring:
            obj.docstring.value = _TAG.sub("", obj.docstring.value)


def overview() -> str:
    """What can be called on ``app``, room by room."""
    app = in_memory()
    tables = {room: [_row(*found) for found in _use_cases(getattr(app, room, None))] for room in ROOMS}
    head = "| call | what it does |\n| --- | --- |\n"
    return "\n\n".join(f"### app.{room}\n\n{head}" + "\n".join(rows) for room, rows in tables.items() if rows)


def pages() -> dict[str, str]:
    """The generated pages by name."""
    started = ["entrypoints.embed", "entrypoints.wiring.ports"]
    made = {"embed.md": _page("Embedding", "Where an embedder starts.", started)}
    made["shared.md"] = _page("Shared words", "What every room may use.", _modules("streamcore.shared"))
    for room in ROOMS:
        package = f"streamcore.{room}"
        about = inspect.getdoc(import_module(package)) or ""
        made[f"{room}.md"] = _page(f"The room {room}", about, _modules(package))
    about = "The suite of each port: subclass it and give it the fixture that its module's text names."
    return made | {"contracts.md": _page("Contract suites", about, _suites(), members=False)}


def _use_cases(room: object) -> Iterator[tuple[str, Any]]:
    for name, value in vars(room).items() if room else ():
        use_case = inspect.getclosurevars(value).nonlocals["use_case"] if isinstance(value, FunctionType) else value
        call = vars(type(use_case)).get("__call__")
        if call and not _BEHIND_THE_SCENES & set(inspect.signature(call).parameters):
            yield name, use_case


def _row(name: str, use_case: Any) -> str:
    names = [parameter for parameter in inspect.signature(type(use_case).__call__).parameters if parameter != "self"]
    about = _TAG.sub("", " ".join((inspect.getdoc(type(use_case)) or "").split("\n\n")[0].split()))
    target = f"{type(use_case).__module__}.{type(use_case).__qualname__}"
    return f"| [`{name}({', '.join(names)})`][{target}] | {about} |"


def _modules(package: str) -> list[str]:
    """The package's modules that hold something to read, those of packages within it included."""
    found = pkgutil.walk_packages(import_module(package).__path__, f"{package}.")
    return [module.name for module in found if not module.ispkg]


def _suites() -> list[str]:
    names = []
    for module in _modules("adapters.testing"):
        if "faulty" not in module:
            classes = vars(import_module(module)).values()
            has_suite = any(
                isinstance(each, type) and each.__name__.endswith("Contract") and each.__module__ == module
                for each in classes
            )
            names += [module] * has_suite
    return names


def _page(title: str, about: str, modules: list[str], *, members: bool = True) -> str:
    options = "" if members else "\n    options:\n      members: []"
    return "\n\n".join([f"# {title}", about, *(f"::: {module}{options}" for module in modules)]) + "\n"
