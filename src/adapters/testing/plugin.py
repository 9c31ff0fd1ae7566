"""A pytest plugin that counts contract tests by port and adapter: which adapter has passed which contract.

Load it by ``pytest -p adapters.testing.plugin --contracts=table.json`` or ``pytest_plugins`` in a conftest. Every test
class that inherits a ``…Contract`` class counts: ``class TestMemoryQueue(QueueContract)`` is adapter ``Memory`` of port
``Queue``. A class may say otherwise by an attribute ``adapter``.
"""

import json
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

PROPERTY = "streamcore-contract"
OUTCOMES = ("passed", "failed", "skipped")


class Cell(NamedTuple):
    port: str
    adapter: str


def _is_contract(base: type) -> bool:
    return base.__name__.endswith("Contract")


def cell_of(test_class: type) -> Cell | None:
    """The port and adapter that a test class is about; None if it inherits no contract."""
    ports = [base.__name__.removesuffix("Contract") for base in test_class.__mro__[1:] if _is_contract(base)]
    if not ports:
        return None
    # Of several contracts, the one that the class is named for.
    port = next((port for port in ports if test_class.__name__.endswith(port)), ports[0])
    adapter = getattr(test_class, "adapter", None)
    if not isinstance(adapter, str):
        adapter = test_class.__name__.removeprefix("Test").removesuffix(port)
    return Cell(port, adapter)


class ContractTable:
    """Counts outcomes as reports come in; under pytest-xdist that is in the process that hands out the work."""

    def __init__(self) -> None:
        self.counts: dict[Cell, Counter[str]] = {}

    def count(self, report: pytest.TestReport) -> None:
        pair = dict(report.user_properties).get(PROPERTY)
        if not isinstance(pair, list | tuple):
            return
        counts = self.counts.setdefault(Cell(*pair), Counter())
        # A test passes where its call does; it may fail or be skipped in its setup, and fail in its teardown.
        if report.failed or report.skipped or report.when == "call":
            counts[report.outcome] += 1

    def rows(self) -> list[dict[str, str | int]]:
        return [
            {"port": cell.port, "adapter": cell.adapter} | {outcome: counts[outcome] for outcome in OUTCOMES}
            for cell, counts in sorted(self.counts.items())
        ]

    def lines(self) -> list[str]:
        header: dict[str, str | int] = {name: name for name in ("port", "adapter", *OUTCOMES)}
        table = [header, *self.rows()]
        widths = {name: max(len(str(row[name])) for row in table) for name in header}
        return [
            "  ".join(
                str(row[name]).rjust(widths[name]) if name in OUTCOMES else str(row[name]).ljust(widths[name])
                for name in header
            )
            for row in table
        ]


_table = pytest.StashKey[ContractTable]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("streamcore")
    group.addoption("--contracts", type=Path, metavar="FILE", help="write port × adapter counts as JSON, and show them")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_table] = ContractTable()
    config.pluginmanager.register(_Reports(config.stash[_table]), "streamcore-contract-reports")


class _Reports:
    def __init__(self, table: ContractTable) -> None:
        self.table = table

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.table.count(report)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        cell = cell_of(item.cls) if isinstance(item, pytest.Function) and item.cls else None
        if cell:
            item.user_properties.append((PROPERTY, list(cell)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    file: Path | None = config.getoption("--contracts")
    table = config.stash[_table]
    if file is None or not table.counts:
        return
    terminalreporter.section("contracts")
    for line in table.lines():
        terminalreporter.write_line(line)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(table.rows(), indent=2) + "\n")
