"""Real images: tiles stand where their cues say, thumbnails show something, copies are found, what is sent is new."""

import struct
import subprocess
import zlib
from collections.abc import AsyncIterator, Callable, Sequence
from fractions import Fraction
from pathlib import Path

import pytest

from adapters.ffmpeg import command, pictures, prints
from adapters.ffmpeg.colours import Colours
from adapters.ffmpeg.images import FFmpegImageMaker
from adapters.ffmpeg.probe import SourceFacts
from adapters.ffmpeg.process import Limits
from adapters.ffmpeg.sprites import SpritePlan
from adapters.ffmpeg.work import Processes
from adapters.memory.objects import MemoryObjectStore
from streamcore.shared.errors import UnprocessableMedia
from streamcore.videos.models.fingerprints import Fingerprint, compare
from streamcore.videos.models.media import PrintKind

QUICK = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p"
MOVING = "-f lavfi -i mandelbrot=s=320x180:r=10:end_pts=100 -t 9"
STEPS = "-f lavfi -i nullsrc=s=64x36:r=10:d=12,geq=lum=20+18*floor(T):cb=128:cr=128"
LATE = "-f lavfi -i color=black:s=320x180:r=10:d=4,format=yuv420p -f lavfi -i testsrc2=s=320x180:r=10:d=2"


def ffmpeg(*words: str) -> bytes:
    line = ["ffmpeg", "-nostdin", "-v", "error", "-y", *words]
    return subprocess.run(line, check=True, stdout=subprocess.PIPE).stdout


def clip(path: Path, recipe: str, options: str = "") -> Path:
    ffmpeg(*f"{recipe} {options} {QUICK} {path}".split())
    return path


def facts(width: int, height: int, duration: float) -> SourceFacts:
    return SourceFacts(
        demuxer="mov",
        video=0,
        audio=None,
        codec="h264",
        pixel_format="yuv420p",
        colours=Colours("tv", "bt709", "bt709", "bt709"),
        interlaced=False,
        width=width,
        height=height,
        duration=duration,
        picture_seconds=duration,
        rate=Fraction(10),
    )


async def images(binary: Path, source: Path, folder: Path, told: SourceFacts) -> pictures.Images:
    async def moving(_line: str) -> bool:
        return True

    folder.mkdir()
    must = Processes(folder, (source,), Limits(nice=0), 60.0).must
    await must(command.images(binary, source, told, folder), moving)
    return await pictures.finish(binary, told, folder, must)


def grey(path: Path, left: int, top: int, width: int, height: int) -> float:
    """How bright a part of an image is in the mean, 0–255."""
    cut = f"crop={width}:{height}:{left}:{top},format=gray"
    data = ffmpeg("-i", str(path), "-vf", cut, "-f", "rawvideo", "-")
    return sum(data) / len(data)


async def test_each_tile_shows_the_time_of_its_cue(binary: Path, tmp_path: Path) -> None:
    source, told = clip(tmp_path / "steps.mp4", STEPS), facts(64, 36, 12.0)
    made = await images(binary, source, tmp_path / "made", told)
    plan = SpritePlan.of(64, 36, 12.0)
    assert made.sprites == ("sprites-0.jpg",)
    for second in range(12):
        name, left, top = plan.place(second)
        expected = (20 + 18 * second - 16) * 255 / 219
        assert grey(tmp_path / "made" / name, left, top, plan.width, plan.height) == pytest.approx(expected, abs=6)


async def test_black_is_not_what_stands_for_a_video(binary: Path, tmp_path: Path) -> None:
    joined = "-filter_complex [0][1]concat=n=2:v=1:a=0"
    source = clip(tmp_path / "late.mp4", LATE, joined)
    made = await images(binary, source, tmp_path / "made", facts(320, 180, 6.0))
    assert made.stills[made.best].seconds > 4.0
    assert len(made.stills) == 5
    assert grey(tmp_path / "made" / made.stills[made.best].poster, 0, 0, 320, 180) > 40


