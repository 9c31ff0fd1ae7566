import pytest

from adapters.memory.media import MemoryMediaProcessor
from adapters.memory.media_care import MemoryMediaCare
from adapters.testing.media import MediaRig
from adapters.testing.media_care import MediaCareContract
from tests.unit.contracts.on_memory import rig_of


class TestMemoryMediaCare(MediaCareContract):
    @pytest.fixture
    def rig(self) -> MediaRig:
        return rig_of(MemoryMediaProcessor)

    @pytest.fixture
    def care(self, rig: MediaRig) -> MemoryMediaCare:
        return MemoryMediaCare(rig.store)
