"""The contract of :class:`streamcore.shared.objects.ObjectStore`, for every adapter of it.

Subclass it in a test module and give it a fixture called ``store``: an adapter on storage of its own that is empty.
Presigned requests are sent over HTTP; a store without a server of its own needs one in front of it, or overrides
``send``. The attributes ``large``, ``memory_bound``, ``in_flight``, ``many`` and ``verifies_checksums`` fit the suite
to an engine::

    class TestMyObjectStore(ObjectStoreContract):
        @pytest.fixture
        async def store(self) -> AsyncIterator[ObjectStore]:
            store = MyObjectStore(...)
            yield store
            await store.close()
"""

from adapters.testing.object_keys import ObjectKeysContract
from adapters.testing.object_multipart import ObjectMultipartContract
from adapters.testing.object_presigned import ObjectPresignedContract
from adapters.testing.object_streams import ObjectStreamsContract


class ObjectStoreContract(ObjectStreamsContract, ObjectKeysContract, ObjectMultipartContract, ObjectPresignedContract):
    """All of it."""
