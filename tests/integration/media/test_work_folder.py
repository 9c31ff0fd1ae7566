import errno
from pathlib import Path

import pytest

from adapters.ffmpeg.images import FFmpegImageMaker
from adapters.ffmpeg.processor import FFmpegMediaProcessor
from adapters.ffmpeg.work_folder import WorkFolder, sweep_work_folder
from adapters.memory.objects import MemoryObjectStore
from adapters.testing.media import Told
from streamcore.shared.errors import NotFound, Unavailable
from tests.integration.media.clips import Clips
from tests.integration.media.judge import TARGET, put
from tests.integration.media.made import PROMPTLY


def test_a_living_worker_keeps_its_folder(tmp_path: Path) -> None:
    living = WorkFolder(tmp_path)
    with living.run() as run:
        (run / "source").write_bytes(b"a video")
        assert sweep_work_folder(tmp_path) == 0
        assert (run / "source").exists()
    assert not run.exists()
    living.close()
    assert list(tmp_path.glob("worker-*")) == []


def test_a_folder_that_nobody_holds_is_swept(tmp_path: Path) -> None:
    left = tmp_path / "worker-dead" / "run-1"
    left.mkdir(parents=True)
    (left / "source").write_bytes(b"a video")
    (tmp_path / "mine").write_bytes(b"not the sweeper's")
    assert sweep_work_folder(tmp_path) == 1
    assert sweep_work_folder(tmp_path) == 0
    assert (tmp_path / "mine").exists()


def test_there_is_nothing_to_sweep_where_nobody_has_worked(tmp_path: Path) -> None:
    assert sweep_work_folder(tmp_path / "missing") == 0


def test_a_closed_work_folder_opens_again(tmp_path: Path) -> None:
    work = WorkFolder(tmp_path)
    with work.run():
        pass
    work.close()
    work.close()
    with work.run() as run:
        assert run.is_dir()
    work.close()


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OSError(errno.ENOSPC, "full"), Unavailable),
        (ExceptionGroup("tasks", [ExceptionGroup("tasks", [OSError(errno.ENOSPC, "full")])]), Unavailable),
        (ExceptionGroup("tasks", [NotFound("gone"), ValueError()]), NotFound),
        (ArithmeticError(), ArithmeticError),
    ],
    ids=repr,
)
def test_what_goes_wrong_in_a_run_leaves_as_one_error_and_no_file(
    error: Exception, expected: type[Exception], tmp_path: Path
) -> None:
    work = WorkFolder(tmp_path)

    def go_wrong() -> None:
        with work.run() as run:
            (run / "source").write_bytes(b"a video")
            raise error

    with pytest.raises(expected):
        go_wrong()
    assert list(tmp_path.rglob("run-*")) == []
    work.close()


class LocalStore(MemoryObjectStore):
    """A store whose source is a file, and that would rather not send it as a stream."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.file = file

    async def local_path(self, key: str) -> Path:
        if key != "source":
            raise NotFound
        return self.file


async def test_a_local_file_is_used_in_its_place_and_left_there(clips: Clips, work_folder: Path) -> None:
    file = clips.get("upright.mp4")
    before = file.read_bytes()
    store = LocalStore(file)
    await put(store, "source", b"never sent")
    processor = FFmpegMediaProcessor(store, work_folder=work_folder, preset="ultrafast")
    media = await processor.process("source", TARGET, progress=Told())
    assert media.master in [info.key.removeprefix(TARGET) async for info in store.list(TARGET)]
    with pytest.raises(NotFound):
        await processor.process("missing", TARGET, progress=Told())
    await processor.close()
    assert file.read_bytes() == before


async def test_a_source_without_a_local_file_is_fetched(clips: Clips, work_folder: Path) -> None:
    store = MemoryObjectStore()
    await put(store, "source", clips.get("upright.mp4").read_bytes())
    told = Told()
    processor = FFmpegMediaProcessor(store, work_folder=work_folder, preset="ultrafast")
    await processor.process("source", TARGET, progress=told)
    await processor.close()
    assert [stage for _, stage in told.words if stage == "fetching"]


async def test_a_folder_may_have_signs_in_it_that_ffmpeg_fills_in(clips: Clips, tmp_path: Path, binary: Path) -> None:
    store, work_folder = MemoryObjectStore(), tmp_path / "100% %d %05d %v %%d"
    file = clips.get("small.mp4").read_bytes()
    await put(store, "source", file)
    processor = FFmpegMediaProcessor(store, work_folder=work_folder, ffmpeg=binary, preset="ultrafast", limits=PROMPTLY)
    media = await processor.process("source", TARGET, progress=Told())
    await processor.close()
    assert media.has_audio
    stored = {info.key.removeprefix(TARGET) async for info in store.list(TARGET)}
    assert {*media.side_files, "360p/00000.m4s", "360p/00001.m4s", "audio/00000.m4s"} <= stored
    maker = FFmpegImageMaker(store, work_folder=work_folder, ffmpeg=binary)
    async with store.get(f"{TARGET}{media.poster}") as chunks:
        await maker.make(b"".join([chunk async for chunk in chunks]), "videos/a/image-1/")
    await maker.close()
