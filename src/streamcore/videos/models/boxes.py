"""The boxes of fragmented MP4 (ISO/IEC 14496-12) that tell when a segment plays and whether it can be joined.

Offsets and sizes are in bytes, times in units of a track's timescale. What does not fit raises ValueError.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from struct import unpack_from

MOST_HEADER = 16
"""Bytes of a box's head: size, type, and the 64-bit size of a large one."""

_NON_SYNC = 0x00010000  # sample_is_non_sync_sample, section 8.8.3.1
_TFHD_OPTIONAL = ((0x1, 8), (0x2, 4), (0x8, 4), (0x10, 4), (0x20, 4))  # flag → bytes, section 8.8.7
_DURATION, _FLAGS = 0x8, 0x20


@dataclass(frozen=True, slots=True)
class Box:
    """``size`` includes the head of ``head`` bytes; 0 in the file (to its end) is told as None."""

    kind: bytes
    head: int
    size: int | None


@dataclass(frozen=True, slots=True)
class Track:
    """What the initialisation segment says of its track: ticks of a second, and what samples have by default."""

    timescale: int
    duration: int
    flags: int


@dataclass(frozen=True, slots=True)
class Fragment:
    """``begins`` and ``lasts`` in the track's ticks; whether its first sample is a keyframe."""

    begins: int
    lasts: int
    keyframe: bool


def read_head(data: bytes | bytearray, at: int = 0) -> Box:
    """The box that begins at ``at``."""
    try:
        size, kind = unpack_from(">I4s", data, at)
        if not all(32 <= letter < 127 for letter in kind):
            raise ValueError("where a box should begin there is none")
        if size == 1:
            (size,) = unpack_from(">Q", data, at + 8)
            return _checked(Box(kind, 16, size))
    except struct.error as error:
        raise ValueError("it ends within a box") from error
    return _checked(Box(kind, 8, size or None))


def _checked(box: Box) -> Box:
    if box.size is not None and box.size < box.head:
        raise ValueError("a box is smaller than its head")
    return box


def boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and body of each box in ``data``, which holds all of them."""
    at = 0
    while at < len(data):
        box = read_head(data, at)
        end = len(data) if box.size is None else at + box.size
        if end > len(data):
            raise ValueError("it ends within a box")
        yield box.kind, data[at + box.head : end]
        at = end


def read_track(init: bytes) -> Track:
    """The one track of an initialisation segment."""
    moov = _only(init, b"moov")
    version, scale = _media_header(_only(_only(_only(moov, b"trak"), b"mdia"), b"mdhd"))
    defaults = _only(_only(moov, b"mvex"), b"trex")
    duration, flags = _unpacked(">I", defaults, 12)[0], _unpacked(">I", defaults, 20)[0]
    if version > 1 or not scale:
        raise ValueError("its track has no timescale")
    return Track(scale, duration, flags)


def _media_header(mdhd: bytes) -> tuple[int, int]:
    version = _unpacked(">B", mdhd, 0)[0]
    return version, _unpacked(">I", mdhd, 20 if version == 1 else 12)[0]


def read_fragment(moof: bytes, track: Track) -> Fragment:
    """The one track's part of the body of a ``moof``."""
    traf = _only(moof, b"traf")
    duration, flags = _defaults(_only(traf, b"tfhd"), track)
    tfdt = _only(traf, b"tfdt")
    begins = _unpacked(">Q" if tfdt[:1] == b"\x01" else ">I", tfdt, 4)[0]
    first: int | None = None
    lasts = 0
    for run in (body for kind, body in boxes(traf) if kind == b"trun"):
        run_lasts, run_first = _run(run, duration, flags)
        lasts, first = lasts + run_lasts, run_first if first is None else first
    if first is None:
        raise ValueError("it has no samples")
    return Fragment(begins, lasts, not first & _NON_SYNC)


def _defaults(tfhd: bytes, track: Track) -> tuple[int, int]:
    given = _unpacked(">I", tfhd, 0)[0]
    at, found = 8, {}
    for flag, size in _TFHD_OPTIONAL:
        if given & flag:
            found[flag] = at
            at += size
    duration = _unpacked(">I", tfhd, found[_DURATION])[0] if _DURATION in found else track.duration
    flags = _unpacked(">I", tfhd, found[_FLAGS])[0] if _FLAGS in found else track.flags
    return duration, flags


def _run(trun: bytes, duration: int, flags: int) -> tuple[int, int]:
    """Ticks that the samples of a run last, and the flags of the first (section 8.8.8)."""
    given, count = _unpacked(">II", trun, 0)
    given &= 0xFFFFFF
    at = 12 if given & 0x1 else 8
    if given & 0x4:
        flags, at = _unpacked(">I", trun, at)[0], at + 4
    fields = [bit for bit in (0x100, 0x200, 0x400, 0x800) if given & bit]
    if not count or at + 4 * len(fields) * count > len(trun):
        raise ValueError("its samples are not all there")
    if 0x400 in fields and not given & 0x4:
        flags = _unpacked(">I", trun, at + 4 * fields.index(0x400))[0]
    if 0x100 not in fields:
        return count * duration, flags
    step = 4 * len(fields)
    return sum(_unpacked(">I", trun, at + step * number)[0] for number in range(count)), flags


def _only(data: bytes, kind: bytes) -> bytes:
    found = next((body for name, body in boxes(data) if name == kind), None)
    if found is None:
        raise ValueError(f"it has no {kind.decode()} box")
    return found


def _unpacked(form: str, data: bytes, at: int) -> tuple[int, ...]:
    try:
        return tuple(unpack_from(form, data, at))
    except struct.error as error:
        raise ValueError("a box is shorter than its kind asks for") from error
