"""What a file is by its first bytes, so that FFmpeg is told the container and never guesses.

Guessing would let an upload name itself a playlist (HLS, ffconcat, SDP, image sequence …) that makes FFmpeg open other
files or hosts. Only self-contained binary containers are on the list.
"""

from streamcore.shared.errors import UnprocessableMedia

HEAD_SIZE = 1024
_MOV_BOXES = {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot"}
_PREFIXES = (
    (b"\x1aE\xdf\xa3", "matroska"),
    (b"FLV\x01", "flv"),
    (b"OggS", "ogg"),
    (b"\x00\x00\x01\xba", "mpeg"),
)
_TS_PACKET, _M2TS_PACKET = 188, 192  # ISO/IEC 13818-1; BDAV puts four bytes before each packet


def demuxer_of(head: bytes) -> str:
    """FFmpeg's name of the container that begins with ``head`` (up to `HEAD_SIZE` bytes).

    `UnprocessableMedia` EMPTY_FILE for nothing, NOT_MEDIA for what is on no list.
    """
    if not head:
        raise UnprocessableMedia("EMPTY_FILE", "The file is empty.")
    for prefix, name in _PREFIXES:
        if head.startswith(prefix):
            return name
    if head[4:8] in _MOV_BOXES:
        return "mov"
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return "avi"
    if _has_ts_packets(head):
        return "mpegts"
    raise UnprocessableMedia("NOT_MEDIA", "The file is not a video in a format that we know.")


def _has_ts_packets(head: bytes) -> bool:
    starts = ((0, _TS_PACKET), (4, _M2TS_PACKET))
    return any(
        len(head) > first + step and all(head[at] == 0x47 for at in range(first, len(head), step))
        for first, step in starts
    )


class FFmpegSignatures:
    """`MediaSignatures` by the containers that the processor opens."""

    head_size = HEAD_SIZE

    def check(self, head: bytes) -> None:
        demuxer_of(head)
