from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from adapters.ffmpeg import command
from adapters.ffmpeg.ladder import ladder
from adapters.ffmpeg.probe import SourceFacts

FACTS = SourceFacts(
    demuxer="mov",
    video=0,
    audio=1,
    codec="h264",
    pixel_format="yuv420p",
    transfer="bt709",
    interlaced=False,
    width=1280,
    height=720,
    duration=10.0,
    rate=Fraction(30),
)
BINARY, SOURCE, FOLDER = Path("/bin/ffmpeg"), Path("/w/a 'b':c,d[e]"), Path("/w/made")


def transcode(facts: SourceFacts = FACTS) -> list[str]:
    rungs = ladder(facts.width, facts.height, facts.rate)
    return command.transcode(BINARY, SOURCE, facts, rungs, command.Encoding(), FOLDER)


@pytest.mark.parametrize(
    "line",
    [
        command.first_frame(BINARY, SOURCE, "mov"),
        command.packets(BINARY, SOURCE, "mov", 0, 1),
        command.packets(BINARY, SOURCE, "mov", 0, None),
        transcode(),
    ],
)
def test_the_input_is_pinned_to_one_demuxer_and_to_files(line: list[str]) -> None:
    assert line[0] == "/bin/ffmpeg"
    assert line.count("-i") == 1
    before = line[1 : line.index("-i")]
    assert dict(zip(before[::2], before[1::2], strict=True)) == {"-f": "mov", "-protocol_whitelist": "file"}
    assert line[line.index("-i") + 1] == f"file:{SOURCE}"
    assert "-nostdin" in line


def test_one_process_makes_all_renditions_sound_and_poster() -> None:
    line = transcode()
    assert [word for word in line if word.startswith(str(FOLDER)) and word.endswith(("m3u8", "jpg"))] == [
        "/w/made/360p/index.m3u8",
        "/w/made/480p/index.m3u8",
        "/w/made/720p/index.m3u8",
        "/w/made/poster.jpg",
        "/w/made/audio/index.m3u8",
    ]
    assert line.count("expr:gte(t,n_forced*4)") == 3


def graph(line: list[str]) -> str:
    return line[line.index("-filter_complex") + 1]


def test_filters_fit_the_source() -> None:
    plain = graph(transcode())
    assert "fps=fps=30/1" in plain
    assert not any(name in plain for name in ("bwdif", "tonemap", "setparams"))
    assert "bwdif" in graph(transcode(replace(FACTS, interlaced=True)))
    assert "tonemap" in graph(transcode(replace(FACTS, tone_map=True)))
    assert "out_color_matrix=bt709" in graph(transcode(replace(FACTS, pixel_format="gbrp")))


def test_a_silent_source_has_no_audio_output() -> None:
    assert not any("audio" in word for word in transcode(replace(FACTS, audio=None)))
