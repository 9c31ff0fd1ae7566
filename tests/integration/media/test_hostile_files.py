"""Uploads that attack whoever opens them get nothing: no other file, no host, no more than their limits."""

import asyncio
import json
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from adapters.ffmpeg import command
from adapters.ffmpeg.errors import SENTENCES
from adapters.ffmpeg.process import Limits, run
from adapters.ffmpeg.processor import FFmpegMediaProcessor
from adapters.ffmpeg.sandbox import confinement
from adapters.ffmpeg.signatures import demuxer_of
from adapters.memory.objects import MemoryObjectStore
from adapters.testing.media import Told
from streamcore.shared.errors import UnprocessableMedia
from tests.integration.media import hostile, hostile_worker
from tests.integration.media.conftest import leftovers
from tests.integration.media.hostile import ATTACKS, Canary, Secret, shows_secret
from tests.integration.media.judge import TARGET, put
from tests.integration.media.mutations import make_clips
from tests.integration.servers import Creator, Server, running

SUBTITLE = b"1\n00:00:00,000 --> 00:00:01,000\nHello.\n\n"
FILMS = ("films.avi", "hour.mkv", "good.mp4", "growing.mov")
"""Odd, but films: they are processed, whatever else is in them."""


@dataclass(frozen=True)
class Battlefield:
    """``files`` holds every attack, beside films; the secret lies elsewhere."""

    secret: Secret
    canary: Canary
    files: Path


@pytest.fixture(scope="session")
def field(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Battlefield]:
    scratch, files = tmp_path_factory.mktemp("scratch"), tmp_path_factory.mktemp("files")
    secret = hostile.make_secret(tmp_path_factory.mktemp("secret"))
    with hostile.canary() as called:
        for attack in ATTACKS.values():
            (files / attack.filename).write_bytes(attack.make(secret, called, scratch))
        (files / "films.avi").write_bytes(hostile.avi_with_file(hostile.playlist(secret, called), scratch))
        (files / "hour.mkv").write_bytes(hostile.black_hour(scratch))
        (files / "growing.mov").write_bytes(hostile.pictures(scratch, "growing.mov", 160, 160, 160, 16_000))
        (files / "good.mp4").write_bytes(hostile.good(scratch).read_bytes())
        yield Battlefield(secret, called, files)


def test_an_hour_of_black_is_small(field: Battlefield) -> None:
    assert (field.files / "hour.mkv").stat().st_size < 100_000


