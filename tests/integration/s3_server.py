"""Where the tests' S3 server is: the given one, the usual one, or one that this run starts and stops."""

import fcntl
import os
import signal
import subprocess
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

USUAL_URL = "http://127.0.0.1:19105"
KEYS = ("streamcore", "streamcore-secret")
_SCRIPT = Path(__file__).parent.parent / "engines" / "start_s3.sh"


@pytest.fixture(scope="session")
def s3_url() -> Iterator[str]:
    """Its address; `KEYS` open it. Buckets are the tests' own."""
    given = os.environ.get("STREAMCORE_TEST_S3_URL", USUAL_URL)
    if answers(given):
        yield given
        return
    with private_server(Path(tempfile.gettempdir()) / f"streamcore-s3-{os.getuid()}") as url:
        yield url


def answers(url: str) -> bool:
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=3):
            return True
    except (OSError, urllib.error.URLError):
        return False


@contextmanager
def private_server(folder: Path) -> Iterator[str]:
    """A server that all processes with the same folder share: the first starts it, the last one stops it.

    Whoever uses it holds a shared lock; whoever gets the exclusive one is alone.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    with (folder / "starting").open("w") as starting, (folder / "using").open("w") as using:
        fcntl.flock(starting, fcntl.LOCK_EX)
        started = subprocess.run(
            ["bash", str(_SCRIPT), str(folder / "server"), "0", *KEYS],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if started.returncode:
            raise RuntimeError(f"the S3 server does not start: {started.stderr}")
        fcntl.flock(using, fcntl.LOCK_SH)
        fcntl.flock(starting, fcntl.LOCK_UN)
        try:
            yield started.stdout.strip()
        finally:
            fcntl.flock(starting, fcntl.LOCK_EX)
            fcntl.flock(using, fcntl.LOCK_UN)
            with suppress(BlockingIOError):
                fcntl.flock(using, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _stop(folder / "server")


def _stop(server: Path) -> None:
    for pid_file in (server / "run").glob("*.pid"):
        with suppress(ProcessLookupError, ValueError):
            os.kill(int(pid_file.read_text()), signal.SIGKILL)  # it keeps nothing but memory
