"""The proofs that the contract suites bite: no I/O either."""

from tests.no_network import no_network
from tests.virtual_loops import pytest_asyncio_loop_factories

__all__ = ["no_network", "pytest_asyncio_loop_factories"]
