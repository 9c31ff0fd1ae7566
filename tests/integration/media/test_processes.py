"""FFmpeg never outlives its worker, gives way to others, and is stopped when nothing moves."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from adapters.ffmpeg.process import Limits
from adapters.ffmpeg.processor import FFmpegMediaProcessor
from adapters.ffmpeg.work_folder import sweep_work_folder
from adapters.memory.objects import MemoryObjectStore
from adapters.testing.media import Told
from streamcore.shared.errors import DeadlineExceeded, Unavailable, UnprocessableMedia
from tests.integration.media.clips import REAL, Clips
from tests.integration.media.conftest import leftovers, started
from tests.integration.media.judge import TARGET, put

ROOT = Path(__file__).parents[3]


async def until(true: Callable[[], bool], seconds: float = 20.0) -> None:
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.02)


async def test_the_kernel_kills_ffmpeg_with_its_worker(work_folder: Path, binary: Path) -> None:
    command = [sys.executable, "-m", "tests.integration.media.worker", str(REAL), str(work_folder), str(binary)]
    worker = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=subprocess.PIPE)
    assert worker.stdout is not None
    try:
        async with asyncio.timeout(60):
            assert await worker.stdout.readline() == b"working\n"
        (ffmpeg,) = psutil.Process(worker.pid).children(recursive=True)
        assert sweep_work_folder(work_folder) == 0  # it lives
    finally:
        worker.kill()
        await worker.communicate()
    await until(lambda: not ffmpeg.is_running() or ffmpeg.status() == psutil.STATUS_ZOMBIE)
    assert list(work_folder.rglob("source"))
    await until(lambda: sweep_work_folder(work_folder) == 1)
    assert list(work_folder.glob("worker-*")) == []


class Paused(Told):
    """Waits in the midst of encoding, with FFmpeg running."""

    async def __call__(self, percent: float, stage: str) -> None:
        if percent > 5 and stage == "transcoding":
            self.reached.set()


async def test_cancellation_in_the_midst_leaves_no_process_and_no_file(
    store: MemoryObjectStore, work_folder: Path, binary: Path
) -> None:
    await put(store, "source", REAL.read_bytes())
    processor = FFmpegMediaProcessor(store, work_folder=work_folder, ffmpeg=binary, preset="placebo")
    told = Paused()
    task = asyncio.create_task(processor.process("source", TARGET, progress=told))
    async with asyncio.timeout(60):
        await told.reached.wait()
    assert [line for line in leftovers(work_folder) if "ffmpeg" in line]
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert leftovers(work_folder) == []
    await processor.close()
    assert list(work_folder.glob("worker-*")) == []


async def test_ffmpeg_runs_with_low_priority_limits_and_no_secrets(
    store: MemoryObjectStore, work_folder: Path, binary: Path
) -> None:
    await put(store, "source", REAL.read_bytes())
    processor = FFmpegMediaProcessor(store, work_folder=work_folder, ffmpeg=binary, preset="ultrafast")
    seen: list[tuple[int, set[str], tuple[int, int], bool]] = []

    async def look(percent: float, stage: str) -> None:
        if stage == "transcoding" and percent > 5:
            for child in started():
                with suppress(psutil.NoSuchProcess, psutil.ZombieProcess, FileNotFoundError):  # it ends just now
                    limit = child.rlimit(psutil.RLIMIT_FSIZE)
                    stdin_closed = Path(f"/proc/{child.pid}/fd/0").readlink() == Path(os.devnull)
                    seen.append((child.nice(), set(child.environ()), limit, stdin_closed))

    await processor.process("source", TARGET, progress=look)
    await processor.close()
    allowed = {"PATH", "LC_ALL", "HOME", "AV_LOG_FORCE_NOCOLOR", "LC_CTYPE", "TMPDIR", "MALLOC_ARENA_MAX"}
    size = Limits().file_bytes
    assert seen
    for nice, names, limit, stdin_closed in seen:
        assert (nice, limit, stdin_closed) == (19, (size, size), True)
        assert names <= allowed


@pytest.fixture
def stand_in(tmp_path: Path) -> Callable[[str], Path]:
    """Makes an FFmpeg that probes as usual, and does something else where it should transcode."""

    def make(instead: str) -> Path:
        path = tmp_path / "ffmpeg"
        path.write_text(f'#!/bin/sh\ncase "$*" in *-progress*) {instead};; esac\nexec ffmpeg "$@"\n')
        path.chmod(0o755)
        return path

    return make


@pytest.mark.parametrize(
    "instead",
    [
        "exec sleep 60",
        "while :; do printf 'frame=1\\nout_time_us=5\\nprogress=continue\\n'; done",
        "exec >/dev/null; exec sleep 60",
    ],
    ids=["silent", "talks but stands still", "closes its output"],
)
async def test_no_progress_for_too_long_is_a_deadline_exceeded(
    instead: str, stand_in: Callable[[str], Path], clips: Clips, store: MemoryObjectStore, work_folder: Path
) -> None:
    await put(store, "source", clips.get("upright.mp4").read_bytes())
    processor = FFmpegMediaProcessor(
        store, work_folder=work_folder, ffmpeg=stand_in(instead), silence_limit_seconds=1.5
    )
    with pytest.raises(DeadlineExceeded):
        await processor.process("source", TARGET, progress=Told())
    await until(lambda: leftovers(work_folder) == [])
    await processor.close()


@pytest.mark.parametrize(
    ("instead", "error"),
    [
        ("kill -9 $$", Unavailable),
        ("echo 'av_interleaved_write_frame(): No space left on device' >&2; exit 1", Unavailable),
        ("kill -SEGV $$", UnprocessableMedia),
        ("exit 69", UnprocessableMedia),
        ("exit 0", UnprocessableMedia),
    ],
)
async def test_a_bad_end_is_the_machines_fault_or_the_files(
    instead: str,
    error: type[Exception],
    stand_in: Callable[[str], Path],
    clips: Clips,
    store: MemoryObjectStore,
    work_folder: Path,
) -> None:
    await put(store, "source", clips.get("upright.mp4").read_bytes())
    processor = FFmpegMediaProcessor(store, work_folder=work_folder, ffmpeg=stand_in(instead))
    with pytest.raises(error):
        await processor.process("source", TARGET, progress=Told())
    assert leftovers(work_folder) == []
    await processor.close()


async def test_a_file_that_grows_too_large_is_too_costly(
    clips: Clips, store: MemoryObjectStore, work_folder: Path, binary: Path
) -> None:
    await put(store, "source", clips.get("small.mp4").read_bytes())
    processor = FFmpegMediaProcessor(store, work_folder=work_folder, ffmpeg=binary, limits=Limits(file_bytes=20_000))
    with pytest.raises(UnprocessableMedia) as refused:
        await processor.process("source", TARGET, progress=Told())
    assert refused.value.reason == "TOO_COSTLY"
    await processor.close()


async def test_an_ffmpeg_that_is_missing_or_broken_is_unavailable(
    clips: Clips, store: MemoryObjectStore, work_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "broken").write_bytes(b"no program")
    await put(store, "source", clips.get("upright.mp4").read_bytes())
    for name in ("missing", "broken"):
        processor = FFmpegMediaProcessor(store, work_folder=work_folder, ffmpeg=tmp_path / name)
        with pytest.raises(Unavailable):
            await processor.process("source", TARGET, progress=Told())
        await processor.close()


async def test_a_work_folder_that_cannot_be_made_is_unavailable(
    clips: Clips, store: MemoryObjectStore, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"")
    processor = FFmpegMediaProcessor(store, work_folder=tmp_path / "file" / "work")
    await put(store, "source", clips.get("upright.mp4").read_bytes())
    with pytest.raises(Unavailable):
        await processor.process("source", TARGET, progress=Told())
