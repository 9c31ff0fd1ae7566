import pytest

from adapters.ffmpeg.boxes import codec_of
from adapters.ffmpeg.playlists import Segment, Track, master, read_track
from streamcore.videos.models.media import Rendition

PLAYLIST = """#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:4
#EXT-X-MAP:URI="init.mp4"
#EXTINF:4.000000,
00000.m4s
#EXTINF:1.280000,
00001.m4s
#EXT-X-ENDLIST
"""


def track(*segments: tuple[float, int], target: float = 4.0) -> Track:
    return Track(tuple(Segment(str(n), seconds, size) for n, (seconds, size) in enumerate(segments)), target)


def test_a_media_playlist_is_read_with_the_sizes_of_its_segments() -> None:
    read = read_track(PLAYLIST, {"00000.m4s": 4000, "00001.m4s": 1280})
    assert read == Track((Segment("00000.m4s", 4.0, 4000), Segment("00001.m4s", 1.28, 1280)), 4.0)
    assert read.seconds == pytest.approx(5.28)
    assert read.average_bps == read.peak_bps == 8000


def test_a_segment_that_was_not_stored_is_an_error() -> None:
    with pytest.raises(KeyError):
        read_track(PLAYLIST, {"00000.m4s": 4000})


def test_a_playlist_that_is_not_whole_has_no_segments() -> None:
    for broken in ("", "#EXTM3U\n#EXT-X-ENDLIST\n", PLAYLIST.replace("#EXT-X-ENDLIST\n", "")):
        assert read_track(broken, {"00000.m4s": 4000, "00001.m4s": 1280}) == Track((), 0.0)


def test_the_peak_is_that_of_the_fullest_segment() -> None:
    assert track((4.0, 1000), (4.0, 3000), (4.0, 2000)).peak_bps == 6000


def test_a_short_last_segment_counts_only_with_what_is_before_it() -> None:
    assert track((4.0, 1000), (1.0, 5000)).peak_bps == round(8 * 6000 / 5)


def test_a_single_short_segment_has_its_own_rate() -> None:
    assert track((0.04, 1000)).peak_bps == 200_000


def test_short_segments_count_in_runs() -> None:
    assert track((1.0, 100), (1.0, 900), (1.0, 900), (1.0, 100)).peak_bps == 7200


RENDITION = Rendition("360p", 640, 360, 30000 / 1001, 900, 500, "avc1.64001e,mp4a.40.2", "360p/index.m3u8")


def test_the_master_of_a_video_with_sound() -> None:
    assert master([RENDITION], has_audio=True) == (
        "#EXTM3U\n"
        "#EXT-X-VERSION:7\n"
        "#EXT-X-INDEPENDENT-SEGMENTS\n"
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Main",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",'
        'URI="audio/index.m3u8"\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=900,AVERAGE-BANDWIDTH=500,CODECS="avc1.64001e,mp4a.40.2",RESOLUTION=640x360,'
        'FRAME-RATE=29.970,AUDIO="audio"\n'
        "360p/index.m3u8\n"
    )


def test_the_master_of_a_silent_video_names_no_group() -> None:
    assert "AUDIO=" not in master([RENDITION], has_audio=False)
    assert "EXT-X-MEDIA" not in master([RENDITION], has_audio=False)


def test_codecs_are_read_from_initialisation_segments() -> None:
    assert codec_of(b"....avcC\x01\x64\x00\x1f\xff") == "avc1.64001f"
    decoder = b"\x40\x15" + bytes(11) + b"\x05\x80\x80\x80\x02\x11\x90"
    es = b"\x00\x01\x00" + b"\x04\x80\x80\x80" + bytes([len(decoder)]) + decoder
    assert codec_of(b"....esds" + bytes(4) + b"\x03\x80\x80\x80" + bytes([len(es)]) + es) == "mp4a.40.2"


def test_the_codecs_of_newer_video_are_read() -> None:
    hevc = bytes([1, 0x02, 0x20, 0, 0, 0, 0xB0, 0, 0, 0, 0, 0, 123])
    assert codec_of(b"....hvcC" + hevc) == "hvc1.2.4.L123.B0"
    assert codec_of(b"....av1C" + bytes([0x81, 0x08, 0x4C, 0])) == "av01.0.08M.10"


def test_another_initialisation_segment_is_an_error() -> None:
    with pytest.raises(ValueError, match="neither"):
        codec_of(b"....vpcC")
    with pytest.raises(ValueError, match="Descriptor"):
        codec_of(b"....esds" + bytes(20))
