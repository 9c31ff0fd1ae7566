"""What `MemoryMediaProcessor` stores beside its streams: small files of the right names, alike for like sources."""

from hashlib import sha256
from typing import Any

from streamcore.videos.models.fingerprints import Fingerprint
from streamcore.videos.models.images import Still
from streamcore.videos.models.media import PrintFile, PrintKind

_STEP = 0.25
_WORDS = 40

SIDES: dict[str, Any] = {
    "poster": "thumbnails/1.jpg",
    "card": "thumbnails/1.webp",
    "stills": tuple(Still(n + 0.5, f"thumbnails/{n}.jpg", f"thumbnails/{n}.webp") for n in range(3)),
    "preview": "preview.vtt",
    "sprites": ("sprites-0.jpg",),
    "sound": "sound.m4a",
    "prints": tuple(PrintFile(kind, _STEP, f"prints/{kind}.bin") for kind in PrintKind),
}
"""The fields of `Media` that name them."""

_PREVIEW = b"WEBVTT\n\n00:00:00.000 --> 00:00:05.000\nsprites-0.jpg#xywh=0,0,160,90\n"


def side_files(fingerprint: str) -> list[tuple[str, str, bytes]]:
    """Name, content type and body of each."""
    source = fingerprint.encode()
    made = [("sound.m4a", "audio/mp4", b"sound of " + source), ("preview.vtt", "text/vtt; charset=utf-8", _PREVIEW)]
    for still in SIDES["stills"]:
        made.append((still.poster, "image/jpeg", b"\xff\xd8\xff" + still.poster.encode() + source))
        made.append((still.card, "image/webp", b"RIFF\0\0\0\0WEBP" + still.card.encode() + source))
    made.append(("sprites-0.jpg", "image/jpeg", b"\xff\xd8\xff sprites of " + source))
    for file in SIDES["prints"]:
        words = _words(f"{file.kind} of {fingerprint}", 8 if file.kind is PrintKind.FRAMES else 4)
        body = Fingerprint(file.kind, file.step_seconds, words).encode()
        made.append((file.name, "application/octet-stream", body))
    return made


def _words(seed: str, size: int) -> tuple[int, ...]:
    digests = (sha256(f"{seed} {n}".encode()).digest() for n in range(_WORDS))
    return tuple(int.from_bytes(digest[:size], "little") for digest in digests)
