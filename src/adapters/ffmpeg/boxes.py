"""Codec names of RFC 6381 from the initialisation segments that were made (ISO/IEC 14496-14 and -15), and segments with
other times in them."""

from collections.abc import Iterator

from streamcore.videos.models.boxes import read_head


def codec_of(init: bytes) -> str:
    """``avc1.PPCCLL``, ``hvc1.…``, ``av01.…`` or ``mp4a.40.N`` of an MP4 initialisation segment with one track;
    ValueError for others."""
    if (at := init.find(b"avcC")) >= 0:
        profile, compatibility, level = init[at + 5 : at + 8]  # after configurationVersion
        return f"avc1.{profile:02x}{compatibility:02x}{level:02x}"
    if (at := init.find(b"hvcC")) >= 0:
        return _hevc(init[at + 4 :])
    if (at := init.find(b"av1C")) >= 0:
        return _av1(init[at + 4 :])
    if (at := init.find(b"esds")) >= 0:
        return _mpeg4_audio(init[at + 8 :])  # after version and flags
    raise ValueError("The initialisation segment has neither AVC, HEVC nor AV1 video nor MPEG-4 audio.")


def _hevc(record: bytes) -> str:
    """HEVCDecoderConfigurationRecord, ISO/IEC 14496-15, section 8.3.3.1 and annex E."""
    space, tier, profile = record[1] >> 6, record[1] >> 5 & 1, record[1] & 0x1F
    compatibility = int(f"{int.from_bytes(record[2:6]):032b}"[::-1], 2)  # told in reverse order of its bits
    constraints = record[6:12].rstrip(b"\0")
    words = [f"{['', 'A', 'B', 'C'][space]}{profile}", f"{compatibility:x}", f"{'LH'[tier]}{record[12]}"]
    return ".".join(["hvc1", *words, *(f"{flags:X}" for flags in constraints)])


def _av1(record: bytes) -> str:
    """AV1CodecConfigurationRecord and the codecs parameter of "AV1 Codec ISO Media File Format Binding"."""
    profile, level = record[1] >> 5, record[1] & 0x1F
    tier, high, twelve = record[2] >> 7, record[2] >> 6 & 1, record[2] >> 5 & 1
    depth = 12 if twelve else 10 if high else 8
    return f"av01.{profile}.{level:02d}{'MH'[tier]}.{depth:02d}"


def _mpeg4_audio(descriptors: bytes) -> str:
    """ES_Descriptor(DecoderConfigDescriptor(DecoderSpecificInfo)), ISO/IEC 14496-1, section 7.2.6."""
    es = _body(descriptors, 0x03)
    decoder = _body(es[3:], 0x04)  # after ES_ID and the flags, none of which FFmpeg sets
    config = _body(decoder[13:], 0x05)  # after object type, stream type, buffer size, two bit rates
    return f"mp4a.{decoder[0]:x}.{config[0] >> 3}"


def _body(data: bytes, tag: int) -> bytes:
    if data[0] != tag:
        raise ValueError(f"Descriptor {data[0]:#x} where {tag:#x} was expected.")
    at, size = 1, 0
    while True:  # seven bits of the length a byte, the top bit says that more follow
        size = size << 7 | data[at] & 0x7F
        at += 1
        if data[at - 1] < 0x80:
            return data[at : at + size]


def moved(segment: bytes, ticks: int, fragments: int) -> bytes:
    """A media segment (ISO/IEC 14496-12, section 8.8) as it is ``ticks`` of its track's units and this many fragments
    later; nothing else of it tells where in a stream it lies."""
    made = bytearray(segment)
    for kind, start, end in _boxes(segment, 0, len(segment)):
        if kind == b"sidx":
            _add(made, start + 12, ticks, wide=segment[start] == 1)  # after flags, reference and timescale
        elif kind == b"moof":
            _move_fragment(made, start, end, ticks, fragments)
    return bytes(made)


def _move_fragment(made: bytearray, start: int, end: int, ticks: int, fragments: int) -> None:
    for kind, begins, ends in _boxes(made, start, end):
        if kind == b"mfhd":
            _add(made, begins + 4, fragments, wide=False)
        elif kind == b"traf":
            for inner, at, _ in _boxes(made, begins, ends):
                if inner == b"tfdt":
                    _add(made, at + 4, ticks, wide=made[at] == 1)


def _boxes(data: bytes | bytearray, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Type of each box, and where its content lies."""
    while start < end:
        box = read_head(data, start)
        ends = end if box.size is None else start + box.size
        if ends > end:
            raise ValueError("The segment has a box that ends outside of it.")
        yield box.kind, start + box.head, ends
        start = ends


def _add(data: bytearray, at: int, by: int, *, wide: bool) -> None:
    end = at + (8 if wide else 4)
    data[at:end] = (int.from_bytes(data[at:end]) + by).to_bytes(end - at)
