import asyncio

import pytest

from adapters.memory.media import MemoryMediaProcessor
from adapters.memory.media_care import MemoryMediaCare
from adapters.testing.faulty_media_care import FAULTY_MEDIA_CARES
from adapters.testing.media_care import MediaCareContract
from tests.unit.contracts.on_memory import rig_of


async def first_failure(care_class: type[MemoryMediaCare]) -> str | None:
    """The name of a test of the contract that such an adapter does not pass; None if it passes all."""
    contract = MediaCareContract()
    for name in [name for name in dir(contract) if name.startswith("test_")]:
        rig = rig_of(MemoryMediaProcessor)
        try:
            async with asyncio.timeout(5):
                await getattr(contract, name)(rig, care_class(rig.store))
        except (Exception, pytest.fail.Exception):
            return name
    return None


async def test_the_contract_passes_a_sound_adapter() -> None:
    assert await first_failure(MemoryMediaCare) is None


@pytest.mark.parametrize("faulty", FAULTY_MEDIA_CARES)
async def test_the_contract_fails_on(faulty: type[MemoryMediaCare]) -> None:
    assert await first_failure(faulty) is not None
