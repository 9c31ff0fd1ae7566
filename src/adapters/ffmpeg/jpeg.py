"""What FFmpeg does not heed in a JPEG that somebody has sent: how the camera was held, and whether its end is there."""

import struct
from collections.abc import Iterator

_UPRIGHT = 1
_TAG = 0x0112  # Orientation, EXIF 2.32, table 4
_START, _END = b"\xff\xd8", b"\xff\xd9"
_APP1, _START_OF_SCAN = 0xE1, 0xDA
_HEADER = b"Exif\0\0"


def orientation_of(image: bytes) -> int:
    """1–8 as EXIF counts, 1 for upright and for whatever tells nothing sound. Never raises."""
    try:
        for marker, start, end in _segments(image):
            if marker == _APP1 and image[start : start + len(_HEADER)] == _HEADER:
                return _in_tiff(image[start + len(_HEADER) : end])
    except (struct.error, IndexError):
        pass
    return _UPRIGHT


def is_whole(image: bytes) -> bool:
    """Whether a JPEG goes on to its end: what is missing would be grey, or blurred. Never raises.

    Coded data holds no marker by chance (ITU-T T.81, B.1.1.5), and what cameras put behind the end does no harm.
    """
    try:
        scans = [end for marker, _, end in _segments(image) if marker == _START_OF_SCAN]
    except (struct.error, IndexError):
        return False
    return bool(scans) and image.find(_END, scans[0]) > 0


def _segments(image: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, beginning and end of the content of each segment up to the first scan's (ITU-T T.81, annex B)."""
    at, marker = 2, 0
    while image[:2] == _START and image[at] == 0xFF and marker != _START_OF_SCAN:
        marker = image[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        (size,) = struct.unpack_from(">H", image, at + 2)
        yield marker, at + 4, at + 2 + size
        at += 2 + size


def _in_tiff(data: bytes) -> int:
    """Look through the first directory (TIFF 6.0, section 2)."""
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None:
        return _UPRIGHT
    (at,) = struct.unpack_from(f"{order}I", data, 4)
    (count,) = struct.unpack_from(f"{order}H", data, at)
    for entry in range(count):
        tag, _, _, value = struct.unpack_from(f"{order}HHIH", data, at + 2 + 12 * entry)
        if tag == _TAG:
            return int(value) if 1 <= value <= 8 else _UPRIGHT
    return _UPRIGHT
