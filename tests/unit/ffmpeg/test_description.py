from fractions import Fraction

import pytest

from adapters.ffmpeg.colours import Colours
from adapters.ffmpeg.description import Description, VideoStream, read_description
from adapters.ffmpeg.process import CUT
from streamcore.shared.errors import UnprocessableMedia

PHONE = """Input #0, mov,mp4,m4a,3gp,3g2,mj2, from 'file:source':
  Metadata:
    title           : Stream #0:7: Video: h264, yuv420p, 1x1
  Duration: 01:02:03.50, start: 0.000000, bitrate: 1589 kb/s
  Stream #0:0[0x1](und): Audio: none (apac / 0x63617061), 48000 Hz, 768 kb/s
  Stream #0:1[0x2](eng): Video: hevc (Main 10) (hvc1), yuv420p10le(tv, bt2020nc/bt2020/smpte2084), 3840x2160 \
[SAR 1:1 DAR 16:9], 51234 kb/s, 29.98 fps, 30 tbr, 600 tbn (default)
    Metadata:
      handler_name    : Core Media Video
  Stream #0:2[0x3](und): Audio: aac (LC) (mp4a / 0x6134706D), 48000 Hz, stereo, fltp, 192 kb/s (default)
Stream mapping:
  Stream #0:1 -> #0:0 (hevc (native) -> rawvideo (native))
Output #0, framecrc, to 'pipe:1':
  Stream #0:0: Video: rawvideo, yuv420p, 1x1
"""
COVER = """Input #0, mov,mp4,m4a,3gp,3g2,mj2, from 'file:source':
  Duration: N/A, start: 0.000000, bitrate: 1589 kb/s
  Stream #0:0: Video: mjpeg (Baseline), yuvj420p(pc, bt470bg/unknown/unknown), 600x600, 90k tbr, 90k tbn (attached pic)
  Stream #0:1: Audio: mp3, 44100 Hz, stereo, fltp, 128 kb/s
"""
INTERLACED = "  Stream #0:0[0x100]: Video: mpeg2video (Main), yuv420p(tv, top first), 720x576, 25 fps\n"
UNKNOWN = "  Stream #0:0: Video: none (abcd / 0x64636261), 640x360, 30 fps\n"


TRACKS = """Input #0, matroska,webm, from 'file:source':
  Duration: 00:01:42.52, start: 99.979000, bitrate: 1 kb/s
  Stream #0:0: Video: h264, yuv420p, 640x360, 25 fps
  Stream #0:1: Video: h264, yuv420p, 320x180, 25 fps (default)
  Stream #0:2: Audio: aac, 48000 Hz, mono, fltp
  Stream #0:3(deu): Audio: aac, 48000 Hz, mono, fltp (default)
"""
GROUPED = """Input #0, mov,mp4,m4a,3gp,3g2,mj2, from 'file:source':
  Metadata:
    Stream #0:8(long key): Video: h264, yuv420p, 1x1
  Duration: 00:00:05.00, start: 0.000000, bitrate: 205 kb/s
  Stream group #0:0[0x4]: Track Reference:
    Stream #0:0[0x1]: Video: h264 (High) (avc1 / 0x31637661), yuv420p(progressive), 128x72, 10 fps, 10 tbr (default)
      Metadata:
        handler_name    : VideoHandler
    Stream #0:3[0x4](eng): Data: none (tmcd / 0x64636D74), 0 kb/s
  Stream #0:1[0x2]: Audio: aac (LC) (mp4a / 0x6134706D), 44100 Hz, mono, fltp, 69 kb/s (default)
    Metadata:
    Stream #0:9(long key): Video: h264, yuv420p, 1x1
"""


def test_a_description_is_read_as_far_as_it_is_that_of_the_input() -> None:
    colours = Colours("tv", "bt2020nc", "bt2020", "smpte2084")
    video = VideoStream(1, "hevc", "yuv420p10le", colours, False, 3840, 2160, Fraction("29.98"))
    assert read_description(PHONE) == Description(3723.5, (video,), (2,))


def test_a_cover_picture_is_no_video() -> None:
    assert read_description(COVER) == Description(None, (), (1,))


def test_default_tracks_come_first_and_a_late_beginning_is_no_length() -> None:
    read = read_description(TRACKS)
    assert [stream.index for stream in read.videos] == [1, 0]
    assert read.sounds == (3, 2)
    assert read.header_seconds is not None
    assert abs(read.header_seconds - 2.541) < 0.001


def test_interlaced_fields_are_seen() -> None:
    (video,) = read_description(INTERLACED).videos
    assert video.interlaced
    assert video.colours == Colours("tv")


def test_a_stream_of_an_unknown_codec_has_no_pixels() -> None:
    (video,) = read_description(UNKNOWN).videos
    assert (video.codec, video.pixel_format) == ("none", "none")


def test_the_last_chapter_tells_how_long_a_track_of_chapters_is() -> None:
    chapters = "  Chapters:\n    Chapter #0:0: start 0.000000, end 4.000000\n      Metadata:\n        title       : 1\n"
    later = "    Chapter #0:1: start 4.000000, end 12.500000\nOutput #0, framecrc, to 'pipe:1':\n"
    assert read_description(f"{chapters}{later}{chapters.replace('4.0', '99.0')}").chapters_end == 12.5


def test_streams_of_a_group_are_read_and_the_files_own_words_are_not() -> None:
    read = read_description(GROUPED)
    assert ([stream.index for stream in read.videos], read.sounds) == ([0], (1,))


def test_a_description_that_was_cut_is_refused_and_a_later_cut_is_not() -> None:
    at = PHONE.index("  Stream #0:2")
    for cut in (PHONE[:at] + CUT + PHONE[at:], PHONE[:at] + CUT, PHONE[:at] + CUT + PHONE[PHONE.index("Output") :]):
        with pytest.raises(UnprocessableMedia) as refused:
            read_description(cut)
        assert refused.value.reason == "DESCRIPTION_TOO_LONG"
    assert read_description(PHONE + CUT) == read_description(PHONE)


def test_nothing_is_read_from_other_words() -> None:
    assert read_description("file:source: Invalid data found when processing input\n") == Description(None, (), ())