@pytest.mark.timeout(600)
def test_each_ends_refused_or_as_a_harmless_film(field: Battlefield, binary: Path, work_folder: Path) -> None:
    arguments = [str(binary), str(work_folder), str(field.files)]
    worker = [sys.executable, "-m", "tests.integration.media.hostile_worker", *arguments]
    done = subprocess.run(worker, cwd=Path(__file__).parents[3], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    expected = {attack.filename: attack.reason for attack in ATTACKS.values()}
    films = {name: seen["ends"].pop(name) for name in FILMS}
    assert seen["ends"] == expected
    assert films["good.mp4"] == films["films.avi"] == films["hour.mkv"] == "published"
    assert films["growing.mov"] in ("published", "TOO_LARGE_FRAME", "DECODE_FAILED")
    assert field.canary.calls == []
    assert seen["peak_bytes"] < min(700 * 2**20, hostile_worker.LIMITS.memory_bytes)
    masters = list((field.files / "made").rglob("master.m3u8"))
    assert len(masters) >= 3
    assert not any(shows_secret(master) for master in masters if "hour" not in str(master))
    assert leftovers(work_folder) == []


async def test_a_budget_of_time_ends_an_hour_of_black(field: Battlefield, work_folder: Path) -> None:
    store = MemoryObjectStore()
    await put(store, "source", (field.files / "hour.mkv").read_bytes())
    processor = FFmpegMediaProcessor(store, work_folder=work_folder, limits=Limits(nice=0, cpu_seconds=1))
    with pytest.raises(UnprocessableMedia) as refused:
        async with asyncio.timeout(60):
            await processor.process("source", TARGET, progress=Told())
    assert refused.value.reason == "TOO_COSTLY"
    await processor.close()


@pytest.mark.timeout(600)
async def test_through_the_api_each_fails_with_a_code_and_a_sentence(field: Battlefield, tmp_path: Path) -> None:
    server = Server(tmp_path / "data", {"STREAMCORE_FFMPEG_PRESET": "ultrafast"})
    async with aiohttp.ClientSession() as http, running(server):
        creator = await Creator.register(http, server)
        empty = tmp_path / "empty.mp4"
        empty.write_bytes(b"")
        status, body = await creator.upload(empty, uuid.uuid4().hex)
        assert (status, body["error"]["details"][0]["type"]) == (400, "empty_file")
        for attack in ATTACKS.values():
            ended = await uploaded(creator, field.files / attack.filename)
            assert ended["status"] == "failed", attack
            assert ended["error"] == {"code": attack.reason, "message": SENTENCES[attack.reason]}
        for name in ("films.avi", "good.mp4"):
            ended = await uploaded(creator, field.files / name)
            assert ended["status"] == "published", ended
            _, body = await creator.request("GET", f"/videos/{ended['video_id']}")
            assert not shows_secret(body["data"]["stream_url"])
        assert field.canary.calls == []
        assert "Traceback" not in server.log()


async def uploaded(creator: Creator, clip: Path) -> dict[str, object]:
    status, body = await creator.upload(clip, uuid.uuid4().hex)
    if status >= 400:
        assert (status, body["error"]["code"]) == (422, "UNPROCESSABLE_MEDIA"), body
        (detail,) = body["error"]["details"]
        return {"status": "failed", "error": {"code": detail["type"].upper(), "message": detail["message"]}}
    return await creator.ended(body["data"]["id"])


# How each attack is opened by whoever is careless; what must happen then, or the tests above would prove nothing.
_ANY = ("-protocol_whitelist", "file,http,tcp,crypto,data")
CARELESS = {
    "list.m3u8": (*_ANY, "-f", "hls", "-allowed_extensions", "ALL"),
    "list.mp4": (*_ANY, "-f", "hls", "-allowed_extensions", "ALL"),
    "list.ffconcat": (*_ANY, "-f", "concat", "-safe", "0"),
    "refers.mov": ("-enable_drefs", "1", "-use_absolute_path", "1"),
}
CALLS_OUT = set(CARELESS) - {"refers.mov"}


def careless(name: str, field: Battlefield, output: Path) -> list[str]:
    source = str(field.files / name)
    return ["ffmpeg", "-nostdin", "-v", "error", "-y", *CARELESS[name], "-i", source, "-c:v", "libx264", str(output)]


@pytest.mark.parametrize("name", CARELESS)
def test_whoever_is_careless_shows_the_secret(name: str, field: Battlefield, tmp_path: Path) -> None:
    subprocess.run(careless(name, field, tmp_path / "made.mp4"), check=False, capture_output=True)
    assert shows_secret(tmp_path / "made.mp4")
    assert bool(field.canary.calls) is (name in CALLS_OUT)
    field.canary.calls.clear()


@pytest.mark.parametrize("name", CARELESS)
async def test_the_kernel_alone_keeps_a_careless_ffmpeg_from_it(
    name: str, field: Battlefield, binary: Path, tmp_path: Path
) -> None:
    line = [str(binary), *careless(name, field, tmp_path / "made.mp4")[1:]]

    async def read(_: str) -> bool:
        return True

    await run(
        line,
        folder=tmp_path,
        limits=Limits(),
        silence_seconds=20,
        on_line=read,
        reads=[field.files / name],
    )
    made = tmp_path / "made.mp4"
    assert not confinement().landlock or not made.exists() or not shows_secret(made)
    assert not confinement().system_calls or field.canary.calls == []


def test_a_film_in_a_film_is_found_by_the_careless_only(binary: Path, tmp_path: Path) -> None:
    """The demuxer of AVI calls others for what is inside; pinned, it does not."""
    source = tmp_path / "subtitle.avi"
    source.write_bytes(hostile.avi_with_file(SUBTITLE, tmp_path))
    open_it = [str(binary), "-hide_banner", "-nostdin", "-i", str(source)]
    assert "Subtitle: subrip" in subprocess.run(open_it, capture_output=True, text=True, check=False).stderr
    pinned = subprocess.run(command.first_frame(binary, source, "avi"), capture_output=True, text=True, check=False)
    assert pinned.returncode == 0
    assert "Subtitle: subrip" not in pinned.stderr
    assert "not on whitelist" in pinned.stderr


# Demuxers of FFmpeg that open nothing beside what they are given; `mov` would by its data references, `avi` by the
# subtitles in it, and both are told not to. Found by reading who calls ``io_open`` in libavformat.
SELF_CONTAINED = {"mov", "matroska", "avi", "mpegts", "mpeg", "flv", "ogg"}


def test_every_container_that_is_let_in_was_looked_at(tmp_path: Path) -> None:
    found = {demuxer_of(content[:1024]) for content in make_clips(tmp_path).values()}
    assert found == SELF_CONTAINED
