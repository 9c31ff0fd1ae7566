import re

import pytest

from adapters.ffmpeg.sprites import SpritePlan, preview

_CUE = re.compile(r"([\d:.]+) --> ([\d:.]+)\nsprites-(\d+)\.jpg#xywh=(\d+),(\d+),(\d+),(\d+)")


def seconds(time: str) -> float:
    hours, minutes, rest = time.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


@pytest.mark.parametrize("duration", [0.04, 1.0, 61.3, 100.0, 299.5, 899.0, 3600.0, 12 * 3600.0])
def test_every_moment_has_a_tile_that_was_taken_within_half_an_interval(duration: float) -> None:
    plan = SpritePlan.of(1920, 1080, duration)
    cues = [_CUE.fullmatch(block.strip()) for block in preview(plan).split("\n\n")[1:]]
    assert len(cues) == plan.count
    ends = 0.0
    for number, cue in enumerate(cues):
        assert cue is not None
        assert seconds(cue[1]) == pytest.approx(ends, abs=0.001)
        ends = seconds(cue[2])
        taken = (number + 0.5) * plan.seconds
        assert abs(taken - seconds(cue[1])) <= plan.seconds / 2 + 0.001
        assert int(cue[3]) < plan.sheets
        assert int(cue[4]) + int(cue[6]) <= plan.columns * plan.width
        assert int(cue[5]) + int(cue[7]) <= plan.rows * plan.height
    assert ends == pytest.approx(duration, abs=0.001)
    assert len({cue.groups()[2:5] for cue in cues if cue}) == plan.count


@pytest.mark.parametrize(
    ("size", "tile"),
    [
        ((1920, 1080), (160, 90)),
        ((1080, 1920), (90, 160)),
        ((640, 640), (160, 160)),
        ((5000, 100), (160, 4)),
        ((100, 60), (100, 60)),
        ((16, 17), (16, 16)),
        ((2, 2), (2, 2)),
    ],
)
def test_tiles_have_the_shape_of_the_picture_and_even_sides(size: tuple[int, int], tile: tuple[int, int]) -> None:
    plan = SpritePlan.of(*size, 10.0)
    assert (plan.width, plan.height) == tile


def test_sheets_are_bounded_however_long_the_video_is() -> None:
    day = SpritePlan.of(1920, 1080, 24 * 3600.0)
    assert (day.count, day.sheets) == (1500, 15)
    assert SpritePlan.of(1920, 1080, 5.28).count == 6
    assert SpritePlan.of(1920, 1080, 0.04).count == 1
