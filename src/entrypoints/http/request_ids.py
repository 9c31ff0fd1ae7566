"""Names for requests: UUIDv7 made without asking the operating system each time."""

import os
import re
import time

_WELL_FORMED = re.compile(r"[A-Za-z0-9._:-]{8,128}")


class RequestIds:
    """The millisecond, 26 bits of the process, and a counter of 48 that begins anywhere (RFC 9562, section 6.2).

    They need to be different, not unguessable: nobody gets anywhere by knowing one.
    """

    def __init__(self) -> None:
        chance = os.urandom(10).hex()
        self._process = f"7{chance[:3]}-{'89ab'[int(chance[3], 16) % 4]}{chance[4:7]}-"
        self._count = int(chance[8:], 16)
        self._millisecond = 0
        self._prefix = ""

    def of(self, offered: str | None) -> str:
        """The caller's own id where it is well-formed, else a new one."""
        if offered is not None and _WELL_FORMED.fullmatch(offered):
            return offered
        millisecond = int(time.time() * 1000)
        if millisecond != self._millisecond:
            self._millisecond = millisecond
            text = f"{millisecond:012x}"
            self._prefix = f"{text[:8]}-{text[8:]}-{self._process}"
        self._count = count = (self._count + 1) & 0xFFFFFFFFFFFF
        return f"{self._prefix}{count:012x}"
