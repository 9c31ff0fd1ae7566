"""The core needs pydantic and nothing else, in fact and not only by its import statements."""

import json
import pkgutil
import subprocess
import sys
from pathlib import Path

SRC = Path(__file__).parents[2] / "src"
PYDANTIC = {"pydantic", "pydantic_core", "annotated_types", "typing_extensions", "typing_inspection"}

IMPORT_ALL = """
import importlib, json, sys
before = set(sys.modules)
for name in json.loads(sys.argv[1]):
    importlib.import_module(name)
print(json.dumps(sorted({name.partition(".")[0] for name in set(sys.modules) - before})))
"""


def top_modules_after_importing(names: list[str]) -> set[str]:
    """The top-level modules that a fresh interpreter holds after importing these, beyond the standard library."""
    command = [sys.executable, "-I", "-c", IMPORT_ALL, json.dumps(names)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    # The interpreter's own build settings are a module that its list of the standard library leaves out.
    return {name for name in json.loads(done.stdout) if not name.startswith("_sysconfigdata")} - sys.stdlib_module_names


def core_modules() -> list[str]:
    found = [module.name for module in pkgutil.walk_packages([str(SRC / "streamcore")], "streamcore.")]
    assert len(found) > 20
    return found


def test_core_loads_pydantic_only() -> None:
    assert top_modules_after_importing(core_modules()) - {"streamcore"} <= PYDANTIC


def test_a_foreign_module_would_be_seen() -> None:
    assert "yaml" in top_modules_after_importing(["streamcore", "yaml"])
