"""What one FFmpeg process may do and use is enforced on real processes, and only where it was asked for."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from adapters.ffmpeg.errors import failure
from adapters.ffmpeg.launch import NOT_STARTED, ORPHANED
from adapters.ffmpeg.process import CUT, Finished, Limits, run
from adapters.ffmpeg.processor import FFmpegMediaProcessor
from adapters.ffmpeg.sandbox import Confinement, confinement
from adapters.memory.objects import MemoryObjectStore
from adapters.testing.media import Told
from streamcore.shared.errors import DeadlineExceeded, Unavailable, UnprocessableMedia
from tests.integration.media.clips import REAL, Clips
from tests.integration.media.conftest import leftovers, started
from tests.integration.media.hostile import ffmpeg
from tests.integration.media.judge import TARGET, put

PYTHON = (str(Path(sys.executable).resolve()), "-I", "-S", "-c")
LAUNCHER = Path(__file__).parents[3] / "src" / "adapters" / "ffmpeg" / "launch.py"
SHELL = ("/bin/sh", "-c")
REFUSED = "refused"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "run"
    path.mkdir()
    return path


async def ran(
    command: tuple[str, ...], folder: Path, limits: Limits | None = None, reads: tuple[Path, ...] = ()
) -> tuple[Finished, list[str]]:
    """The end of a command, and its lines."""
    lines: list[str] = []

    async def read(line: str) -> bool:
        lines.append(line)
        return True

    ended = await run(command, folder=folder, limits=limits or Limits(), silence_seconds=20, on_line=read, reads=reads)
    return ended, lines


async def no_news(_line: str) -> bool:
    return True


async def too_costly(command: tuple[str, ...], folder: Path, limits: Limits) -> None:
    with pytest.raises(UnprocessableMedia) as refused:
        async with asyncio.timeout(20):
            await ran(command, folder, limits)
    assert refused.value.reason == "TOO_COSTLY"
    assert leftovers(folder) == []


async def test_processor_time_is_limited(folder: Path) -> None:
    await too_costly((*SHELL, "while :; do :; done"), folder, Limits(nice=0, cpu_seconds=1))


def launched(*, cpu: int, mode: str, program: tuple[str, ...]) -> int:
    """The return code of a program that the launcher starts by itself, with nobody to watch it."""
    numbers = (os.getpid(), 19, 2**33, cpu, 2**30, 64)
    command = [sys.executable, "-I", "-S", str(LAUNCHER), *map(str, numbers), mode, "--", *program]
    return subprocess.run(command, check=False, timeout=30, capture_output=True).returncode


def test_the_kernel_ends_what_its_parent_forgot() -> None:
    assert launched(cpu=-29, mode="free", program=(*SHELL, "while :; do :; done")) == -signal.SIGKILL  # 30 s of grace


def test_the_launcher_tells_what_cannot_be_started() -> None:
    assert launched(cpu=10, mode="confined", program=("/nowhere/ffmpeg",)) == NOT_STARTED
    assert launched(cpu=10, mode="confined", program=("/bin/true",)) == NOT_STARTED  # no place was allowed
    script = f"import os, sys; os.execv(sys.executable, [sys.executable, {str(LAUNCHER)!r}, '1', *sys.argv[1:]])"
    orphan = [sys.executable, "-c", script, "19", "1", "1", "1", "1", "free", "--", "/bin/true"]
    assert subprocess.run(orphan, check=False).returncode == ORPHANED


async def test_what_a_process_says_is_kept_as_far_as_it_matters(folder: Path) -> None:
    talk = "i=0; while [ $i -lt {lines} ]; do i=$((i+1)); printf 'line %095d\\n' $i >&2; done"
    ended, _ = await ran((*SHELL, talk.format(lines=9000)), folder)
    assert ended.stderr == "".join(f"line {n:095}\n" for n in range(1, 9001))
    ended, _ = await ran((*SHELL, talk.format(lines=30_000)), folder)
    first, last = ended.stderr.split(CUT)
    assert first.startswith(f"line {1:095}\nline {2:095}\n")
    assert last.endswith(f"line {29_999:095}\nline {30_000:095}\n")
    assert len(ended.stderr) < 1_100_000


async def test_a_folder_is_limited_as_a_whole(folder: Path) -> None:
    large = "i=0; while [ $i -lt 400 ]; do i=$((i+1)); printf '%0100000d' 1 > ../f$i; done; while :; do :; done"
    limits = Limits(nice=0, folder_bytes=10_000_000, file_bytes=1_000_000, cpu_seconds=15)
    await too_costly((*SHELL, large), folder, limits)
    assert sum(path.stat().st_size for path in folder.rglob("*")) < 41_000_000


async def test_empty_files_count_too(folder: Path) -> None:
    many = "i=0; while :; do i=$((i+1)); : > ../f$i; done"
    await too_costly((*SHELL, many), folder, Limits(nice=0, folder_bytes=10_000_000, cpu_seconds=15))


async def test_what_was_taken_away_counts_as_written(folder: Path) -> None:
    """As much as ever fits in the folder, again and again."""
    gone = 0

    async def take(line: str) -> bool:
        nonlocal gone
        file = folder / line
        gone += file.stat().st_size
        file.unlink()
        return True

    more = """
