from dataclasses import replace
from fractions import Fraction

import pytest

from adapters.ffmpeg.probe import Description, FrameTable, VideoStream, facts_of, read_description
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


def test_a_description_is_read_as_far_as_it_is_that_of_the_input() -> None:
    read = read_description(PHONE)
    assert read == Description(
        3723.5,
        VideoStream(1, "hevc", "yuv420p10le", "smpte2084", False, 3840, 2160, Fraction("29.98")),
        audio=2,
    )


def test_a_cover_picture_is_no_video() -> None:
    assert read_description(COVER) == Description(None, None, 1)


def test_interlaced_fields_are_seen() -> None:
    video = read_description(INTERLACED).video
    assert video
    assert video.interlaced
    assert video.transfer == ""


def test_a_stream_of_an_unknown_codec_has_no_pixels() -> None:
    video = read_description(UNKNOWN).video
    assert video
    assert (video.codec, video.pixel_format) == ("none", "none")


def test_nothing_is_read_from_other_words() -> None:
    assert read_description("file:source: Invalid data found when processing input\n") == Description(None, None, None)


async def table(*lines: str) -> FrameTable:
    read = FrameTable()
    for line in lines:
        assert await read.read(line)
    return read


SHOWN = ("#tb 0: 1/25", "#media_type 0: video", "#dimensions 0: 720x576", "#sar 0: 64/45", "0, 0, 0, 1, 622080, 0xa")
DESCRIBED = Description(4.0, VideoStream(0, "h264", "yuv420p", "", False, 720, 576, None), 1)


async def packets(count: int, *, step: int = 512, first: int = 0) -> FrameTable:
    lines = [f"0, {first + n * step}, {first + n * step}, {step}, 99, 0x1" for n in range(count)]
    return await table("#tb 0: 1/12800", "#tb 1: 1/48000", *lines, "1, 0, 0, 1024, 9, 0x1")


async def test_the_facts_come_from_both_tables() -> None:
    facts = facts_of("mov", DESCRIBED, await table(*SHOWN), await packets(100))
    assert (facts.width, facts.height) == (1024, 576)
    assert facts.rate == 25
    assert facts.duration == pytest.approx(4.0)
    assert facts.audio == 1
    assert 0 < facts.poster_seconds < 0.4


async def test_packets_out_of_order_count_by_their_own_times() -> None:
    read = await table(
        "#tb 0: 1/10", "0, 0, 0, 1, 9, 0x1", "0, 1, 3, 1, 9, 0x1", "0, 2, 1, 1, 9, 0x1", "0, 3, 2, 1, 9, 0x1"
    )
    assert read.average_rate == 10
    assert read.seconds(0) == pytest.approx(0.4)


async def test_a_much_shorter_table_than_stated_means_a_cut_file() -> None:
    with pytest.raises(UnprocessableMedia) as refused:
        facts_of("mov", DESCRIBED, await table(*SHOWN), await packets(50))
    assert refused.value.reason == "TRUNCATED"
    guessed = facts_of("mpegts", DESCRIBED, await table(*SHOWN), await packets(50))
    assert guessed.duration == pytest.approx(2.0)


async def test_one_frame_lasts_one_frame() -> None:
    described = replace(DESCRIBED, header_seconds=0.04)
    facts = facts_of("mov", described, await table(*SHOWN), await packets(1))
    assert (float(facts.rate), facts.poster_seconds) == (25.0, 0.0)
    assert facts.duration == pytest.approx(0.04)


async def test_no_frame_is_a_failure_to_decode() -> None:
    for shown, copied in ((FrameTable(), await packets(9)), (await table(*SHOWN), FrameTable())):
        with pytest.raises(UnprocessableMedia) as refused:
            facts_of("mov", replace(DESCRIBED, header_seconds=None), shown, copied)
        assert refused.value.reason == "DECODE_FAILED"


@pytest.mark.parametrize(
    ("demuxer", "stated", "rate"),
    [("mov", "25.5", "25.5"), ("mov", "50", "25"), ("avi", "50", "50")],
    ids=["near the table", "far from the table", "no times in the container"],
)
async def test_the_stated_rate_is_believed_where_it_knows_better(demuxer: str, stated: str, rate: str) -> None:
    video = VideoStream(0, "h264", "yuv420p", "", False, 720, 576, Fraction(stated))
    facts = facts_of(demuxer, Description(None, video, None), await table(*SHOWN), await packets(100))
    assert facts.rate == Fraction(rate)
