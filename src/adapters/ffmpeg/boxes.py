"""Codec names of RFC 6381 from the initialisation segments that were made (ISO/IEC 14496-14 and -15)."""


def codec_of(init: bytes) -> str:
    """``avc1.PPCCLL`` or ``mp4a.40.N`` of an MP4 initialisation segment with one track; ValueError for others."""
    if (at := init.find(b"avcC")) >= 0:
        profile, compatibility, level = init[at + 5 : at + 8]  # after configurationVersion
        return f"avc1.{profile:02x}{compatibility:02x}{level:02x}"
    if (at := init.find(b"esds")) >= 0:
        return _mpeg4_audio(init[at + 8 :])  # after version and flags
    raise ValueError("The initialisation segment has neither AVC video nor MPEG-4 audio.")


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
