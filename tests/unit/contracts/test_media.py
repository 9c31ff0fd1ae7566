import asyncio

import pytest

from adapters.memory.media import MemoryMediaProcessor
from adapters.memory.objects import MemoryObjectStore
from adapters.testing.faulty_media import FAULTY_MEDIA_PROCESSORS
from adapters.testing.media import MediaProcessorContract, MediaRig, Told
from streamcore.shared.objects import ObjectStore


def rig_of(processor_class: type[MemoryMediaProcessor]) -> MediaRig:
    made: list[MemoryMediaProcessor] = []

    def make(store: ObjectStore) -> MemoryMediaProcessor:
        made.append(processor_class(store))
        return made[-1]

    def leftovers() -> list[str]:
        return [target for processor in made for target in processor.running]

    return MediaRig(make, MemoryObjectStore(), good=b"a video", bad=b"not a video at all", leftovers=leftovers)


class TestMemoryMediaProcessor(MediaProcessorContract):
    @pytest.fixture
    def rig(self) -> MediaRig:
        return rig_of(MemoryMediaProcessor)


async def first_failure(processor_class: type[MemoryMediaProcessor]) -> str | None:
    """The name of a test of the contract that such a processor does not pass; None if it passes all."""
    contract = MediaProcessorContract()
    for name in [name for name in dir(contract) if name.startswith("test_")]:
        try:
            async with asyncio.timeout(5):
                await getattr(contract, name)(rig_of(processor_class))
        except (Exception, pytest.fail.Exception):
            return name
    return None


async def test_the_contract_passes_a_sound_processor() -> None:
    assert await first_failure(MemoryMediaProcessor) is None


@pytest.mark.parametrize("faulty", FAULTY_MEDIA_PROCESSORS)
async def test_the_contract_fails_on(faulty: type[MemoryMediaProcessor]) -> None:
    assert await first_failure(faulty) is not None


async def test_the_checkpoint_is_awaited_before_every_file() -> None:
    steps: list[str] = []

    async def checkpoint(name: str) -> None:
        steps.append(name)

    rig = rig_of(MemoryMediaProcessor)
    await rig.put_source(rig.good)
    await MemoryMediaProcessor(rig.store, checkpoint=checkpoint).process(
        "uploads/a/source", "videos/a/1-1/", progress=Told()
    )
    assert steps[0] == "fetching"
    assert sorted(steps[1:]) == sorted(await rig.stored())
    assert steps[-1] == "master.m3u8"
