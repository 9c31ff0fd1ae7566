"""How much memory the server needs for one large upload, by each way in: form, tus, and a presigned multipart upload.

The server is `streamcore serve` on the embedded default, without a worker; the file is generated while it is sent, an
MP4 head with zeros behind it. The figure is the growth of the peak resident set (VmHWM) of the server's processes over
what they held just before the upload. Bar: less than 64 MiB each.

    python -m benchmarks.upload_memory [--mebibytes 2048] [--ways form tus multipart]
"""

import argparse
import asyncio
import math
import struct
import tempfile
import time
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from uuid import uuid4

import aiohttp
import psutil

from benchmarks.harness import finish, progress
from tests.integration.servers import Creator, Server, running

CHUNK = 2**20
TUS_CHUNK = 64 * 2**20
TYPE = "video/mp4"


class NotOfferedError(Exception):
    """The server has no such way in."""


class Source:
    """A file of ``size`` bytes that begins like an MP4 file and is nowhere stored."""

    def __init__(self, size: int) -> None:
        brand = struct.pack(">I4s4sI4s", 20, b"ftyp", b"isom", 512, b"isom")
        # A size of 1 says that 64 bits of size follow (ISO/IEC 14496-12, section 4.2).
        self.size = size
        self._head = brand + struct.pack(">I4sQ", 1, b"mdat", size - len(brand))

    async def read(self, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from ``start`` to before ``end``."""
        end = self.size if end is None else end
        while start < end:
            count = min(CHUNK, end - start)
            yield self._head[start : start + count].ljust(count, b"\0")
            start += count
            await asyncio.sleep(0)


async def send_form(creator: Creator, source: Source) -> None:
    form = aiohttp.FormData()
    form.add_field("title", "Two gibibytes")
    form.add_field("file", source.read(), filename="large.mp4", content_type=TYPE)
    status, body = await creator.request("POST", "/videos", data=form, headers={"X-Idempotency-Key": str(uuid4())})
    expect(status, 202, body)


async def send_tus(creator: Creator, source: Source) -> None:
    """tus 1.0 (https://tus.io/protocols/resumable-upload): creation, and one PATCH for each chunk."""
    names = {"filename": "large.mp4", "filetype": TYPE, "title": "Two gibibytes"}
    metadata = ",".join(f"{name} {b64encode(value.encode()).decode()}" for name, value in names.items())
    headers = {"Authorization": f"Bearer {creator.token}", "Tus-Resumable": "1.0.0"}
    create = {**headers, "Upload-Length": str(source.size), "Upload-Metadata": metadata}
    url = f"{creator.server.url}/api/v1/uploads"
    async with creator.http.post(url, headers=create | {"X-Idempotency-Key": str(uuid4())}) as answer:
        expect(answer.status, 201, await answer.text())
        place = answer.headers["Location"]
    offset = 0
    while offset < source.size:
        end = min(offset + TUS_CHUNK, source.size)
        told = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        sending = creator.http.patch(creator.server.url + place if place.startswith("/") else place,
                                     data=source.read(offset, end), headers=headers | told)  # fmt: skip
        async with sending as answer:
            expect(answer.status, 204, await answer.text())
            offset = int(answer.headers["Upload-Offset"])


async def send_multipart(creator: Creator, source: Source) -> None:
    """A presigned upload in the parts that the server asks for, and its confirmation."""
    file = {"filename": "large.mp4", "content_type": TYPE, "size_bytes": source.size}
    key = {"X-Idempotency-Key": str(uuid4())}
    status, body = await creator.request("POST", "/videos/upload-url", json=file, headers=key)
    expect(status, 201, body)
    upload = body["data"]
    if not upload.get("parts"):
        raise NotOfferedError("the server offers no parts")
    for number in range(1, upload["part_count"] + 1):
        if number <= len(upload["parts"]):
            part = upload["parts"][number - 1]
        else:
            more = {"numbers": [number]}
            status, body = await creator.request("POST", f"/uploads/{upload['video_id']}/parts", json=more)
            expect(status, 200, body)
            part = body["data"]["parts"][0]
        start = (number - 1) * upload["part_size_bytes"]
        # Signed for exactly this size, so it is sent with its length.
        sending = creator.http.put(
            part["url"],
            data=source.read(start, start + part["size_bytes"]),
            headers={"Content-Length": str(part["size_bytes"])},
        )
        async with sending as answer:
            expect(answer.status, 200, await answer.text())
    confirmed = {"video_id": upload["video_id"], "title": "Two gibibytes"}
    key = {"X-Idempotency-Key": str(uuid4())}
    status, body = await creator.request("POST", "/videos", json=confirmed, headers=key)
    expect(status, 201, body)


WAYS: dict[str, Callable[[Creator, Source], Awaitable[None]]] = {
    "form": send_form,
    "tus": send_tus,
    "multipart": send_multipart,
}


def expect(status: int, wanted: int, body: object) -> None:
    if status != wanted:
        kind = NotOfferedError if status == 404 else AssertionError
        raise kind(f"the server answers {status}: {str(body)[:300]}")


def tree(server: Server) -> list[int]:
    """The process ids of the server."""
    if server.process is None:
        raise AssertionError("it was started")
    process = psutil.Process(server.process.pid)
    return [process.pid, *(child.pid for child in process.children(recursive=True))]


def forget_peaks(pids: list[int]) -> None:
    for pid in pids:
        Path(f"/proc/{pid}/clear_refs").write_text("5")  # VmHWM begins anew (proc(5))


def peak_bytes(pids: list[int]) -> int:
    """The sum of the peaks of these processes."""
    lines = [line for pid in pids for line in Path(f"/proc/{pid}/status").read_text().splitlines()]
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


async def growth(way: str, source: Source, server: Server, creator: Creator) -> float:
    """Mebibytes by which the peak grew while one file was sent."""
    pids = tree(server)
    forget_peaks(pids)
    before = peak_bytes(pids)
    began = time.perf_counter()
    await WAYS[way](creator, source)
    took = time.perf_counter() - began
    if tree(server) != pids:
        raise AssertionError("the server started or ended a process meanwhile")
    grown = (peak_bytes(pids) - before) / 2**20
    speed = source.size / 2**20 / took
    progress(f"{way}: idle {before / 2**20:.1f} MiB, peak {grown:.1f} MiB more, {took:.1f} s, {speed:.0f} MiB/s")
    return grown


async def measure(ways: list[str], source: Source) -> dict[str, float]:
    """Growth for each way, on a server of its own; not a number for a way that the server does not offer."""
    figures = {}
    for way in ways:
        with tempfile.TemporaryDirectory() as folder:
            timeout = aiohttp.ClientTimeout(total=None)
            server = Server(Path(folder) / "data")
            async with running(server, "--no-worker"), aiohttp.ClientSession(timeout=timeout) as http:
                creator = await Creator.register(http, server)
                # The first upload also loads what any later one finds loaded.
                await WAYS["form"](creator, Source(CHUNK))
                try:
                    figures[f"{way}_growth_mib"] = round(await growth(way, source, server, creator), 1)
                except NotOfferedError as error:
                    progress(f"{way}: {error}")
                    figures[f"{way}_growth_mib"] = math.nan
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mebibytes", type=int, default=2048, help="size of the file")
    parser.add_argument("--ways", nargs="+", choices=[*WAYS], default=[*WAYS])
    options = parser.parse_args()
    figures = asyncio.run(measure(options.ways, Source(options.mebibytes * 2**20)))
    finish("upload_memory", figures, dict.fromkeys(figures, ("<", 64)))


if __name__ == "__main__":
    main()
