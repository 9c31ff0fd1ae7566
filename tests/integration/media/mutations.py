"""Real clips with faults put into them, each the same for the same seed."""

import random
import struct
from collections.abc import Callable
from pathlib import Path

from tests.integration.media.hostile import ffmpeg

_X264 = ("-c:v", "libx264", "-preset", "ultrafast")
_AAC = ("-c:a", "aac")
# File → its codecs. Between them they have every demuxer that an upload may get.
_CLIPS = {
    "plain.mp4": (*_X264, *_AAC),
    "fragmented.mp4": (*_X264, *_AAC, "-movflags", "frag_keyframe+empty_moov"),
    "prores.mov": ("-c:v", "prores_ks", "-c:a", "pcm_s16le"),
    "plain.mkv": (*_X264, "-c:a", "libopus"),
    "vp9.webm": ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libvorbis"),
    "plain.avi": ("-c:v", "mpeg4", "-c:a", "mp2"),
    "mjpeg.avi": ("-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-c:a", "pcm_s16le"),
    "plain.ts": (*_X264, *_AAC),
    "plain.ogg": ("-c:v", "libtheora", "-c:a", "libvorbis"),
    "plain.flv": (*_X264, *_AAC),
    "plain.mpg": ("-c:v", "mpeg2video", "-c:a", "mp2", "-f", "vob"),
}
_HEAD = 2048
_TELLING = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)


def make_clips(folder: Path) -> dict[str, bytes]:
    picture = ("-f", "lavfi", "-i", "testsrc2=s=160x120:r=25:d=0.5")
    sound = ("-f", "lavfi", "-i", "sine=d=0.5:r=48000")
    for name, codecs in _CLIPS.items():
        ffmpeg(*picture, *sound, "-strict", "-2", *codecs, str(folder / name))
    return {name: (folder / name).read_bytes() for name in _CLIPS}


def mutant(clips: dict[str, bytes], seed: int) -> tuple[str, bytes]:
    """One of the clips with a few faults: its name and content."""
    dice = random.Random(seed)
    name = sorted(clips)[seed % len(clips)]
    content = bytearray(clips[name])
    for _ in range(dice.choice((1, 1, 2, 4, 16))):
        dice.choice(_FAULTS)(dice, content)
    return name, bytes(content)


def _place(dice: random.Random, content: bytearray) -> int:
    """Often in the head, or in the tail, where indexes are."""
    size = max(len(content), 1)  # nothing may be left
    reach = min(_HEAD, size)
    return dice.choice((dice.randrange(reach), size - 1 - dice.randrange(reach), dice.randrange(size)))


def _flip_bits(dice: random.Random, content: bytearray) -> None:
    for _ in range(dice.randint(1, 8)):
        at = _place(dice, content)
        content[at : at + 1] = bytes(byte ^ 1 << dice.randrange(8) for byte in content[at : at + 1])


def _random_bytes(dice: random.Random, content: bytearray) -> None:
    at, size = _place(dice, content), dice.randint(1, 32)
    content[at : at + size] = dice.randbytes(len(content[at : at + size]))


def _telling_number(dice: random.Random, content: bytearray) -> None:
    at, order, value = _place(dice, content), dice.choice("<>"), dice.choice(_TELLING)
    packed = (
        struct.pack(f"{order}I", value) if value > 0xFFFF or dice.random() < 0.5 else struct.pack(f"{order}H", value)
    )
    content[at : at + len(packed)] = packed


def _remove(dice: random.Random, content: bytearray) -> None:
    at = _place(dice, content)
    del content[at : at + dice.randint(1, 512)]


def _repeat(dice: random.Random, content: bytearray) -> None:
    at = _place(dice, content)
    piece = bytes(content[at : at + dice.randint(1, 256)])
    content[at:at] = piece * dice.choice((1, 2, 50))


def _zero(dice: random.Random, content: bytearray) -> None:
    at, size = _place(dice, content), dice.randint(1, 2048)
    content[at : at + size] = bytes(len(content[at : at + size]))


def _swap(dice: random.Random, content: bytearray) -> None:
    first, second, size = _place(dice, content), _place(dice, content), dice.randint(1, 256)
    one, other = bytes(content[first : first + size]), bytes(content[second : second + size])
    content[first : first + len(one)], content[second : second + len(other)] = other, one


def _cut(dice: random.Random, content: bytearray) -> None:
    del content[_place(dice, content) :]


_FAULTS: tuple[Callable[[random.Random, bytearray], None], ...] = (
    _flip_bits,
    _flip_bits,
    _random_bytes,
    _random_bytes,
    _telling_number,
    _telling_number,
    _telling_number,
    _remove,
    _repeat,
    _zero,
    _swap,
    _cut,
)