@pytest.mark.parametrize(("size", "card"), [("320x180", (640, 360)), ("180x320", (360, 640)), ("32x16", (640, 360))])
async def test_one_frame_is_enough(binary: Path, tmp_path: Path, size: str, card: tuple[int, int]) -> None:
    source = clip(tmp_path / "one.mp4", f"-f lavfi -i testsrc2=s={size}:r=10:d=0.1")
    width, height = (int(side) for side in size.split("x"))
    made = await images(binary, source, tmp_path / "made", facts(width, height, 0.1))
    assert len(made.stills) == 1
    assert (tmp_path / "made" / made.sprites[0]).stat().st_size > 100
    drawn = tmp_path / "made" / made.stills[0].card
    assert len(ffmpeg("-f", "webp_pipe", "-i", str(drawn), "-f", "rawvideo", "-pix_fmt", "gray", "-")) == (
        card[0] * card[1]
    )


async def seen(binary: Path, folder: Path, name: str, recipe: str, options: str = "") -> Fingerprint:
    source = clip(folder / f"{name}.mp4", recipe, options)
    made = await images(binary, source, folder / name, facts(320, 180, 9.0))
    (file,) = made.prints
    return Fingerprint.decode(file.kind, file.step_seconds, (folder / name / file.name).read_bytes())


async def test_copies_are_found_and_others_are_not(binary: Path, tmp_path: Path) -> None:
    original = await seen(binary, tmp_path, "original", MOVING)
    for name, options in {
        "letterboxed": "-vf scale=240:136,pad=320:180:40:22 -crf 36",
        "logo": "-vf drawbox=x=240:y=10:w=60:h=30:color=white:t=fill -crf 30",
        "slower rate": "-r 7 -vf eq=brightness=0.05",
    }.items():
        match = compare(original, await seen(binary, tmp_path, name.replace(" ", "-"), MOVING, options))
        assert match is not None, name
        assert match.coverage > 0.8, name
    excerpt = clip(tmp_path / "excerpt.mp4", f"-ss 2.5 -i {tmp_path / 'original.mp4'} -t 6")
    cut = compare(original, await seen(binary, tmp_path, "excerpt-again", f"-i {excerpt}"))
    assert cut is not None
    assert cut.offset_seconds == pytest.approx(-2.5, abs=0.3)
    other = "-f lavfi -i life=s=80x45:r=10:ratio=0.3:seed=7:mold=25,scale=320:180 -t 9"
    assert compare(original, await seen(binary, tmp_path, "other", other)) is None
    for name, still in (("black", "color=black:s=320x180:r=10"), ("card", "smptebars=s=320x180:r=10")):
        flat = await seen(binary, tmp_path, name, f"-f lavfi -i {still} -t 9")
        assert compare(flat, flat) is None, name


@pytest.mark.parametrize("muxed", ["aac", "libmp3lame -b:a 48k", "libopus -b:a 32k"])
def test_the_same_sound_is_known_in_every_coding(binary: Path, tmp_path: Path, muxed: str) -> None:
    tune = "aevalsrc=0.3*sin(2*PI*t*(220+40*floor(mod(t*3\\,7))*floor(mod(t*1.7\\,5))))*exp(-2*mod(t*3\\,1)):d=14"

    def heard(name: str, recipe: str, codec: str) -> Fingerprint:
        path, raw = tmp_path / f"{name}.mkv", tmp_path / f"{name}.raw"
        ffmpeg(*f"{recipe} -c:a {codec} {path}".split())
        line = [str(binary), "-v", "error", "-i", str(path), "-f", "chromaprint", "-fp_format", "raw", str(raw)]
        subprocess.run(line, check=True)
        return prints.read_sound(raw)

    original = heard("original", f"-f lavfi -i {tune}", "pcm_s16le")
    match = compare(original, heard("copy", f"-ss 2.2 -i {tmp_path / 'original.mkv'}", muxed))
    assert match is not None
    assert match.kind is PrintKind.SOUND
    assert match.offset_seconds == pytest.approx(-2.2, abs=0.3)
    assert match.coverage > 0.8
    for silence in ("anullsrc=d=14", "sine=f=440:d=14"):
        flat = heard(silence[:4], f"-f lavfi -i {silence} -t 14", "pcm_s16le")
        assert compare(flat, flat) is None


# Images that are sent.


@pytest.fixture
async def maker(store: MemoryObjectStore, work_folder: Path, binary: Path) -> AsyncIterator[FFmpegImageMaker]:
    maker = FFmpegImageMaker(store, work_folder=work_folder, ffmpeg=binary)
    yield maker
    await maker.close()
    assert list(work_folder.glob("worker-*")) == []


