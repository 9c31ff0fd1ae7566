from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.ffmpeg.processor import FFmpegMediaProcessor
from adapters.memory.objects import MemoryObjectStore
from adapters.testing.media import MediaProcessorContract, MediaRig
from adapters.testing.media_in_turn import MediaInTurnContract
from streamcore.shared.objects import ObjectStore
from tests.integration.media.clips import Clips
from tests.integration.media.conftest import leftovers


class TestFFmpegMediaProcessor(MediaProcessorContract):
    @pytest.fixture
    async def rig(
        self, store: MemoryObjectStore, work_folder: Path, binary: Path, clips: Clips
    ) -> AsyncIterator[MediaRig]:
        made: list[FFmpegMediaProcessor] = []

        def make(store: ObjectStore) -> FFmpegMediaProcessor:
            made.append(FFmpegMediaProcessor(store, work_folder=work_folder, ffmpeg=binary, preset="ultrafast"))
            return made[-1]

        good = clips.get("small.mp4").read_bytes()
        yield MediaRig(make, store, good, bad=b"not a video at all", leftovers=lambda: leftovers(work_folder))
        for processor in made:
            await processor.close()
        assert list(work_folder.glob("worker-*")) == []


class TestFFmpegMediaInTurn(MediaInTurnContract):
    @pytest.fixture
    async def rig(
        self, store: MemoryObjectStore, work_folder: Path, binary: Path, clips: Clips
    ) -> AsyncIterator[MediaRig]:
        made: list[FFmpegMediaProcessor] = []

        def make(store: ObjectStore) -> FFmpegMediaProcessor:
            made.append(
                FFmpegMediaProcessor(
                    store,
                    work_folder=work_folder,
                    ffmpeg=binary,
                    preset="ultrafast",
                    segment_seconds=0.5,
                    chunk_seconds=2.0,
                )
            )
            return made[-1]

        good = clips.get("two_rungs.mp4").read_bytes()
        yield MediaRig(make, store, good, bad=b"", leftovers=lambda: leftovers(work_folder))
        for processor in made:
            await processor.close()
