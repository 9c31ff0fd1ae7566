import asyncio
from dataclasses import replace

import pytest

from adapters.memory.media import MemoryMediaProcessor
from adapters.testing.faulty_media import FAULTY_MEDIA_PROCESSORS
from adapters.testing.faulty_media_in_turn import FAULTY_IN_TURN
from adapters.testing.media import MediaProcessorContract
from adapters.testing.media_in_turn import MediaInTurnContract
from tests.unit.contracts.on_memory import rig_of


async def first_failure(
    processor_class: type[MemoryMediaProcessor], suite: type = MediaProcessorContract, good: bytes = b"a video"
) -> str | None:
    """The name of a test of the contract that such a processor does not pass; None if it passes all."""
    contract = suite()
    for name in [name for name in dir(contract) if name.startswith("test_")]:
        try:
            async with asyncio.timeout(5):
                await getattr(contract, name)(replace(rig_of(processor_class), good=good))
        except (Exception, pytest.fail.Exception):
            return name
    return None


async def test_the_contract_passes_a_sound_processor() -> None:
    assert await first_failure(MemoryMediaProcessor) is None


@pytest.mark.parametrize("faulty", FAULTY_MEDIA_PROCESSORS)
async def test_the_contract_fails_on(faulty: type[MemoryMediaProcessor]) -> None:
    assert await first_failure(faulty) is not None


async def test_the_contract_of_parts_passes_a_sound_processor() -> None:
    assert await first_failure(MemoryMediaProcessor, MediaInTurnContract, b"long video") is None


@pytest.mark.parametrize("faulty", FAULTY_IN_TURN)
async def test_the_contract_of_parts_fails_on(faulty: type[MemoryMediaProcessor]) -> None:
    assert await first_failure(faulty, MediaInTurnContract, b"long video") is not None
