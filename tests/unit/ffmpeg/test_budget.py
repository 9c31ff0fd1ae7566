"""A process may use as much as its picture can take, and no more."""

from dataclasses import replace
from fractions import Fraction

import pytest

from adapters.ffmpeg.budget import brief, for_pictures
from adapters.ffmpeg.colours import Colours
from adapters.ffmpeg.ladder import Codec, in_codec
from adapters.ffmpeg.probe import SourceFacts
from adapters.ffmpeg.process import Limits

HOUR = 3600.0
CLIP = SourceFacts(
    demuxer="mov",
    video=0,
    audio=1,
    codec="h264",
    pixel_format="yuv420p",
    colours=Colours("tv", "bt709", "bt709", "bt709"),
    interlaced=False,
    width=1920,
    height=1080,
    duration=10.0,
    picture_seconds=10.0,
    rate=Fraction(30),
)


def lasting(seconds: float, **changes: object) -> SourceFacts:
    return replace(CLIP, duration=seconds, picture_seconds=seconds, **changes)  # type: ignore[arg-type]


def budget(facts: SourceFacts, preset: str = "veryfast", limits: Limits | None = None) -> Limits:
    return for_pictures(limits or Limits(), facts, facts.rungs, preset, facts.frames)


def test_a_short_clip_gets_minutes_and_a_long_film_days() -> None:
    assert 60 < budget(CLIP).cpu_seconds < 10 * 60
    assert 60 < budget(lasting(0.1, width=64, height=36)).cpu_seconds < 70
    # On one core of our days an hour of full HD takes little more than an hour.
    assert 10 * HOUR < budget(lasting(HOUR)).cpu_seconds < 48 * HOUR
    assert budget(lasting(12 * HOUR, width=3840, height=2160, rate=Fraction(60))).cpu_seconds > 300 * HOUR


def test_tiny_frames_take_time_too() -> None:
    assert budget(lasting(HOUR, width=16, height=16)).cpu_seconds > 2000


@pytest.mark.parametrize(("codec", "preset", "times"), [("h264", "placebo", 50), ("hevc", "veryfast", 5)])
def test_what_is_slow_by_choice_gets_more(codec: Codec, preset: str, times: int) -> None:
    rungs = in_codec(CLIP.rungs, codec)
    start, quick = (for_pictures(Limits(), CLIP, made, "veryfast", 300).cpu_seconds for made in ((), CLIP.rungs))
    slow = for_pictures(Limits(), CLIP, rungs, preset, 300).cpu_seconds
    assert slow - start > times * (quick - start)


def test_the_output_is_bounded_by_the_caps_of_the_renditions() -> None:
    caps = sum(rung.max_bps for rung in CLIP.rungs) / 8
    made, beside = budget(lasting(HOUR)).output_bytes, budget(lasting(0.1)).output_bytes
    assert 3 * HOUR * caps < made - beside < 5 * HOUR * caps
    assert beside < 300 * 2**20
    half = for_pictures(Limits(), CLIP, CLIP.rungs, "veryfast", CLIP.frames / 2).output_bytes
    assert budget(CLIP).output_bytes - half == pytest.approx(half - beside, rel=0.05)


def test_a_limit_that_is_set_stays() -> None:
    own = Limits(nice=3, cpu_seconds=20, output_bytes=1000, folder_bytes=99)
    assert budget(lasting(HOUR), limits=own) == own
    assert brief(own) == own
    assert brief(Limits()).cpu_seconds == HOUR
