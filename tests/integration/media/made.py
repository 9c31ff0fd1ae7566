"""What was made of each clip of the corpus: once in a run, for all the tests that judge it."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from adapters.ffmpeg.process import Limits
from adapters.ffmpeg.processor import FFmpegMediaProcessor
from adapters.memory.objects import MemoryObjectStore
from adapters.testing.media import Told
from streamcore.videos.models.media import Media
from tests.integration.media.corpus import Case
from tests.integration.media.judge import TARGET, fetch, put

_MEDIA = TypeAdapter(Media)
PROMPTLY = Limits(nice=0)
"""The tests wait for it; at the lowest priority it would wait for the other tests."""


@dataclass(frozen=True, slots=True)
class Made:
    """``folder`` has the files of the stream."""

    media: Media
    folder: Path

    @property
    def master(self) -> Path:
        return self.folder / self.media.master


class Workshop:
    """Processes clips in a ``folder`` that all workers of a run share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def get(self, case: Case, binary: Path) -> Made:
        """What this FFmpeg makes of a clip, in segments of a second."""
        done = self._folder / f"{case.name}-{'-'.join(binary.parts[1:])}"
        if not done.exists():
            with tempfile.TemporaryDirectory(dir=self._folder) as place:
                made = await self._make(case, binary, Path(place))
                try:
                    made.rename(done)
                except OSError:  # another worker was quicker
                    shutil.rmtree(made)
        return Made(_MEDIA.validate_json((done / "media.json").read_bytes()), done)

    async def _make(self, case: Case, binary: Path, place: Path) -> Path:
        store, made = MemoryObjectStore(), place / "made"
        processor = FFmpegMediaProcessor(
            store, work_folder=place / "work", ffmpeg=binary, segment_seconds=1, preset="ultrafast", limits=PROMPTLY
        )
        await put(store, "source", case.make(place).read_bytes())
        media = await processor.process("source", TARGET, progress=Told())
        await processor.close()
        await fetch(store, made)
        (made / "media.json").write_bytes(_MEDIA.dump_json(media))
        return made
