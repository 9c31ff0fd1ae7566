"""Which event loop a test gets: one that never waits, where the test is marked ``virtual_time``.

Not for what hands work to threads under a timeout: the timeout would be over before the thread has begun.
"""

import asyncio
from collections.abc import Callable

import pytest

from adapters.testing.virtual_time import VirtualTimeLoop


def pytest_asyncio_loop_factories(item: pytest.Item) -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    return {"virtual": VirtualTimeLoop} if item.get_closest_marker("virtual_time") else {"real": asyncio.new_event_loop}
