"""Plugins of every test run."""

import pytest

pytest.register_assert_rewrite("adapters.testing")
pytest_plugins = ["adapters.testing.plugin", "tests.missing_engines"]