import time
for n in range(40):
    open(f'../f{n}', 'wb').write(bytes(500_000))
    print(f'f{n}', flush=True)
    time.sleep(0.05)
"""

    async def written(most: int) -> int:
        limits = Limits(nice=0, folder_bytes=3_000_000, output_bytes=most)
        told = {"folder": folder, "limits": limits, "silence_seconds": 20, "on_line": take, "taken": lambda: gone}
        return (await run((*PYTHON, more), **told)).returncode  # type: ignore[arg-type]

    assert await written(2**40) == 0
    with pytest.raises(UnprocessableMedia) as refused:
        await written(7_000_000)
    assert refused.value.reason == "TOO_COSTLY"
    assert gone < 38 * 1_000_000


async def test_a_stream_that_grows_too_large_is_too_costly_though_it_is_stored_meanwhile(
    clips: Clips, store: MemoryObjectStore, work_folder: Path, tmp_path: Path
) -> None:
    """By a program that makes one segment of half a megabyte after the other where it should transcode."""
    wait = "k=0; while [ $k -lt 100000 ]; do k=$((k+1)); done"
    write = "printf '%0500000d' 1 > ../made/360p/$n.tmp; mv ../made/360p/$n.tmp ../made/360p/$n.m4s"
    endless = tmp_path / "ffmpeg"
    endless.write_text(
        f"""#!/bin/sh
case "$*" in *-progress*)
    n=10000; while [ $n -lt 10060 ]; do n=$((n+1)); echo frame=$n; {write}; {wait}; done; exit;;
