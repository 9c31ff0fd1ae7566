"""A source processed in chunks is, frame by frame and byte by byte where it matters, the source processed in one piece.

Each frame carries its number in sixteen stripes, black or white, that survive every encoding.
"""

import subprocess
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from adapters.ffmpeg.process import Limits
from adapters.ffmpeg.processor import FFmpegMediaProcessor
from adapters.memory.objects import MemoryObjectStore
from adapters.testing.media import Told
from streamcore.videos.models.chunks import Chunk
from streamcore.videos.models.media import GROWING_PLAYLIST, PREVIEW_STAGE, Media
from tests.integration.media.chunked import FIRST, chunk_prefix, join_parts, make_parts
from tests.integration.media.judge import TARGET, complaints, fetch, measure, put

_PICTURE = (
    "-f lavfi -i color=s=16x10:r={rate}:d={seconds},geq=lum='if(mod(floor(N/pow(2,X)),2),235,16)':cb=128:cr=128,"
    "scale=854:240:flags=neighbor[stripes];testsrc2=s=854x480:r={rate}:d={seconds}[test];[test][stripes]overlay"
)
_SOUND = "-f lavfi -i sine=f=330:d={seconds}"
_X264 = "-c:v libx264 -preset veryfast -g 37 -bf 3 -x264-params open-gop=1:scenecut=0 -c:a aac"

_READ = "crop=iw:ih/2:0:0,scale=16:1:flags=area,format=gray"

# Name → FFmpeg's arguments without the output; what makes it hard to cut.
SOURCES = {
    "plain.mp4": f"{_PICTURE.format(rate=25, seconds=5)} {_SOUND.format(seconds=5)} {_X264}",
    "ntsc.mkv": f"{_PICTURE.format(rate='30000/1001', seconds=5)} {_SOUND.format(seconds=5)} {_X264}",
    "variable.mp4": f"{_PICTURE.format(rate=50, seconds=5)} -vf select='not(mod(n,7))+gt(mod(n,50),30)' -vsync vfr "
    f"{_X264} -video_track_timescale 90000",
    "sparse.mkv": f"{_PICTURE.format(rate=25, seconds=6)} -vf select='lt(t,1)+eq(n,60)+gt(t,4)' -vsync vfr {_X264}",
    "late.mp4": "-itsoffset 0.73 -i @plain.mp4 -i @plain.mp4 -map 0:v -map 1:a -c copy",
    "edited.mov": "-ss 0.6 -i @plain.mp4 -c copy",
    "jumping.mkv": "-i @plain.mp4 -c copy -bsf:v setts=pts='PTS+floor(N/40)*300':dts='DTS+floor(N/40)*300'",
    "interlaced.mov": f"{_PICTURE.format(rate=50, seconds=4)} -vf interlace {_X264} -flags +ilme+ildct",
    "short_picture.mp4": f"{_PICTURE.format(rate=25, seconds=3.3)} {_SOUND.format(seconds=5)} {_X264}",
}


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sources")
    for name, recipe in SOURCES.items():
        words = [str(folder / word[1:]) if word.startswith("@") else word for word in recipe.split()]
        subprocess.run(["ffmpeg", "-nostdin", "-v", "error", *words, str(folder / name)], check=True)
    return folder


@pytest.fixture
async def chunker(store: MemoryObjectStore, work_folder: Path, binary: Path) -> AsyncIterator[FFmpegMediaProcessor]:
    processor = FFmpegMediaProcessor(
        store,
        work_folder=work_folder,
        ffmpeg=binary,
        segment_seconds=0.5,
        preset="ultrafast",
        chunk_seconds=1.0,
        limits=Limits(nice=0),
    )
    yield processor
    await processor.close()


def numbers(playlist: Path) -> list[int]:
    """The number in each frame that a player shows."""
    command = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(playlist), "-vf", _READ]
    played = subprocess.run([*command, "-f", "rawvideo", "-"], check=True, capture_output=True)
    assert played.stderr == b""
    frames = [played.stdout[at : at + 16] for at in range(0, len(played.stdout), 16)]
    return [sum(1 << bit for bit, light in enumerate(frame) if light > 127) for frame in frames]


@pytest.mark.parametrize("name", SOURCES)
async def test_chunks_join_to_what_one_piece_would_have_been(
    name: str, sources: Path, chunker: FFmpegMediaProcessor, store: MemoryObjectStore, binary: Path, tmp_path: Path
) -> None:
    await put(store, "source", (sources / name).read_bytes())
    whole = await chunker.process("source", TARGET, progress=Told())
    uncut = (await fetch(store, tmp_path / "uncut")).parent
    await store.delete(*[info.key async for info in store.list(TARGET)])
    plan, first = await make_parts(chunker)
    assert len(plan.chunks) >= 3
    assert not first.complete
    joined = await join_parts(chunker, plan, first, list(range(len(plan.chunks))))
    assert joined is not None
    master = await fetch(store, tmp_path / "joined")
    below = {one.playlist: numbers(uncut / one.playlist) for one in whole.renditions}
    assert {one.playlist: numbers(master.parent / one.playlist) for one in joined.renditions} == below
    assert complaints(binary, master) == ""
    for one in joined.renditions:
        check_continuity(uncut / one.playlist, master.parent / one.playlist)
    figures = [(one.name, one.width, one.height, one.codecs, one.playlist) for one in joined.renditions]
    assert figures == [(one.name, one.width, one.height, one.codecs, one.playlist) for one in whole.renditions]
    blank: dict[str, Any] = {"renditions": (), "prints": (), "stills": (), "poster": "", "card": None}
    assert replace(joined, **blank) == replace(whole, **blank)
    assert sorted(path.relative_to(uncut) for path in uncut.rglob("*")) == sorted(
        path.relative_to(master.parent) for path in master.parent.rglob("*")
    )


