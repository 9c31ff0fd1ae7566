"""The contract of :class:`streamcore.shared.queues.Queue`, for every adapter of it.

Subclass it in a test module and give it a fixture called ``queue``: an adapter with the delivery limit
``delivery_limit``, on an engine where nobody else uses queues of the same names. Where an engine is slow, raise
``patience`` (seconds until something has to have come) or ``quiet`` (seconds of silence that count as nothing coming)::

    class TestMyQueue(QueueContract):
        @pytest.fixture
        async def queue(self) -> AsyncIterator[Queue]:
            queue = MyQueue(delivery_limit=self.delivery_limit)
            yield queue
            await queue.close()
"""

from adapters.testing.queue_consumers import ConsumerContract
from adapters.testing.queue_dead_letters import DeadLetterContract
from adapters.testing.queue_deliveries import DeliveryContract


class QueueContract(DeliveryContract, ConsumerContract, DeadLetterContract):
    """All of it."""