esac
exec ffmpeg "$@"
"""
    )
    endless.chmod(0o755)
    await put(store, "source", clips.get("upright.mp4").read_bytes())
    limits = Limits(nice=0, output_bytes=10_000_000, sandbox="off")  # a shell needs another process for mv
    processor = FFmpegMediaProcessor(store, work_folder=work_folder, ffmpeg=endless, limits=limits)
    with pytest.raises(UnprocessableMedia) as refused:
        await processor.process("source", TARGET, progress=Told())
    assert refused.value.reason == "TOO_COSTLY"
    assert leftovers(work_folder) == []
    await processor.close()


async def test_what_was_there_before_does_not_count(folder: Path) -> None:
    (folder / "source").write_bytes(bytes(1_000_000))
    ended, _ = await ran((*SHELL, "exit 0"), folder, Limits(folder_bytes=100_000))
    assert ended.returncode == 0


async def test_memory_is_limited(binary: Path, folder: Path) -> None:
    picture = ("-f", "lavfi", "-i", "color=s=8192x8192:r=1:d=2", "-vf", "tile=2x1", "-f", "null", "-")
    command = (str(binary), "-nostdin", "-v", "error", *picture)
    enough, _ = await ran(command, folder, Limits(memory_bytes=6 * 2**30))
    assert enough.returncode == 0, enough
    ended, _ = await ran(command, folder, Limits(memory_bytes=600 * 2**20))
    assert ended.returncode != 0
    error = failure(ended.returncode, ended.stderr)
    assert isinstance(error, UnprocessableMedia)
    assert error.reason == "TOO_COSTLY", ended


async def test_a_long_gap_takes_no_memory(
    store: MemoryObjectStore, work_folder: Path, binary: Path, tmp_path: Path
) -> None:
    """Nothing moved on a recorded screen for minutes: each frame that fills it is the last one, not a copy of it."""
    clip = tmp_path / "still.mkv"
    late = ("-vf", "setpts=if(lt(N\\,5)\\,PTS\\,PTS+240/TB)", "-fps_mode", "vfr")
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=854x480:r=10:d=1", *late, "-c:v", "libx264", str(clip))
    await put(store, "source", clip.read_bytes())
    limits = Limits(nice=0, memory_bytes=1500 * 2**20)
    processor = FFmpegMediaProcessor(store, work_folder=work_folder, ffmpeg=binary, preset="ultrafast", limits=limits)
    media = await processor.process("source", TARGET, progress=Told())
    await processor.close()
    assert media.duration_seconds == pytest.approx(241, abs=0.2)


async def test_a_process_that_stands_still_is_ended(store: MemoryObjectStore, work_folder: Path, binary: Path) -> None:
    await put(store, "source", REAL.read_bytes())
    processor = FFmpegMediaProcessor(
        store, work_folder=work_folder, ffmpeg=binary, preset="medium", silence_limit_seconds=3, limits=Limits(nice=0)
    )
    stopped: list[int] = []

    async def stop(percent: float, stage: str) -> None:
        if stage == "transcoding" and percent > 5 and not stopped:
            for child in started():
                child.send_signal(signal.SIGSTOP)
                stopped.append(child.pid)

    with pytest.raises(DeadlineExceeded):
        await processor.process("source", TARGET, progress=stop)
    assert stopped
    assert leftovers(work_folder) == []
    await processor.close()


async def test_waiting_for_a_processor_is_no_silence(folder: Path) -> None:
    """Among four that want the same processor, it takes four seconds for the work of one."""
    here = f"import os; os.sched_setaffinity(0, {{{min(os.sched_getaffinity(0))}}});"
    work = "import time; began = time.process_time()\nwhile time.process_time() < began + {seconds}: pass"
    others = [subprocess.Popen((*PYTHON, here + work.format(seconds=30)), start_new_session=True) for _ in range(3)]
    try:
        line = (*PYTHON, here + work.format(seconds=1))
        ended = await run(line, folder=folder, limits=Limits(nice=0), silence_seconds=1.8, on_line=no_news)
        assert ended.returncode == 0
        with pytest.raises(DeadlineExceeded):  # what works on and gets nowhere
            await run(
                (*PYTHON, work.format(seconds=60)),
                folder=folder,
                limits=Limits(nice=0),
                silence_seconds=1,
                on_line=no_news,
            )
    finally:
        for other in others:
            other.kill()
            other.wait()


async def test_an_output_that_grows_is_progress(folder: Path) -> None:
    """FFmpeg falls silent while it fills a gap with frames."""
    growing = """
import time
for _ in range(16):
    open('../made', 'a').write('x' * 5000)
    time.sleep(0.5)
