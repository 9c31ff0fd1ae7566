"""The tutorial, as a reader follows it: the server in one terminal, every other command in a second one."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.documents import ROOT, fences, reader, run_page
from tests.integration.servers import free_port

TUTORIAL = ROOT / "docs" / "tutorial.md"
USUAL = "http://127.0.0.1:8080"


@contextmanager
def first_terminal(environment: dict[str, str], log: Path) -> Iterator[None]:
    """What the page starts in the first terminal, once it has said what the page says that it will."""
    (start,) = [fence for fence in fences(TUTORIAL) if fence.title == "first terminal"]
    promised = next(fence.text for fence in fences(TUTORIAL) if fence.line > start.line).strip()
    with log.open("wb") as file:
        process = subprocess.Popen(
            ["bash", "-c", start.text],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + 120
        while promised.replace(USUAL, environment["STREAMCORE_URL"]) not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        yield
        os.killpg(process.pid, signal.SIGINT)  # Ctrl-C
        process.wait(30)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def test_every_command_of_the_tutorial(tmp_path: Path) -> None:
    port, data = str(free_port()), str(tmp_path / "data")
    address = USUAL.replace("8080", port)
    environment = reader(tmp_path, PORT=port, DATA=data, STREAMCORE_DATA=data, STREAMCORE_URL=address)
    log = tmp_path / "server.log"
    with first_terminal(environment, log):
        run_page(TUTORIAL, ROOT, environment, instead={USUAL: address})
    assert "worker_stopped" in log.read_text()
    assert '"level": "error"' not in log.read_text()
