"""How quickly everything is there: imports, the embedded server, a use case in memory, the unit suite."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from statistics import median
from urllib.error import URLError
from urllib.request import urlopen

import psutil

from benchmarks.harness import finish, progress
from tests.integration.servers import BIN, Server

ROUNDS = 7
ALLOWED = {"streamcore", "pydantic", "pydantic_core", "annotated_types", "typing_extensions", "typing_inspection"}

IMPORT_ALL = """
import json, pkgutil, sys, time
before = set(sys.modules)
began = time.perf_counter()
import streamcore
first = time.perf_counter() - began
for module in pkgutil.walk_packages(streamcore.__path__, "streamcore."):
    __import__(module.name)
whole = time.perf_counter() - began
foreign = {name.partition(".")[0] for name in set(sys.modules) - before} - set(sys.stdlib_module_names)
print(json.dumps([first, whole, sorted(foreign)]))
"""


def imports() -> tuple[float, float, list[str]]:
    """Seconds for ``import streamcore``, seconds for every core module, and the foreign packages that came along."""
    firsts, wholes, foreign = [], [], []
    for _ in range(ROUNDS):
        command = [sys.executable, "-c", IMPORT_ALL]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        first, whole, packages = json.loads(output)
        firsts.append(first)
        wholes.append(whole)
        foreign = [name for name in packages if name not in ALLOWED and not name.startswith("_")]
    return median(firsts), median(wholes), foreign


def server() -> tuple[float, float]:
    """Seconds from the command to the first ready answer, and resident MiB of the whole process tree when idle."""
    ready, resident = [], []
    for round_ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            server = Server(Path(folder) / "data")
            server.data.mkdir()
            command = [str(BIN / "streamcore"), "serve", "--port", str(server.port)]
            began = time.perf_counter()
            with subprocess.Popen(
                command, env=server.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            ) as process:
                wait_until_ready(f"{server.url}/health/ready")
                ready.append(time.perf_counter() - began)
                time.sleep(5)
                tree = psutil.Process(process.pid)
                pages = sum(member.memory_info().rss for member in [tree, *tree.children(recursive=True)])
                resident.append(pages / 2**20)
                process.terminate()
        progress(f"server round {round_ + 1}: ready in {ready[-1]:.2f} s, idle {resident[-1]:.0f} MiB")
    return median(ready), median(resident)


def wait_until_ready(url: str) -> None:
    for _ in range(3000):
        try:
            with urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except URLError:
            time.sleep(0.01)
    raise TimeoutError("the server was never ready")


async def use_cases() -> dict[str, float]:
    """Median seconds of use cases on memory adapters."""
    from entrypoints.embed import in_memory
    from streamcore.channels.models import NewChannel
    from streamcore.identity.models import Registration
    from streamcore.shared.access import ANONYMOUS
    from streamcore.videos.models.details import VideoDetails
    from streamcore.videos.use_cases.reserve_upload import AnnouncedFile
    from streamcore.videos.views import VideoList

    app = in_memory()
    account = Registration(email="a@example.org", username="bench", password="long enough")
    user = (await app.identity.register(account)).user
    await app.channels.create(user.actor(), NewChannel(handle="bench", name="Bench"))
    actor = (await app.identity.get_user(user.actor(), user.id)).actor()

    async def body() -> AsyncIterator[bytes]:
        yield b"x"

    times: dict[str, list[float]] = {"reserve_upload": [], "accept_source": [], "publish": [], "list": []}
    for number in range(200):
        began = time.perf_counter()
        video = await app.videos.reserve_upload(actor, AnnouncedFile("a.mp4", "video/mp4"))
        times["reserve_upload"].append(time.perf_counter() - began)
        source = await app.videos.receive_upload(video.id, AnnouncedFile("a.mp4", "video/mp4"), body())
        details = VideoDetails(title=f"Video {number}", publish=False)
        began = time.perf_counter()
        await app.videos.accept_source(actor, video.id, source, details)
        times["accept_source"].append(time.perf_counter() - began)
        await app.settle()
        began = time.perf_counter()
        await app.videos.publish(actor, video.id)
        times["publish"].append(time.perf_counter() - began)
        began = time.perf_counter()
        await app.videos.list(ANONYMOUS, VideoList(), after=None, limit=24)
        times["list"].append(time.perf_counter() - began)
    return {name: median(values) for name, values in times.items()}


def unit_suite() -> float:
    """Seconds of ``make unit``, where the modules are compiled: as in every run but a clone's first."""
    command = [sys.executable, "-m", "pytest", "-q", "tests/unit"]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    subprocess.run([*command, "--collect-only"], check=True, env=environment, stdout=subprocess.DEVNULL)
    began = time.perf_counter()
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def main() -> None:
    first, whole, foreign = imports()
    progress(f"import streamcore {first * 1e3:.1f} ms, every core module {whole * 1e3:.0f} ms, foreign: {foreign}")
    ready, resident = server()
    cases = asyncio.run(use_cases())
    progress(", ".join(f"{name} {seconds * 1e6:.0f} µs" for name, seconds in cases.items()))
    suite = unit_suite()
    figures = {
        "import_streamcore_ms": round(first * 1e3, 2),
        "import_every_core_module_ms": round(whole * 1e3, 1),
        "foreign_modules": len(foreign),
        "server_ready_s": round(ready, 3),
        "server_idle_mib": round(resident, 1),
        "slowest_use_case_ms": round(max(cases.values()) * 1e3, 3),
        "unit_suite_s": round(suite, 2),
    }
    bars = {
        "import_streamcore_ms": ("<", 150),
        "import_every_core_module_ms": ("<", 400),
        "foreign_modules": ("<=", 0),
        "server_ready_s": ("<", 2),
        "server_idle_mib": ("<", 150),
        "slowest_use_case_ms": ("<", 1),
        "unit_suite_s": ("<", 10),
    }
    finish("startup", figures, bars)


if __name__ == "__main__":
    main()