"""

    async def read(_: str) -> bool:
        return True

    ended = await run((*PYTHON, growing), folder=folder, limits=Limits(), silence_seconds=5, on_line=read)
    assert ended.returncode == 0
    still = (*PYTHON, "import time; time.sleep(60)")
    with pytest.raises(DeadlineExceeded):
        await run(still, folder=folder, limits=Limits(), silence_seconds=1, on_line=read)


async def test_only_its_parent_ends_a_process(store: MemoryObjectStore, work_folder: Path, clips: Clips) -> None:
    """A service manager sends SIGTERM to every process: half a stream must not pass for a whole one, nor fail."""
    await put(store, "source", clips.get("small.mp4").read_bytes())
    processor = FFmpegMediaProcessor(store, work_folder=work_folder, preset="veryslow")
    signalled: list[int] = []

    async def terminate(percent: float, stage: str) -> None:
        if stage == "transcoding" and percent > 5 and not signalled:
            for child in started():
                child.terminate()
                child.send_signal(signal.SIGINT)
                signalled.append(child.pid)

    media = await processor.process("source", TARGET, progress=terminate)
    await processor.close()
    assert signalled
    assert media.duration_seconds == pytest.approx(5, abs=0.2)


async def test_it_gives_way_to_all_others(folder: Path) -> None:
    seen: list[str] = []

    async def look(line: str) -> bool:
        (child,) = started()
        place = Path(f"/proc/{child.pid}")
        seen.extend([str(child.nice()), (place / "oom_score_adj").read_text().strip()])
        autogroup = place / "autogroup"
        seen.append(autogroup.read_text().split()[-1] if autogroup.exists() else "19")
        child.kill()
        return True

    await run((*SHELL, "echo; while :; do :; done"), folder=folder, limits=Limits(), silence_seconds=20, on_line=look)
    assert seen == ["19", "1000", "19"]


async def test_it_starts_in_an_empty_folder_of_its_own(folder: Path) -> None:
    (folder / "source").write_bytes(b"a video")
    _, (where, home, *listed) = await ran((*SHELL, "pwd; echo $HOME; echo *"), folder)
    assert Path(where).parent == folder
    assert (home, listed) == (where, ["*"])
    assert [path.name for path in folder.iterdir()] == ["source"]


# Probe → Python that does what a taken-over decoder would like to; which of the kernel's means refuses it.
FILES, CALLS = "landlock", "system_calls"
PROBES = {
    "reading another file": ("open(SECRET).read()", FILES),
    "listing a folder": ("os.listdir(os.path.dirname(SECRET))", FILES),
    "writing another file": ("open(SECRET + '.new', 'w')", FILES),
    "truncating another file": ("os.truncate(SECRET, 0)", FILES),
    "the settings of the machine": ("open('/etc/passwd').read()", FILES),
    "the environment of the worker": ("open(f'/proc/{os.getppid()}/environ').read()", FILES),
    "a link out of the folder": ("os.symlink(SECRET, '../link')", FILES),
    "an internet socket": ("socket.socket()", CALLS),
    "a local socket": ("socket.socket(socket.AF_UNIX)", CALLS),
    "a pair of sockets": ("socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)", CALLS),
    "the rights of another file": ("os.chmod(SECRET, 0o666)", CALLS),
    "the owner of another file": ("os.chown(SECRET, -1, -1)", CALLS),
    "the time of another file": ("os.utime(SECRET)", CALLS),
    "a netlink socket": ("socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)", CALLS),
    "a new process": ("os.fork()", CALLS),
    "a process by spawning": ("os.posix_spawn('/bin/true', ['true'], {})", CALLS),
    "a signal to the worker": ("os.kill(os.getppid(), 0)", CALLS),
    "a handle on the worker": ("os.pidfd_open(os.getppid())", CALLS),
    "the limits of the worker": ("resource.prlimit(os.getppid(), resource.RLIMIT_CORE)", CALLS),
    "memory that does not count": ("os.memfd_create('hidden')", CALLS),
    "outliving the worker": ("call(libc.prctl, 1, 0)", CALLS),
    "a namespace of its own": ("call(libc.unshare, 0x10000000)", CALLS),
    "an io_uring": ("call(libc.syscall, 425, 1, bytes(120))", CALLS),
}
PRELUDE = """
import ctypes, os, resource, sys
SECRET = sys.argv[1]
libc = ctypes.CDLL(None, use_errno=True)
def call(function, *arguments):
    if function(*arguments) < 0:
        raise OSError(ctypes.get_errno(), 'refused')
try:
    if 'socket' in PROBE:
        import socket
    exec(PROBE)
except OSError as error:
    print('refused', error.errno)
else:
    print('done')
