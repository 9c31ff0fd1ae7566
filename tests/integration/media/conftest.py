import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from adapters.ffmpeg.binary import packaged_ffmpeg
from adapters.ffmpeg.processor import FFmpegMediaProcessor
from adapters.memory.objects import MemoryObjectStore
from tests.integration.media.clips import Clips

BINARIES = {"system": Path(shutil.which("ffmpeg") or "ffmpeg"), "packaged": packaged_ffmpeg() or Path("packaged")}


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Clips:
    return Clips(tmp_path_factory.mktemp("clips"))


@pytest.fixture(params=sorted(BINARIES))
def binary(request: pytest.FixtureRequest) -> Path:
    return BINARIES[request.param]


@pytest.fixture
def store() -> MemoryObjectStore:
    return MemoryObjectStore()


@pytest.fixture
def work_folder(tmp_path: Path) -> Path:
    return tmp_path / "work"


@pytest.fixture
async def processor(store: MemoryObjectStore, work_folder: Path, binary: Path) -> AsyncIterator[FFmpegMediaProcessor]:
    processor = FFmpegMediaProcessor(
        store, work_folder=work_folder, ffmpeg=binary, segment_seconds=1, preset="ultrafast"
    )
    yield processor
    await processor.close()


def leftovers(work_folder: Path) -> list[str]:
    """Processes that this one has started, zombies included, and files of runs."""
    processes = [f"{child.pid} {child.name()}" for child in psutil.Process(os.getpid()).children(recursive=True)]
    return processes + [str(path) for path in work_folder.rglob("run-*")]
