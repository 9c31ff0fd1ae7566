from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.ffmpeg.care import FFmpegMediaCare
from adapters.ffmpeg.processor import FFmpegMediaProcessor
from adapters.memory.objects import MemoryObjectStore
from adapters.testing.media import TARGET, MediaRig
from adapters.testing.media_care import MediaCareContract
from streamcore.shared.objects import ObjectStore
from streamcore.videos.models.media import Media
from tests.integration.media.clips import Clips
from tests.integration.media.conftest import leftovers
from tests.integration.media.made import PROMPTLY

_MADE: dict[Path, tuple[Media, dict[str, tuple[str, bytes]]]] = {}
"""By binary, what processing makes of the good clip: once is enough."""


async def put(store: ObjectStore, key: str, type: str, body: bytes) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield body

    await store.put(key, chunks(), content_type=type)


class TestFFmpegMediaCare(MediaCareContract):
    async def made(self, rig: MediaRig) -> Media:
        if self.binary not in _MADE:
            media = await super().made(rig)
            _MADE[self.binary] = (
                media,
                {name: (type, await rig.read(name)) for name, type in (await rig.stored()).items()},
            )
        media, objects = _MADE[self.binary]
        await rig.put_source(rig.good)
        for name, (type, body) in objects.items():
            await put(rig.store, TARGET + name, type, body)
        return media

    @pytest.fixture
    async def rig(
        self, store: MemoryObjectStore, work_folder: Path, binary: Path, clips: Clips
    ) -> AsyncIterator[MediaRig]:
        made: list[FFmpegMediaProcessor] = []
        self.binary = binary

        def make(store: ObjectStore) -> FFmpegMediaProcessor:
            made.append(
                FFmpegMediaProcessor(store, work_folder=work_folder, ffmpeg=binary, preset="ultrafast", limits=PROMPTLY)
            )
            return made[-1]

        good = clips.get("small.mp4").read_bytes()
        yield MediaRig(make, store, good, bad=b"not a video at all", leftovers=lambda: leftovers(work_folder))
        for processor in made:
            await processor.close()

    @pytest.fixture
    async def care(self, rig: MediaRig, work_folder: Path, binary: Path) -> AsyncIterator[FFmpegMediaCare]:
        care = FFmpegMediaCare(rig.store, work_folder=work_folder, ffmpeg=binary, limits=PROMPTLY)
        yield care
        await care.close()
