"""Files that attack whoever opens them: made here, around a secret clip on disk and an HTTP canary."""

import struct
import subprocess
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SECRET_COLOUR = (200, 30, 150)
"""Red, green, blue of every pixel of the secret; no other test picture has it."""
_NEAR = 30  # of the colour, after coding


GREY = "testsrc2=s=320x180:r=25:d=3,format=gray,format=yuv420p"


def ffmpeg(*arguments: str) -> None:
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *arguments], check=True)


def shows_secret(media: Path | str) -> bool:
    """Whether any decoded pixel has the secret's colour."""
    command = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(media), "-vf", "fps=2,scale=32:18", "-f", "rawvideo"]
    done = subprocess.run([*command, "-pix_fmt", "rgb24", "-"], capture_output=True, check=False)
    colours = zip(*(done.stdout[part::3] for part in range(3)), strict=False)
    return any(all(abs(a - b) < _NEAR for a, b in zip(seen, SECRET_COLOUR, strict=True)) for seen in colours)


@dataclass
class Canary:
    """An HTTP server that nobody has any business to call."""

    url: str
    calls: list[str] = field(default_factory=list)


@contextmanager
def canary() -> Iterator[Canary]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.calls.append(self.path)
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:
            """The calls are the log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Canary(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=partial(server.serve_forever, poll_interval=0.02))
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass(frozen=True)
class Secret:
    """One clip of the secret colour, in the containers that the attacks name."""

    ts: Path
    mov: Path
    mp4: Path


def make_secret(folder: Path) -> Secret:
    red, green, blue = SECRET_COLOUR
    secret = Secret(folder / "secret.ts", folder / "secret.mov", folder / "secret.mp4")
    picture = f"color=0x{red:02x}{green:02x}{blue:02x}:s=320x180:r=25:d=1"
    ffmpeg("-f", "lavfi", "-i", picture, "-c:v", "libx264", "-preset", "ultrafast", str(secret.ts))
    for path in (secret.mov, secret.mp4):
        ffmpeg("-i", str(secret.ts), "-c", "copy", "-movflags", "+faststart", str(path))
    return secret


def playlist(secret: Secret, called: Canary) -> bytes:
    head = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:0\n"
    return f"{head}#EXTINF:1,\n{secret.ts}\n#EXTINF:1,\n{called.url}/segment.ts\n#EXT-X-ENDLIST\n".encode()


def concat(secret: Secret, called: Canary) -> bytes:
    return f"ffconcat version 1.0\nfile '{secret.mp4}'\nfile '{called.url}/clip.mp4'\n".encode()


def avi_with_file(text: bytes, folder: Path) -> bytes:
    """An AVI whose subtitle chunk ("GAB2") is a file of its own, which FFmpeg's demuxer opens by another one."""
    plain = folder / "plain.avi"
    sound = ("-f", "lavfi", "-i", "anullsrc=r=48000", "-c:a", "pcm_s16le")
    ffmpeg("-f", "lavfi", "-i", GREY, *sound, "-c:v", "mpeg4", "-t", "1", str(plain))
    content = bytearray(plain.read_bytes().replace(b"auds", b"txts").replace(b"01wb", b"01tx"))
    name = "s".encode("utf-16-le") + b"\0\0"
    payload = b"GAB2\0" + struct.pack("<HI", 2, len(name)) + name + struct.pack("<HI", 4, len(text)) + text
    at = content.index(b"01tx", content.index(b"movi"))
    (size,) = struct.unpack_from("<I", content, at + 4)
    assert len(payload) <= size
    content[at + 8 : at + 8 + size] = payload.ljust(size, b"\n")
    return bytes(content)


_HOLDERS = (b"moov", b"trak", b"mdia", b"minf", b"dinf")


def mov_with_reference(secret: Secret) -> bytes:
    """The secret's own index without its pictures: they are where its data reference (an alias) says."""
    content = secret.mov.read_bytes()
    boxes = [_referring(kind, body, secret.mov) for kind, body in _boxes(content) if kind in (b"ftyp", b"moov")]
    return b"".join(boxes) + _box(b"free", bytes(len(content)))


