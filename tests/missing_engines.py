"""What a run does without an engine: tests that need it are skipped and named at the end; in CI every skip fails it.

`scripts/engines.py` tells which engines could not be had. Which a test needs is seen from its markers, and from the
address variables that its module and the modules of its fixtures name.
"""

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest
from _pytest.fixtures import SubRequest

ADDRESSES = {
    "postgres": "STREAMCORE_TEST_POSTGRES_URL",
    "redis": "STREAMCORE_TEST_REDIS_URL",
    "rabbitmq": "STREAMCORE_TEST_AMQP_URL",
    "s3": "STREAMCORE_TEST_S3_URL",
    "browser": "STREAMCORE_TEST_CHROMIUM",
    "nginx": "STREAMCORE_TEST_NGINX",
}
"""Engine (and marker) → the variable that holds its address."""

TESTS = tuple(str(Path(__file__).parent / folder) for folder in ("integration", "e2e"))

_CI = "true" in (os.environ.pop("CI", ""), os.environ.get("STREAMCORE_TEST_CI", ""))
"""Under another name from here on: where pytest itself sees `CI`, it compares what differs without any limit, and with
megabytes that takes longer than CI has."""
os.environ["STREAMCORE_TEST_CI"] = "true" if _CI else ""
_missing: dict[str, str] = json.loads(os.environ.get("STREAMCORE_TEST_MISSING", "{}"))


@cache
def _engines_named_in(file: str) -> frozenset[str]:
    if not file.startswith(TESTS):
        return frozenset()
    text = Path(file).read_text()
    return frozenset(engine for engine, variable in ADDRESSES.items() if variable in text)


def _skip_without(engines: Iterable[str]) -> None:
    for engine in sorted(set(engines) & _missing.keys()):
        pytest.skip(f"not run: {engine} is missing: {_missing[engine].splitlines()[0]}")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test needs the engines whose marker it carries or whose address its module reads."""
    _skip_without(_engines_named_in(str(item.path)) | {mark.name for mark in item.iter_markers()})


def pytest_fixture_setup(fixturedef: pytest.FixtureDef[object], request: SubRequest) -> None:
    """A fixture needs the engines whose address its module reads."""
    try:
        _skip_without(_engines_named_in(fixturedef.func.__code__.co_filename))
    except pytest.skip.Exception as skip:
        # As pytest does for a fixture that fails: the next test that asks for it gets the same.
        fixturedef.cached_result = (None, fixturedef.cache_key(request), (skip, skip.__traceback__))
        raise


@pytest.fixture(scope="session")
def amqp_url() -> str:
    _skip_without(["rabbitmq"])
    return os.environ.get(ADDRESSES["rabbitmq"], "amqp://guest:guest@127.0.0.1:5672/")


@pytest.fixture(scope="session")
def redis_url() -> str:
    _skip_without(["redis"])
    return os.environ.get(ADDRESSES["redis"], "redis://127.0.0.1:6379/15")


def _skips(reporter: pytest.TerminalReporter) -> Iterator[tuple[str, str]]:
    for report in reporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        yield report.nodeid.partition("::")[0], reason.removeprefix("Skipped: ")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = Counter(_skips(terminalreporter))
    if not skipped:
        return
    terminalreporter.section("suites that were not run")
    for (path, reason), count in sorted(skipped.items()):
        terminalreporter.write_line(f"{path}: {count} test{'s' * (count > 1)}: {reason}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if _CI and reporter and reporter.stats.get("skipped") and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
