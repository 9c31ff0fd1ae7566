from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.filesystem.objects import FileObjectStore
from adapters.memory.system import SystemClock
from adapters.testing.object_bodies import MIB
from adapters.testing.objects import ObjectStoreContract
from streamcore.shared.objects import ObjectStore
from tests.integration.contracts.media_door import MediaDoor


class TestFileObjectStore(ObjectStoreContract):
    large = 64 * MIB
    memory_bound = 6 * MIB
    many = 450

    @pytest.fixture
    async def store(self, tmp_path: Path) -> AsyncIterator[ObjectStore]:
        door = MediaDoor()
        store = FileObjectStore(
            tmp_path / "store", base_url=door.address, signer_secret=b"a secret of the tests", clock=SystemClock()
        )
        async with door.serving(store):
            yield store
        await store.close()
