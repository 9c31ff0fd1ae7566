"""A run's own rules: a skip fails in CI, a missing engine is named, contracts are counted by port and adapter."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.testing.plugin import Cell, cell_of

ROOT = Path(__file__).parents[2]

SUITE = """
import pytest

class QueueContract:
    def test_one(self): pass
    def test_two(self): pass

class TestMemoryQueue(QueueContract): pass

@pytest.mark.rabbitmq
class TestRabbitQueue(QueueContract):
    adapter = "RabbitMQ"
"""


def run_without_rabbitmq(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_queue.py").write_text(SUITE)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = rabbitmq\n")
    command = [sys.executable, "-m", "pytest", str(folder), "-c", str(folder / "pytest.ini"), "-p", "no:cacheprovider"]
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "STREAMCORE_", "CI"))}
    missing = {"STREAMCORE_TEST_MISSING": json.dumps({"rabbitmq": "rabbitmq-server is not installed"})}
    return subprocess.run(
        [*command, "-p", "xdist.plugin", "-p", "tests.conftest", *arguments],
        cwd=ROOT,
        env={**kept, **missing, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_missing_engine_is_named(tmp_path: Path) -> None:
    done = run_without_rabbitmq(tmp_path)
    assert done.returncode == 0
    assert "test_queue.py: 2 tests: not run: rabbitmq is missing: rabbitmq-server is not installed" in done.stdout
    assert "2 passed, 2 skipped" in done.stdout.splitlines()[-1]


def test_a_skip_fails_in_ci_and_contracts_are_counted_under_xdist(tmp_path: Path) -> None:
    done = run_without_rabbitmq(tmp_path, "-n", "1", f"--contracts={tmp_path / 'out' / 'table.json'}", CI="true")
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert "2 skipped" in done.stdout.splitlines()[-1]
    assert json.loads((tmp_path / "out" / "table.json").read_text()) == [
        {"port": "Queue", "adapter": "Memory", "passed": 2, "failed": 0, "skipped": 0},
        {"port": "Queue", "adapter": "RabbitMQ", "passed": 0, "failed": 0, "skipped": 2},
    ]


def test_a_class_counts_for_the_port_that_it_is_named_for() -> None:
    row_locks, unit_of_work = type("RowLockContract", (), {}), type("UnitOfWorkContract", (), {})
    assert cell_of(type("TestSqliteUnitOfWork", (row_locks, unit_of_work), {})) == Cell("UnitOfWork", "Sqlite")
    assert cell_of(type("TestRows", (row_locks, unit_of_work), {})) == Cell("RowLock", "Rows")
    assert cell_of(type("TestSomething", (), {})) is None
