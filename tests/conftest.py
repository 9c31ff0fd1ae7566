"""Plugins of every test run."""

import gc

import pytest

pytest.register_assert_rewrite("adapters.testing", "tests.integration.media.playing")
pytest_plugins = ["adapters.testing.plugin", "tests.missing_engines"]


def pytest_collection_finish() -> None:
    """What was imported stays to the end: the collector need not look through it again and again."""
    gc.collect()
    gc.freeze()