"""


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret"
    path.write_text("nobody may read this")
    return path


async def probed(probe: str, folder: Path, secret: Path, limits: Limits) -> str:
    ended, lines = await ran((*PYTHON, f"PROBE = {probe!r}{PRELUDE}", str(secret)), folder, limits)
    assert ended.returncode == 0, ended
    return lines[0].split()[0]


@pytest.mark.parametrize("name", PROBES)
async def test_a_process_is_refused_what_a_decoder_never_needs(name: str, folder: Path, secret: Path) -> None:
    probe, means = PROBES[name]
    offered = bool(getattr(confinement(), means))
    assert (await probed(probe, folder, secret, Limits()) == REFUSED) is offered
    assert not offered or secret.read_text() == "nobody may read this"


@pytest.mark.parametrize("name", sorted(PROBES.keys() - {"an io_uring"}))  # which the machine itself may refuse
async def test_without_confinement_it_would_get_it(name: str, folder: Path, secret: Path) -> None:
    assert await probed(PROBES[name][0], folder, secret, Limits(sandbox="off")) == "done"


async def test_it_reads_its_source_and_writes_its_folder(folder: Path, secret: Path) -> None:
    script = "import sys; open('../made', 'w').write(open(sys.argv[1]).read())"
    ended, _ = await ran((*PYTHON, script, str(secret)), folder, reads=(secret,))
    assert ended.returncode == 0, ended
    assert (folder / "made").read_text() == secret.read_text()
    writing = "import sys; open(sys.argv[1], 'w')"
    ended, _ = await ran((*PYTHON, writing, str(secret)), folder, reads=(secret,))
    assert ended.returncode == 1 or not confinement().landlock
    assert "PermissionError" in ended.stderr or not confinement().landlock


async def test_root_gives_up_its_powers(folder: Path) -> None:
    script = "import ctypes; libc = ctypes.CDLL(None); print([c for c in range(41) if libc.prctl(23, c, 0, 0, 0) == 1])"
    _, (bounding,) = await ran((*PYTHON, script), folder)
    assert bounding == ("[1, 2]" if os.geteuid() == 0 else bounding)


async def test_threads_are_allowed(folder: Path) -> None:
    script = "import _thread, time; _thread.start_new_thread(print, ('a thread',)); time.sleep(0.2)"
    ended, lines = await ran((*PYTHON, script), folder)
    assert (ended.returncode, lines) == (0, ["a thread"]), ended


@pytest.mark.parametrize(
    ("found", "count", "words"),
    [
        (Confinement(7, True), 0, "Landlock 7"),
        (Confinement(0, True), 1, "files open"),
        (Confinement(4, False), 1, "network open"),
        (Confinement(0, False), 2, "open"),
    ],
)
def test_what_is_missing_is_told(found: Confinement, count: int, words: str) -> None:
    assert len(found.missing) == count
    assert all(sentence.endswith(".") for sentence in found.missing)
    assert words in str(found)


@pytest.mark.parametrize("found", [Confinement(7, True), Confinement(0, True), Confinement(0, False)])
def test_what_is_required_and_missing_ends_all_work(found: Confinement) -> None:
    assert (found.launch_mode("auto"), found.launch_mode("off")) == ("confined", "free")
    if found.missing:
        with pytest.raises(Unavailable):
            found.launch_mode("required")
    else:
        assert found.launch_mode("required") == "confined"


@pytest.fixture
async def listener() -> AsyncIterator[tuple[int, Callable[[], int]]]:
    """A port of this machine, and how often it was connected to."""
    calls = 0

    async def called(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        calls += 1
        writer.close()

    server = await asyncio.start_server(called, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1], lambda: calls
    server.close()
    await server.wait_closed()


async def test_ffmpeg_itself_reaches_no_network(
    binary: Path, folder: Path, listener: tuple[int, Callable[[], int]]
) -> None:
    port, calls = listener
    command = (str(binary), "-nostdin", "-v", "error", "-i", f"tcp://127.0.0.1:{port}", "-f", "null", "-")
    for sandbox, expected in (("auto", 0), ("off", 1)):
        await ran(command, folder, Limits(sandbox=sandbox))  # type: ignore[arg-type]
        offered = confinement().system_calls
        assert calls() == (expected if offered else calls())
