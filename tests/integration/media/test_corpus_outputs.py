"""What becomes of the sound, the colours, the sharpness and the uploader's own words, and of very long files."""

import asyncio
import re
import struct
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from adapters.ffmpeg.inspection import Bounds, inspect
from adapters.ffmpeg.probe import SourceFacts
from adapters.ffmpeg.process import Finished, OnLine, run
from adapters.ffmpeg.processor import FFmpegMediaProcessor
from adapters.memory.objects import MemoryObjectStore
from adapters.testing.media import Told
from streamcore.videos.models.media import Media
from tests.integration.media import corpus
from tests.integration.media.clips import REAL
from tests.integration.media.conftest import BINARIES
from tests.integration.media.judge import TARGET, fetch, put
from tests.integration.media.made import PROMPTLY
from tests.integration.media.watching import hear, timeline

SECRETS = [b"SecretCam", b"Model7", b"+48.1234", b"2021-02-03", b"At home", b"Exif"]


async def process(
    path: Path, processor: FFmpegMediaProcessor, store: MemoryObjectStore, folder: Path
) -> tuple[Media, Path]:
    """What was made of a file, and the folder that it was fetched to."""
    await put(store, "source", path.read_bytes())
    media = await processor.process("source", TARGET, progress=Told())
    return media, (await fetch(store, folder / "made")).parent


def loudness(playlist: Path) -> tuple[float, float]:
    """Integrated loudness in LUFS and true peak in dBTP."""
    command = [
        "ffmpeg",
        "-nostdin",
        "-i",
        str(playlist),
        "-af",
        "ebur128=peak=true:framelog=verbose",
        "-f",
        "null",
        "-",
    ]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    return float(re.findall(r"I: +(-?[\d.]+) LUFS", said)[-1]), float(re.findall(r"Peak: +(-?[\d.]+) dBFS", said)[-1])


TONE = "aevalsrc='{level}*sin(2*PI*997*t)':s=48000:d=3"
PEAKS = "aevalsrc='0.04*sin(2*PI*997*t)+0.5*sin(2*PI*440*t)*lt(mod(t,1),0.01)':s=48000:d=3"
LEVELS = {
    "quiet": (TONE.format(level=0.05), -16.0),
    "loud": (TONE.format(level=0.9), -16.0),
    "hardly anything": (TONE.format(level=0.002), -36.0),
    "quiet with peaks": (PEAKS, None),
}


@pytest.mark.parametrize("name", LEVELS)
async def test_every_sound_comes_to_the_same_loudness_without_clipping(
    name: str, processor: FFmpegMediaProcessor, store: MemoryObjectStore, tmp_path: Path
) -> None:
    source, expected = LEVELS[name]
    clip = tmp_path / "clip.mp4"
    corpus.run(f"{corpus.picture(seconds=3)} -f lavfi -i {source} {corpus.FAST} {corpus.AAC} -b:a 192k", clip)
    _, made = await process(clip, processor, store, tmp_path)
    level, peak = loudness(made / "audio" / "index.m3u8")
    assert peak <= -1.0
    if expected is not None:
        assert level == pytest.approx(expected, abs=1.5)
    else:  # lifted as far as the limiter allows
        assert -24.0 < level < -16.0


async def test_surround_is_mixed_down_to_the_right_sides(
    processor: FFmpegMediaProcessor, store: MemoryObjectStore, tmp_path: Path
) -> None:
    left, right, middle, behind = 500, 800, 1100, 1400
    tones = "|".join(f"0.2*sin(2*PI*{hertz}*t)" for hertz in (left, right, middle, 60, behind, 1700))
    clip = tmp_path / "clip.mp4"
    sound = f"-f lavfi -i aevalsrc='{tones}':c=5.1:s=48000:d=2"
    corpus.run(f"{corpus.picture(seconds=2)} {sound} {corpus.FAST} {corpus.AAC} -b:a 384k", clip)
    _, made = await process(clip, processor, store, tmp_path)
    heard = hear(made / "audio" / "index.m3u8")
    on_left = {hertz: heard.tone(heard.left, hertz) for hertz in (left, right, middle, behind)}
    on_right = {hertz: heard.tone(heard.right, hertz) for hertz in (left, right, middle, behind)}
    assert on_left[left] > 20 * on_right[left]
    assert on_right[right] > 20 * on_left[right]
    assert on_left[behind] > 20 * on_right[behind]
    assert on_left[middle] == pytest.approx(on_right[middle], rel=0.1)
    assert on_left[middle] == pytest.approx(0.707 * on_left[left], rel=0.1)