def check_continuity(uncut: Path, joined: Path) -> None:
    """Every packet where it was, and the very same head."""
    assert (joined.parent / "init.mp4").read_bytes() == (uncut.parent / "init.mp4").read_bytes()
    before, after = measure(uncut), measure(joined)
    assert [(s.start, s.end, s.key) for s in after.segments] == [(s.start, s.end, s.key) for s in before.segments]
    assert after.stated_seconds == pytest.approx(before.stated_seconds, abs=0.002)
    times = packets(joined)
    assert times == packets(uncut)
    decoding = [dts for dts, _, _ in times]
    assert all(later > earlier for earlier, later in pairwise(decoding))
    assert all(dts + duration == later for (dts, _, duration), later in zip(times, decoding[1:], strict=False))


def packets(playlist: Path) -> list[tuple[int, int, int]]:
    """Decoding time, time and duration of every packet, in the track's own units."""
    lines = [line for line in playlist.read_text().splitlines() if not line.startswith("#")]
    whole = b"".join((playlist.parent / name).read_bytes() for name in ["init.mp4", *lines])
    command = ["ffprobe", "-v", "error", "-show_entries", "packet=dts,pts,duration", "-of", "csv=p=0", "-"]
    told = subprocess.run(command, input=whole, check=True, capture_output=True).stdout.decode()
    rows = [line.split(",") for line in told.splitlines()]
    return [(int(dts), int(pts), int(duration)) for pts, dts, duration, *_ in rows]


async def test_what_does_not_fit_is_not_joined(
    sources: Path, chunker: FFmpegMediaProcessor, store: MemoryObjectStore
) -> None:
    await put(store, "source", (sources / "plain.mp4").read_bytes())
    plan, first = await make_parts(chunker)
    order = list(range(len(plan.chunks)))
    assert await join_parts(chunker, plan, first, [order[1], order[0], *order[2:]]) is None, "in another order"
    moved = replace(plan, chunks=(Chunk(0, 3), Chunk(3, 4), *plan.chunks[2:]))
    assert await join_parts(chunker, moved, first, order) is None, "cut elsewhere"
    seams = f"{FIRST}seams.txt"
    async with store.get(seams) as body:
        told = b"".join([part async for part in body])
    at = told.rindex(b"0x") + 2
    await put(store, seams, told[:at] + (b"0" if told[at : at + 1] != b"0" else b"1") + told[at + 1 :])
    assert await join_parts(chunker, plan, first, order) is None, "another picture at a joint"
    await put(store, seams, told)
    assert await join_parts(chunker, plan, first, order) is not None
    await store.delete(f"{chunk_prefix(1)}480p/00002.m4s")
    assert await join_parts(chunker, plan, first, order) is None, "a segment is missing"


async def test_what_cannot_be_entered_in_its_midst_is_not_cut(
    sources: Path, chunker: FFmpegMediaProcessor, store: MemoryObjectStore, tmp_path: Path
) -> None:
    stream = tmp_path / "stream.ts"
    command = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(sources / "plain.mp4"), "-c", "copy", str(stream)]
    subprocess.run(command, check=True)
    await put(store, "source", stream.read_bytes())

    async def split(_plan: object) -> None:
        raise AssertionError("it must not be cut")

    assert (await chunker.process("source", TARGET, progress=Told(), split=split)).complete  # type: ignore[arg-type]


async def test_a_short_source_is_made_from_one_decode_and_can_be_watched_meanwhile(
    sources: Path, store: MemoryObjectStore, work_folder: Path, binary: Path
) -> None:
    """That everybody can watch it a little earlier is not worth another decode."""
    await put(store, "source", (sources / "plain.mp4").read_bytes())
    processor = FFmpegMediaProcessor(
        store, work_folder=work_folder, ffmpeg=binary, segment_seconds=0.5, preset="ultrafast", limits=Limits(nice=0)
    )
    shown: list[Media] = []

    async def show(media: Media) -> None:
        shown.append(media)

    told = Told()
    media = await processor.process("source", TARGET, progress=told, show=show)
    await processor.close()
    assert media.complete
    assert len(media.renditions) == 2
    assert shown == []
    assert PREVIEW_STAGE in [stage for _, stage in told.words]
    master = await read(store, f"{TARGET}{GROWING_PLAYLIST}")
    assert f"{media.renditions[0].name}/{GROWING_PLAYLIST}" in master
    growing = await read(store, f"{TARGET}{media.renditions[0].name}/{GROWING_PLAYLIST}")
    assert growing.count(".m4s") == 10
    for rendition in media.renditions:
        assert "#EXT-X-PLAYLIST-TYPE:VOD" in await read(store, f"{TARGET}{rendition.playlist}")


async def read(store: MemoryObjectStore, key: str) -> str:
    async with store.get(key) as body:
        return b"".join([part async for part in body]).decode()
