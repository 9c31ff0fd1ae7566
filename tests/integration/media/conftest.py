import os
import shutil
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from adapters.ffmpeg.binary import packaged_ffmpeg
from adapters.ffmpeg.processor import FFmpegMediaProcessor
from adapters.memory.objects import MemoryObjectStore
from tests.integration.media.clips import Clips
from tests.integration.media.made import PROMPTLY, Workshop

BINARIES = {"system": Path(shutil.which("ffmpeg") or "ffmpeg"), "packaged": packaged_ffmpeg() or Path("packaged")}


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Clips:
    return Clips(tmp_path_factory.mktemp("clips"))


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "workshop"
    folder.mkdir(exist_ok=True)
    return Workshop(folder)


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
        store, work_folder=work_folder, ffmpeg=binary, segment_seconds=1, preset="ultrafast", limits=PROMPTLY
    )
    yield processor
    await processor.close()


_before: set[psutil.Process] = set()


@pytest.fixture(autouse=True)
def known_processes() -> None:
    """Whatever runs before a test, as the session's browser and servers do, is not the test's."""
    _before.clear()
    _before.update(psutil.Process().children())


def leftovers(work_folder: Path) -> list[str]:
    """Processes that this test has started, zombies included, and files of runs."""
    processes = [f"{child.pid} {child.name()}" for child in started()]
    return processes + [str(path) for path in work_folder.rglob("run-*")]


def started() -> list[psutil.Process]:
    """The processes that this test has started and theirs, zombies included."""
    below = [child for child in psutil.Process().children() if child not in _before]
    for child in tuple(below):
        with suppress(psutil.NoSuchProcess):
            below += child.children(recursive=True)
    return below
