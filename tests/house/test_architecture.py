"""The import contracts hold, and each of them bites: on a tree broken on purpose it names the broken line."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SRC = ROOT / "src"
LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
NAMES = {contract["id"]: contract["name"] for contract in CONTRACTS}

ROOM_MODULES = {"use_cases", "ports", "views", "commands", "models", "policies", "events", "errors"}
BROKEN = {
    # contract → (module, what it must not import)
    "layers: an adapter imports an entrypoint": ("adapters.broken", "entrypoints.settings"),
    "layers: the core imports an adapter": ("streamcore.shared.broken", "adapters.broken"),
    "pure-core: shared imports a library": ("streamcore.shared.broken", "sqlalchemy"),
    "pure-core: a use case imports a library": ("streamcore.videos.use_cases.broken", "aiohttp"),
    "rooms: a use case imports another room's models": (
        "streamcore.videos.use_cases.broken",
        "streamcore.channels.models",
    ),
    "rooms: models import another room's ports": ("streamcore.channels.models", "streamcore.identity.ports"),
    "shared: it imports a room's events": ("streamcore.shared.broken", "streamcore.videos.events"),
    "inside-rooms: ports import a use case": ("streamcore.channels.ports", "streamcore.channels.use_cases"),
    "inside-rooms: models import ports": ("streamcore.identity.models", "streamcore.identity.ports"),
    "inside-rooms: views import ports": ("streamcore.videos.views", "streamcore.videos.ports"),
    "inside-rooms: models import views": ("streamcore.videos.models", "streamcore.videos.views"),
    "inside-rooms: policies import ports": ("streamcore.videos.policies", "streamcore.videos.ports"),
    "inside-rooms: events import models": ("streamcore.channels.events", "streamcore.channels.models"),
    "inside-rooms: errors import events": ("streamcore.videos.errors", "streamcore.videos.events"),
    "adapters: one imports another": ("adapters.sql.broken", "adapters.redis"),
    "adapters: one imports memory": ("adapters.queues.broken", "adapters.memory"),
    "adapters: memory imports testing": ("adapters.memory.broken", "adapters.testing"),
    "composition-root: a route imports an adapter": ("entrypoints.http.broken", "adapters.memory"),
    "composition-root: wiring imports an adapter": ("entrypoints.wiring.broken", "adapters.sql"),
}
ALLOWED = [
    ("streamcore.videos.use_cases.fine", "streamcore.channels.events"),
    ("streamcore.videos.use_cases.fine", "streamcore.shared.ids"),
    ("streamcore.videos.use_cases.fine", "pydantic"),
    ("adapters.testing.fine", "adapters.memory"),
    ("entrypoints.container", "adapters.memory"),
    ("entrypoints.embed", "adapters.memory"),
    ("entrypoints.http.fine", "entrypoints.container"),
]


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    command = [str(LINT_IMPORTS), "--config", str(ROOT / "pyproject.toml"), "--no-cache"]
    environment = {**os.environ, "COLUMNS": "500"}
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False, timeout=60)


def tree_with(root: Path, imports: list[tuple[str, str]]) -> Path:
    """A copy of the sources in which each (module, imported) is one more import."""
    shutil.copytree(SRC, root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    (root / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "import_contracts.py", root / "scripts")
    for module, imported in imports:
        path = root / (module.replace(".", "/") + ".py")
        if not path.exists() and path.with_suffix("").is_dir():
            path = path.with_suffix("") / "__init__.py"
        with path.open("a") as file:
            file.write(f"\nimport {imported}\n")
    return root


def section(report: str, contract: str) -> str:
    """What the report says about one contract."""
    _, _, details = report.partition("Broken contracts")
    start = details.index(f"{NAMES[contract]}\n---")
    ends = [details.find(f"{name}\n---", start + 1) for name in NAMES.values()]
    return details[start : min((end for end in ends if end > 0), default=len(details))]


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> str:
    report = lint(tree_with(tmp_path_factory.mktemp("broken"), list(BROKEN.values())))
    assert report.returncode == 1, report.stdout + report.stderr
    return report.stdout


@pytest.mark.parametrize("rule", BROKEN)
def test_contract_bites(rule: str, complaints: str) -> None:
    importer, imported = BROKEN[rule]
    complaint = re.compile(rf"{importer} (->|is not allowed to import) {imported}( \(|$)", re.MULTILINE)
    assert complaint.search(section(complaints, rule.partition(":")[0]))


def test_every_contract_is_broken_once() -> None:
    assert NAMES.keys() == {rule.partition(":")[0] for rule in BROKEN}


def test_contracts_hold_and_allow_what_they_should(tmp_path: Path) -> None:
    report = lint(tree_with(tmp_path, ALLOWED))
    assert report.returncode == 0, report.stdout + report.stderr


def test_rooms_are_made_of_the_same_modules() -> None:
    rooms = [
        path for path in (SRC / "streamcore").iterdir() if path.is_dir() and path.name not in {"shared", "__pycache__"}
    ]
    strange = {
        f"{room.name}/{path.name}"
        for room in rooms
        for path in room.iterdir()
        if path.stem not in {*ROOM_MODULES, "__init__", "__pycache__"}
    }
    assert not strange
