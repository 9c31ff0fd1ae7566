from dataclasses import replace
from fractions import Fraction

import pytest

from adapters.ffmpeg.colours import Colours
from adapters.ffmpeg.description import VideoStream
from adapters.ffmpeg.probe import FrameTable, SourceFacts, falls_short
from adapters.ffmpeg.probe import facts_of as put_together
from streamcore.shared.errors import UnprocessableMedia


async def table(*lines: str) -> FrameTable:
    read = FrameTable()
    for line in lines:
        assert await read.read(line)
    return read


SHOWN = ("#tb 0: 1/25", "#media_type 0: video", "#dimensions 0: 720x576", "#sar 0: 64/45", "0, 0, 0, 1, 622080, 0xa")
VIDEO = VideoStream(0, "h264", "yuv420p", Colours(), False, 720, 576, None)


def facts_of(shown: FrameTable, packets: FrameTable) -> SourceFacts:
    return put_together("mov", VIDEO, 1, shown, packets)


async def packets(count: int, *, step: int = 512, first: int = 0) -> FrameTable:
    lines = [f"0, {first + n * step}, {first + n * step}, {step}, 99, 0x1" for n in range(count)]
    return await table("#tb 0: 1/12800", "#tb 1: 1/48000", *lines, "1, 0, 0, 1024, 9, 0x1")


async def test_the_facts_come_from_both_tables() -> None:
    facts = facts_of(await table(*SHOWN), await packets(100))
    assert (facts.width, facts.height) == (1024, 576)
    assert facts.rate == 25
    assert facts.duration == pytest.approx(4.0)
    assert facts.audio == 1


async def test_packets_out_of_order_count_by_their_own_times() -> None:
    read = await table(
        "#tb 0: 1/10", "0, 0, 0, 1, 9, 0x1", "0, 1, 3, 1, 9, 0x1", "0, 2, 1, 1, 9, 0x1", "0, 3, 2, 1, 9, 0x1"
    )
    assert read.average_rate == 10
    assert read.seconds(0) == pytest.approx(0.4)


async def test_a_much_shorter_table_than_stated_means_a_cut_file() -> None:
    half = await packets(50)
    assert half.ends == 2.0
    assert falls_short("mov", 4.0, half.ends)
    assert not falls_short("mov", 2.0, half.ends)
    assert not falls_short("mov", 2.4, half.ends)
    assert not falls_short("mov", None, half.ends)
    assert not falls_short("mpegts", 4.0, half.ends), "its header is a guess"
    assert (await table("#tb 7: 1/10", "7, 0, 0, 40, 9, 0x1")).ends == 4.0, "any track counts"
    assert FrameTable().ends == 0.0


async def test_everything_lasts_as_long_as_the_longer_of_both() -> None:
    longer = await table("#tb 0: 1/25", "#tb 1: 1/1", "0, 0, 0, 1, 9, 0x1", "1, 0, 0, 3, 9, 0x1")
    facts = facts_of(await table(*SHOWN), longer)
    assert (facts.duration, facts.picture_seconds) == (3.0, 0.04)


async def test_one_frame_lasts_one_frame() -> None:
    facts = facts_of(await table(*SHOWN), await packets(1))
    assert facts.rate == 25
    assert facts.duration == pytest.approx(0.04)


async def test_no_frame_is_a_failure_to_decode() -> None:
    for shown, copied in ((FrameTable(), await packets(9)), (await table(*SHOWN), FrameTable())):
        with pytest.raises(UnprocessableMedia) as refused:
            facts_of(shown, copied)
        assert refused.value.reason == "DECODE_FAILED"


@pytest.mark.parametrize(
    ("demuxer", "stated", "rate"),
    [("mov", "25.5", "25.5"), ("mov", "50", "25"), ("avi", "50", "50")],
    ids=["near the table", "far from the table", "no times in the container"],
)
async def test_the_stated_rate_is_believed_where_it_knows_better(demuxer: str, stated: str, rate: str) -> None:
    video = replace(VIDEO, rate=Fraction(stated))
    facts = put_together(demuxer, video, 1, await table(*SHOWN), await packets(100))
    assert facts.rate == Fraction(rate)
