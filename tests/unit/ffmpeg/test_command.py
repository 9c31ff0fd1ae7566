from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from adapters.ffmpeg import command
from adapters.ffmpeg.colours import Colours
from adapters.ffmpeg.command import MOST_PIXELS
from adapters.ffmpeg.ladder import ladder
from adapters.ffmpeg.loudness import Loudness
from adapters.ffmpeg.probe import SourceFacts

FACTS = SourceFacts(
    demuxer="mov",
    video=0,
    audio=1,
    codec="h264",
    pixel_format="yuv420p",
    colours=Colours("tv", "bt709", "bt709", "bt709"),
    interlaced=False,
    width=1280,
    height=720,
    duration=10.0,
    picture_seconds=10.0,
    rate=Fraction(30),
)
PQ = Colours("tv", "bt2020nc", "bt2020", "smpte2084")
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
    options = dict(zip(before[::2], before[1::2], strict=True))
    options.pop("-reinit_filter:v", None)
    assert options == {
        "-f": "mov",
        "-format_whitelist": "mov",
        "-protocol_whitelist": "file",
        "-enable_drefs": "0",
        "-use_absolute_path": "0",
        "-max_pixels": str(MOST_PIXELS),
    }
    assert line[line.index("-i") + 1] == f"file:{SOURCE}"
    assert "-nostdin" in line


def test_one_process_makes_all_renditions_and_the_sound() -> None:
    line = transcode()
    assert [word for word in line if word.endswith("m3u8")] == [
        "../made/360p/index.m3u8",
        "../made/480p/index.m3u8",
        "../made/720p/index.m3u8",
        "../made/audio/index.m3u8",
    ]
    assert line.count("expr:not(mod(n,120))") == 3


def graph(line: list[str]) -> str:
    return line[line.index("-filter_complex") + 1]


def test_filters_fit_the_source() -> None:
    plain = graph(transcode())
    assert "fps=fps=30/1" in plain
    assert not any(name in plain for name in ("bwdif", "tonemap", "premultiply"))
    assert "bwdif" in graph(transcode(replace(FACTS, interlaced=True)))
    assert "tonemap" in graph(transcode(replace(FACTS, convert_wide=True, colours=PQ)))
    assert "premultiply" in graph(transcode(replace(FACTS, pixel_format="yuva420p")))
    assert "stop_duration=2.000" in graph(transcode(replace(FACTS, duration=12.0)))


def test_every_rendition_says_what_its_colours_are() -> None:
    plain = graph(transcode())
    assert plain.count("out_color_matrix=bt709") == plain.count("setparams=color_primaries=bt709") == 3


def test_a_sound_is_levelled_by_one_gain_and_limited_only_where_it_must() -> None:
    def sound(level: float, peak: float) -> str:
        line = transcode(replace(FACTS, loudness=Loudness(level, peak)))
        return line[line.index("-af") + 1]

    assert "volume=volume=10.00dB" in sound(-26.0, -20.0)
    assert "alimiter" not in sound(-26.0, -20.0)
    assert "alimiter" in sound(-26.0, -6.0)
    assert "apad=whole_dur=10.000" in sound(-26.0, -6.0)


@pytest.mark.parametrize(("rate", "frames"), [("25", 100), ("30000/1001", 120), ("12.5", 50), ("60", 240)])
def test_segments_hold_whole_frames(rate: str, frames: int) -> None:
    assert command.segment_frames(Fraction(rate), 4.0) == frames


def test_a_silent_source_has_no_audio_output() -> None:
    assert not any("audio" in word for word in transcode(replace(FACTS, audio=None)))