def photograph(path: Path) -> None:
    """Motion JPEG whose every picture carries the EXIF of a camera."""
    still = corpus.beside(path, "still.jpg", f"{corpus.picture(form='yuvj420p', full=True)} -frames:v 1 -q:v 3")
    make = b"SecretCam\0"
    exif = b"Exif\0\0II*\0" + struct.pack("<IHHHIII", 8, 1, 0x010F, 2, len(make), 26, 0) + make
    jpeg = still.read_bytes()
    still.write_bytes(jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + jpeg[2:])
    corpus.run(f"-f image2 -framerate 25 -loop 1 -i {still} -t 1 -c copy", path)


def filmed(path: Path) -> None:
    tags = {
        "com.apple.quicktime.location.ISO6709": "+48.1234+011.5678/",
        "com.apple.quicktime.make": "SecretCam",
        "com.apple.quicktime.model": "Model7",
        "creation_time": "2021-02-03T04:05:06Z",
        "location": "+48.1234+011.5678/",
        "comment": "At%home",
    }
    words = " ".join(f"-metadata {name}={value}" for name, value in tags.items())
    words += f" -metadata:s:v handler_name=SecretCam -metadata:s:a title=Model7 {corpus.FAST} {corpus.AAC}"
    corpus.run(f"{corpus.BOTH} {words} -movflags use_metadata_tags", path)


@pytest.mark.parametrize(("name", "recipe"), [("phone.mov", filmed), ("camera.mkv", photograph)])
async def test_nothing_is_left_of_what_the_file_says_about_its_maker(
    name: str, recipe: corpus.Recipe, processor: FFmpegMediaProcessor, store: MemoryObjectStore, tmp_path: Path
) -> None:
    source = tmp_path / name
    recipe(source)
    assert any(secret in source.read_bytes() for secret in SECRETS)
    _, made = await process(source, processor, store, tmp_path)
    files = [path for path in made.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} >= {".m4s", ".mp4", ".m3u8", ".jpg"}
    for path in files:
        content = path.read_bytes()
        assert [secret for secret in SECRETS if secret in content] == [], path
        for header in (b"mvhd", b"tkhd", b"mdhd"):  # the times of creation and of change in version 0
            at = content.find(header)
            assert at < 0 or content[at + 8 : at + 16] == bytes(8), path


async def facts_of(clip: Path, binary: Path, folder: Path) -> SourceFacts:
    async def run_here(line: Sequence[str], on_line: OnLine) -> Finished:
        return await run(line, folder=folder, reads=(clip,), limits=PROMPTLY, silence_seconds=60, on_line=on_line)

    return await inspect(binary, clip, Bounds(), run_here)


@pytest.mark.parametrize(
    ("size", "names"), [("1280:720", ["360p", "480p", "720p"]), ("640:360", ["360p"])], ids=["sharp", "enlarged"]
)
async def test_a_rung_that_shows_no_more_than_the_one_below_is_left_out(
    size: str, names: list[str], binary: Path, tmp_path: Path
) -> None:
    clip = tmp_path / "clip.mp4"
    enlarged = f"scale={size},scale=1280:720:flags=bicubic"
    corpus.run(f"-i {REAL} -an -t 2 -vf {enlarged} {corpus.FAST} -crf 18", clip)
    facts = await facts_of(clip, binary, tmp_path)
    assert [rung.name for rung in facts.rungs] == names


