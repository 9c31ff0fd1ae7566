"""Names for requests: UUIDv7 made without asking the operating system each time."""

import os
import re
import time

_WELL_FORMED = re.compile(r"[A-Za-z0-9._:-]{8,128}")
_MASK = (1 << 62) - 1


class RequestIds:
    """The millisecond, and a counter that begins at a random 74-bit number (RFC 9562, section 6.2, method 1).

    They need to be different, not unguessable: nobody gets anywhere by knowing one.
    """

    def __init__(self) -> None:
        self._count = int.from_bytes(os.urandom(10), "big")

    def of(self, offered: str | None) -> str:
        """The caller's own id where it is well-formed, else a new one."""
        if offered is not None and _WELL_FORMED.fullmatch(offered):
            return offered
        self._count = count = self._count + 1
        low = (count & _MASK) | 0x8000000000000000
        text = f"{time.time_ns() // 1_000_000:012x}7{(count >> 62) & 0xFFF:03x}{low:016x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