def drawn(size: str, output: Sequence[str], filters: str = "null") -> bytes:
    return ffmpeg("-f", "lavfi", "-i", f"testsrc2=s={size}:d=1:r=2", "-vf", filters, *output, "-")


def jpeg(size: str = "400x300") -> bytes:
    return drawn(size, ["-frames:v", "1", "-f", "mjpeg"])


def png(size: str) -> bytes:
    return drawn(size, ["-frames:v", "1", "-c:v", "png", "-f", "image2pipe"], "format=rgba,colorchannelmixer=aa=0.5")


def webp(size: str) -> bytes:
    return drawn(size, ["-frames:v", "1", "-c:v", "libwebp", "-f", "webp"])


def half(image: bytes) -> bytes:
    return image[: len(image) // 2]


def turned(image: bytes) -> bytes:
    """With the orientation of a camera that was held upright, and where it was."""
    tiff = b"MM\0*\0\0\0\x08\0\x01" + struct.pack(">HHIHH", 0x0112, 3, 1, 6, 0) + bytes(4) + b"GPS 52.5N"
    exif = b"Exif\0\0" + tiff
    return image[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + image[2:]


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is that large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(9999))) + chunk(b"IEND", b"")
    )


async def read(store: MemoryObjectStore, key: str) -> bytes:
    async with store.get(key) as chunks:
        return b"".join([chunk async for chunk in chunks])


def size_of(image: bytes, demuxer: str, folder: Path) -> tuple[int, int]:
    path = folder / "drawn"
    path.write_bytes(image)
    told = ffmpeg("-f", demuxer, "-i", str(path), "-f", "framecrc", "-").decode()
    width, _, height = told.partition("#dimensions 0: ")[2].split("\n")[0].partition("x")
    return int(width), int(height)


@pytest.mark.parametrize(
    ("make", "poster", "card"),
    [
        (lambda: jpeg(), (400, 300), (640, 360)),
        (lambda: turned(jpeg()), (300, 400), (360, 640)),
        (lambda: png("1601x333"), (1280, 266), (640, 360)),
        (lambda: webp("200x900"), (200, 900), (360, 640)),
    ],
    ids=["jpeg", "turned", "png", "webp"],
)
async def test_an_image_is_drawn_anew(
    maker: FFmpegImageMaker,
    store: MemoryObjectStore,
    tmp_path: Path,
    make: Callable[[], bytes],
    poster: tuple[int, int],
    card: tuple[int, int],
) -> None:
    await maker.make(make(), "videos/a/image-1/")
    shown, small = await read(store, "videos/a/image-1/poster.jpg"), await read(store, "videos/a/image-1/card.webp")
    assert size_of(shown, "jpeg_pipe", tmp_path) == poster
    assert size_of(small, "webp_pipe", tmp_path) == card
    assert b"Exif" not in shown + small
    assert b"GPS" not in shown + small
    assert (await store.head("videos/a/image-1/card.webp")).content_type == "image/webp"


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: b"", "NOT_AN_IMAGE"),
        (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "NOT_AN_IMAGE"),
        (lambda: b"#EXTM3U\nfile:///etc/passwd", "NOT_AN_IMAGE"),
        (lambda: b"\xff\xd8\xff" + b"#EXTM3U\nfile:///etc/passwd", "IMAGE_UNREADABLE"),
        (lambda: bomb(60_000, 60_000), "IMAGE_TOO_LARGE"),
        (lambda: bomb(9_000, 9_000), "IMAGE_TOO_LARGE"),
        (lambda: half(jpeg()), "IMAGE_UNREADABLE"),
        (lambda: half(png("400x300")), "IMAGE_UNREADABLE"),
        (lambda: half(webp("400x300")), "IMAGE_UNREADABLE"),
        (lambda: drawn("200x200", ["-c:v", "libwebp_anim", "-f", "webp"]), "IMAGE_UNREADABLE"),
        (lambda: jpeg("64x64"), "IMAGE_TOO_SMALL"),
    ],
)
async def test_what_is_no_image_to_show_is_refused(
    maker: FFmpegImageMaker, store: MemoryObjectStore, make: Callable[[], bytes], reason: str
) -> None:
    with pytest.raises(UnprocessableMedia) as refused:
        await maker.make(make(), "videos/a/image-1/")
    assert refused.value.reason == reason
    assert [info async for info in store.list("")] == []
    await maker.make(jpeg(), "videos/a/image-2/")
