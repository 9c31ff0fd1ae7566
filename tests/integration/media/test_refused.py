"""What is no usable video is refused for a stable reason, and nothing of it is stored."""

import random
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.ffmpeg.inspection import Bounds, inspect
from adapters.ffmpeg.process import Limits
from adapters.ffmpeg.processor import FFmpegMediaProcessor
from adapters.ffmpeg.work import Processes
from adapters.memory.objects import MemoryObjectStore
from adapters.testing.media import Told
from streamcore.shared.errors import UnprocessableMedia
from tests.integration.media.clips import Clips
from tests.integration.media.conftest import leftovers
from tests.integration.media.judge import TARGET, put


def scrambled(clip: bytes) -> bytes:
    """The same container around noise."""
    begin, end = clip.index(b"mdat") + 8, clip.index(b"moov") - 4
    return clip[:begin] + random.Random(1).randbytes(end - begin) + clip[end:]


def noise(head: bytes) -> bytes:
    return head + random.Random(2).randbytes(100_000)


def half(clip: bytes) -> bytes:
    return clip[: len(clip) // 2]


async def refusal(body: bytes, processor: FFmpegMediaProcessor, store: MemoryObjectStore, work_folder: Path) -> str:
    await put(store, "source", body)
    with pytest.raises(UnprocessableMedia) as refused:
        await processor.process("source", TARGET, progress=Told())
    assert [key async for key in store.list(TARGET)] == []
    assert leftovers(work_folder) == []
    assert refused.value.message.endswith(".")
    assert [detail.type for detail in refused.value.details] == [refused.value.reason.lower()]
    return refused.value.reason


FAKES = {
    "nothing": (b"", "EMPTY_FILE"),
    "text": (b"This is my holiday video.\n", "NOT_MEDIA"),
    "zeros": (bytes(100_000), "NOT_MEDIA"),
    "hls": (b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n", "NOT_MEDIA"),
    "ffconcat": (b"ffconcat version 1.0\nfile '/etc/passwd'\n", "NOT_MEDIA"),
    "sdp": (b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\nm=video 5004 RTP/AVP 96\r\n", "NOT_MEDIA"),
    "dash": (b'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"></MPD>', "NOT_MEDIA"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"><image href="/etc/passwd"/></svg>', "NOT_MEDIA"),
    "png": (noise(b"\x89PNG\r\n\x1a\n"), "NOT_MEDIA"),
    "program": (noise(b"\x7fELF"), "NOT_MEDIA"),
    "mp4 of noise": (noise(b"\0\0\0\x18ftypmp42"), "TRUNCATED"),
    "matroska of noise": (noise(b"\x1aE\xdf\xa3"), "NOT_MEDIA"),
    "avi of noise": (noise(b"RIFF\0\0\0\0AVI "), "NO_VIDEO_STREAM"),
}


@pytest.mark.parametrize("name", FAKES)
async def test_what_is_no_video_is_refused(
    name: str, processor: FFmpegMediaProcessor, store: MemoryObjectStore, work_folder: Path
) -> None:
    body, reason = FAKES[name]
    assert await refusal(body, processor, store, work_folder) == reason


DAMAGED: dict[str, tuple[str, Callable[[bytes], bytes], str]] = {
    "index lost": ("small.mp4", half, "TRUNCATED"),
    "end lost": ("moov_first.mp4", half, "TRUNCATED"),
    "end of a matroska lost": ("vp9.webm", half, "TRUNCATED"),
    "noise for pictures": ("no_audio.mp4", scrambled, "DECODE_FAILED"),
    "sound only": ("sound_only.m4a", bytes, "NO_VIDEO_STREAM"),
    "too small": ("smallest.mkv", bytes, "TOO_SMALL_FRAME"),
}


@pytest.mark.parametrize("name", DAMAGED)
async def test_a_damaged_video_is_refused(
    name: str, clips: Clips, processor: FFmpegMediaProcessor, store: MemoryObjectStore, work_folder: Path
) -> None:
    clip, damage, reason = DAMAGED[name]
    assert await refusal(damage(clips.get(clip).read_bytes()), processor, store, work_folder) == reason


@pytest.mark.parametrize(
    ("bounds", "reason"),
    [(Bounds(longest_seconds=1.5), "TOO_LONG"), (Bounds(most_pixels=640 * 359), "TOO_LARGE_FRAME")],
)
async def test_a_video_beyond_the_bounds_is_refused(
    bounds: Bounds, reason: str, clips: Clips, store: MemoryObjectStore, work_folder: Path, binary: Path
) -> None:
    processor = FFmpegMediaProcessor(store, work_folder=work_folder, ffmpeg=binary, bounds=bounds)
    assert await refusal(clips.get("upright.mp4").read_bytes(), processor, store, work_folder) == reason
    await processor.close()


async def test_a_video_that_is_too_long_is_refused_before_its_sound_is_decoded(
    clips: Clips, store: MemoryObjectStore, work_folder: Path, tmp_path: Path
) -> None:
    noted = tmp_path / "ffmpeg"
    noted.write_text(f'#!/bin/sh\necho "$*" >> {tmp_path / "run"}\nexec ffmpeg "$@"\n')
    noted.chmod(0o755)
    bounds, limits = Bounds(longest_seconds=1.5), Limits(sandbox="off")  # it writes where it must not
    processor = FFmpegMediaProcessor(store, work_folder=work_folder, ffmpeg=noted, bounds=bounds, limits=limits)
    assert await refusal(clips.get("small.mp4").read_bytes(), processor, store, work_folder) == "TOO_LONG"
    await processor.close()
    run = (tmp_path / "run").read_text()
    assert "framecrc" in run
    assert "ebur128" not in run


# What ends long after picture and sound: the arguments behind those two inputs, and the name.
LATE_LINES = "1\n00:00:00,500 --> 00:00:02,000\nA line\n\n2\n00:00:07,000 --> 00:00:12,000\nThe end\n"
LATE_CHAPTER = ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1\nSTART=0\nEND=12\ntitle=All\n"
LONGER = {
    "subtitles.mkv": "-i late.srt -map 0 -map 1 -c copy",
    "subtitles.mp4": "-i late.srt -map 0 -map 1 -c copy -c:s mov_text -movflags +faststart",
    "chapters.mov": "-i late.txt -map 0 -map_chapters 1 -c copy -movflags +faststart",
    "font.mkv": "-i late.srt -map 0 -map 1 -c copy -attach late.txt -metadata:s:3 mimetype=font/ttf",
    "sound.mp4": "-f lavfi -i sine=d=12 -map 0 -map 1 -c:v copy -movflags +faststart",
}


def longer(name: str, clips: Clips, folder: Path) -> Path:
    (folder / "late.srt").write_text(LATE_LINES)
    (folder / "late.txt").write_text(LATE_CHAPTER)
    words = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(clips.get("small.mp4")), *LONGER[name].split(), name]
    subprocess.run(words, check=True, cwd=folder)
    return folder / name


@pytest.mark.parametrize("name", LONGER)
async def test_a_track_that_ends_later_makes_no_cut_file_and_hides_none(
    name: str, clips: Clips, binary: Path, tmp_path: Path
) -> None:
    whole = longer(name, clips, tmp_path)
    look = Processes(tmp_path, (tmp_path,), Limits(nice=0), 20.0).run
    facts = await inspect(binary, whole, Bounds(), look)
    assert facts.duration == pytest.approx(5.0, abs=0.1)
    cut = tmp_path / f"cut-{name}"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * 6 // 10])
    with pytest.raises(UnprocessableMedia) as refused:
        await inspect(binary, cut, Bounds(), look)
    assert refused.value.reason == "TRUNCATED"


LINE = "a line\\\n"  # FFmpeg tells the beginning of each


async def test_a_file_that_tells_a_megabyte_about_itself_is_refused_for_that(
    clips: Clips, binary: Path, tmp_path: Path
) -> None:
    """Its streams are described behind that."""
    (tmp_path / "tags.txt").write_text(f";FFMETADATA1\ncomment={LINE * 60_000}\n")
    remux = "-i tags.txt -map 0 -map_metadata 1 -c copy talkative.mkv"
    words = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(clips.get("small.mp4")), *remux.split()]
    subprocess.run(words, check=True, cwd=tmp_path)
    with pytest.raises(UnprocessableMedia) as refused:
        await inspect(
            binary,
            tmp_path / "talkative.mkv",
            Bounds(),
            Processes(tmp_path, (tmp_path,), Limits(nice=0), 20.0).run,
        )
    assert refused.value.reason == "DESCRIPTION_TOO_LONG"