def _referring(kind: bytes, body: bytes, target: Path) -> bytes:
    if kind in _HOLDERS:
        return _box(kind, b"".join(_referring(*inner, target) for inner in _boxes(body)))
    if kind != b"dref":
        return _box(kind, body)
    return _box(kind, struct.pack(">II", 0, 1) + _box(b"alis", _alias(str(target))))


def _alias(path: str) -> bytes:
    """An alias record as FFmpeg's demuxer reads it: fixed fields, then (type, length, value); 2 is the full path."""
    fixed = bytes(4 + 10 + 28 + 12 + 64 + 16 + 4 + 16)
    value = path.replace("/", ":").encode()
    value += b"\0" * (len(value) % 2)
    return fixed + struct.pack(">HH", 2, len(value)) + value + struct.pack(">HH", 0xFFFF, 0)


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(content):
        (size,) = struct.unpack_from(">I", content, at)
        if size < 8:
            return
        yield content[at + 4 : at + 8], content[at + 8 : at + size]
        at += size


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + kind + body


def png(side: int) -> bytes:
    """A black square; a few kilobytes for each hundred million pixels."""
    packer = zlib.compressobj(9)
    row = bytes(1 + side // 8)
    packed = b"".join(packer.compress(row * 64) for _ in range(0, side, 64)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", packed), (b"IEND", b""))
    parts = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def pictures(folder: Path, name: str, *sides: int) -> bytes:
    """A film whose frames are squares of these sides."""
    images = folder / f"{name}.png"
    images.write_bytes(b"".join(png(side) for side in sides))
    ffmpeg("-f", "image2pipe", "-r", "5", "-c:v", "png", "-i", str(images), "-c", "copy", str(folder / name))
    return (folder / name).read_bytes()


def black_hour(folder: Path) -> bytes:
    """An hour of nothing, in less than 100 kB."""
    path = folder / "hour.mkv"
    black = ("-f", "lavfi", "-i", "color=black:s=128x72:r=1:d=3600")
    ffmpeg(*black, "-c:v", "libx264", "-preset", "ultrafast", "-g", "3600", str(path))
    return path.read_bytes()


def truncated(folder: Path) -> bytes:
    path = folder / "whole.mp4"
    ffmpeg("-f", "lavfi", "-i", GREY, "-c:v", "libx264", "-preset", "ultrafast", "-movflags", "+faststart", str(path))
    content = path.read_bytes()
    return content[: len(content) // 2]


def good(folder: Path) -> Path:
    path = folder / "good.mp4"
    sound = ("-f", "lavfi", "-i", "sine=d=1", "-c:a", "aac")
    ffmpeg("-f", "lavfi", "-i", GREY, *sound, "-c:v", "libx264", "-preset", "ultrafast", "-t", "1", str(path))
    return path


@dataclass(frozen=True)
class Attack:
    """``filename`` as it is uploaded; ``reason`` the stable code that its owner must see."""

    filename: str
    make: Callable[[Secret, Canary, Path], bytes]
    reason: str


ATTACKS = {
    "text": Attack("holiday.mp4", lambda *_: b"This is my holiday video.\n" * 40, "NOT_MEDIA"),
    "zeros": Attack("zeros.mp4", lambda *_: bytes(300_000), "NOT_MEDIA"),
    "truncated": Attack("truncated.mp4", lambda *given: truncated(given[2]), "TRUNCATED"),
    "pixel bomb": Attack("bomb.mov", lambda *given: pictures(given[2], "bomb.mov", 16_000), "TOO_LARGE_FRAME"),
    "playlist": Attack("list.m3u8", lambda *given: playlist(*given[:2]), "NOT_MEDIA"),
    "renamed playlist": Attack("list.mp4", lambda *given: playlist(*given[:2]), "NOT_MEDIA"),
    "ffconcat": Attack("list.ffconcat", lambda *given: concat(*given[:2]), "NOT_MEDIA"),
    "mov that refers": Attack("refers.mov", lambda *given: mov_with_reference(given[0]), "DECODE_FAILED"),
}
"""Those that must end refused. The AVI with a playlist in it is a film beside that, and an hour of black is one too."""
