from dataclasses import replace

import pytest

from adapters.memory.media import MemoryMediaProcessor
from adapters.testing.media import MediaProcessorContract, MediaRig, Told
from adapters.testing.media_in_turn import MediaInTurnContract
from tests.unit.contracts.on_memory import rig_of


class TestMemoryMediaProcessor(MediaProcessorContract):
    @pytest.fixture
    def rig(self) -> MediaRig:
        return rig_of(MemoryMediaProcessor)


class TestMemoryMediaInTurn(MediaInTurnContract):
    @pytest.fixture
    def rig(self) -> MediaRig:
        return replace(rig_of(MemoryMediaProcessor), good=b"long video")


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
