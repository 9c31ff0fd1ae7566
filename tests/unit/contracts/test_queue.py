from collections.abc import AsyncIterator

import pytest

from adapters.memory.queue import MemoryQueue
from adapters.testing.queue import QueueContract
from streamcore.shared.queues import Queue

pytestmark = pytest.mark.virtual_time


class TestMemoryQueue(QueueContract):
    @pytest.fixture
    async def queue(self) -> AsyncIterator[Queue]:
        queue = MemoryQueue(delivery_limit=self.delivery_limit)
        yield queue
        await queue.close()
