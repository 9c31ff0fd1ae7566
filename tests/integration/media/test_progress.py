"""Whoever waits is told how far it is, from the beginning on."""

from pathlib import Path

import pytest

from adapters.ffmpeg.processor import FFmpegMediaProcessor
from adapters.memory.objects import MemoryObjectStore
from streamcore.videos.models.media import PREVIEW_STAGE, Media
from tests.integration.media.clips import Clips
from tests.integration.media.judge import TARGET, put


@pytest.mark.timeout(240)
async def test_progress_moves_and_the_first_quality_can_be_watched_long_before_the_end(
    clips: Clips, store: MemoryObjectStore, work_folder: Path, binary: Path
) -> None:
    """Also with outputs that are complete only at the end, such as the sheet of the timeline."""
    source = clips.get("film.mp4")
    await put(store, "source", source.read_bytes())
    told: list[tuple[float, str]] = []

    async def tell(percent: float, stage: str) -> None:
        told.append((percent, stage))

    async def show(_media: Media) -> None:
        """A short film is not shown before it is complete."""

    processor = FFmpegMediaProcessor(store, work_folder=work_folder, ffmpeg=binary, preset="slower")
    media = await processor.process("source", TARGET, progress=tell, show=show)
    await processor.close()
    assert media.sprites
    assert len({percent for percent, _ in told if 10 < percent < 90}) >= 3, told
    assert [stage for percent, stage in told if percent < 70].count(PREVIEW_STAGE) >= 1, told