@pytest.mark.parametrize(("codec", "begin"), [("av1", "av01.0.00M.08"), ("hevc", "hvc1.1.6.L60.90")])
async def test_an_extra_codec_is_a_second_ladder_cut_at_the_same_frames(
    codec: str, begin: str, binary: Path, store: MemoryObjectStore, tmp_path: Path
) -> None:
    clip = tmp_path / "clip.mp4"
    corpus.run(f"{corpus.picture(rate='30000/1001')} {corpus.sound()} {corpus.FAST} {corpus.AAC}", clip)
    processor = FFmpegMediaProcessor(
        store,
        work_folder=tmp_path / "work",
        ffmpeg=binary,
        segment_seconds=1,
        preset="ultrafast",
        extra_codec=codec,  # type: ignore[arg-type]
        limits=PROMPTLY,
    )
    media, made = await process(clip, processor, store, tmp_path)
    await processor.close()
    assert [one.name for one in media.renditions] == ["180p", f"{codec}-180p"]
    assert media.renditions[1].codecs == f"{begin},mp4a.40.2"
    assert begin in (made / "master.m3u8").read_text()
    first, second = (timeline(made / one.playlist) for one in media.renditions)
    assert second.keyframes == pytest.approx(first.keyframes, abs=0.001)
    assert second.stream["codec_name"] == codec


GREY_NITS, WHITE_NITS = 26, 203  # ITU-R BT.2408: 18 % grey and diffuse white


@pytest.mark.parametrize("transfer", ["smpte2084", "arib-std-b67"])
async def test_high_dynamic_range_keeps_its_brightness(
    transfer: str, processor: FFmpegMediaProcessor, store: MemoryObjectStore, tmp_path: Path
) -> None:
    """Mid-grey comes out as mid-grey, white nearly white, and neither has a tinge."""
    grey = round(255 * (GREY_NITS / WHITE_NITS) ** (1 / 2.4))  # as zimg's display-referred BT.709 has it
    halves = f"color=c=white:s=320x180:d=1,format=gbrp,drawbox=w=iw/2:h=ih:t=fill:c=0x{grey:02x}{grey:02x}{grey:02x}"
    change = f"zscale=tin=bt709:pin=bt709:min=gbr:rin=pc:t={transfer}:p=bt2020:m=bt2020nc:r=tv:npl={WHITE_NITS}"
    clip = tmp_path / "clip.mp4"
    encode = f"{corpus.HDR_X265.format(transfer)} {corpus.HDR_TAGS.format(transfer)}"
    corpus.run(f"-f lavfi -i {halves} -vf {change},format=yuv420p10le {encode}", clip)
    media, made = await process(clip, processor, store, tmp_path)
    small = ["-vf", "scale=8:1:flags=area:in_color_matrix=bt709,format=rgb24", "-frames:v", "1", "-f", "rawvideo", "-"]
    command = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(made / media.renditions[0].playlist), *small]
    pixels = subprocess.run(command, check=True, capture_output=True).stdout
    dark, light = pixels[3:6], pixels[18:21]
    assert all(100 <= value <= 155 for value in dark), list(dark)
    assert all(215 <= value <= 250 for value in light), list(light)
    assert max(dark) - min(dark) <= 6
    assert max(light) - min(light) <= 6


async def test_hours_of_video_become_a_stream_of_hours(store: MemoryObjectStore, tmp_path: Path) -> None:
    clip = await asyncio.to_thread(corpus.HOURS.make, tmp_path)
    processor = FFmpegMediaProcessor(
        store,
        work_folder=tmp_path / "work",
        ffmpeg=BINARIES["system"],
        segment_seconds=60,
        preset="ultrafast",
        limits=PROMPTLY,
    )
    await put(store, "source", clip.read_bytes())
    media = await processor.process("source", TARGET, progress=Told())
    await processor.close()
    assert media.duration_seconds == pytest.approx(corpus.HOURS.seconds, abs=0.2)
