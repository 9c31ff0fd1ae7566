import pytest

from adapters.ffmpeg.signatures import demuxer_of
from streamcore.shared.errors import UnprocessableMedia
from streamcore.videos.policies import ACCEPTED_TYPES


@pytest.mark.parametrize(
    ("head", "demuxer"),
    [
        (b"\0\0\0\x20ftypisom", "mov"),
        (b"\0\0\0\x08wide\0\0\0\x08mdat", "mov"),
        (b"\x1aE\xdf\xa3\x93B\x86", "matroska"),
        (b"RIFF\x10\0\0\0AVI LIST", "avi"),
        (b"FLV\x01\x05", "flv"),
        (b"OggS\0\x02", "ogg"),
        (b"\0\0\x01\xba\x44", "mpeg"),
        ((b"G" + bytes(187)) * 5, "mpegts"),
        ((bytes(4) + b"G" + bytes(187)) * 5, "mpegts"),
    ],
)
def test_containers_are_known_by_their_first_bytes(head: bytes, demuxer: str) -> None:
    assert demuxer_of(head) == demuxer


def test_every_type_that_is_promised_is_a_container_that_is_known() -> None:
    heads = {
        "application/mp4": b"\0\0\0\x20ftypisom",
        "application/x-matroska": b"\x1aE\xdf\xa3\x93B\x86",
        "application/ogg": b"OggS\0\x02",
    }
    assert {*heads, "video/*", "application/octet-stream"} == set(ACCEPTED_TYPES)
    assert [demuxer_of(head) for head in heads.values()] == ["mov", "matroska", "ogg"]


@pytest.mark.parametrize(
    "head",
    [
        b"#EXTM3U\n",
        b"ffconcat version 1.0\n",
        b"v=0\r\n",
        b"<?xml version='1.0'?><MPD",
        b"\xff\xd8\xff\xe0",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"G" + bytes(100),
        b"G" + bytes(400),
        b"RIFF\x10\0\0\0WAVE",
        b"f",
    ],
)
def test_playlists_pictures_and_text_are_not_media(head: bytes) -> None:
    with pytest.raises(UnprocessableMedia) as refused:
        demuxer_of(head)
    assert refused.value.reason == "NOT_MEDIA"


def test_nothing_is_an_empty_file() -> None:
    with pytest.raises(UnprocessableMedia) as refused:
        demuxer_of(b"")
    assert refused.value.reason == "EMPTY_FILE"
