from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.ffmpeg.ladder import in_codec, ladder, output_rate

SIDES = st.integers(16, 8192)


def names_and_sizes(width: int, height: int) -> list[tuple[str, int, int]]:
    return [(rung.name, rung.width, rung.height) for rung in ladder(width, height, Fraction(25))]


def test_a_full_hd_source_gets_every_rung_up_to_its_own() -> None:
    assert names_and_sizes(1920, 1080) == [
        ("360p", 640, 360),
        ("480p", 854, 480),
        ("720p", 1280, 720),
        ("1080p", 1920, 1080),
    ]


def test_a_4k_source_ends_at_1440() -> None:
    assert names_and_sizes(3840, 2160)[-1] == ("1440p", 2560, 1440)


def test_portrait_is_named_by_its_short_side() -> None:
    assert names_and_sizes(1080, 1920)[-1] == ("1080p", 1080, 1920)


def test_a_source_between_two_rungs_ends_at_the_lower() -> None:
    assert names_and_sizes(1278, 718) == [("360p", 640, 360), ("480p", 854, 480)]


def test_a_source_below_the_ladder_gets_its_own_even_size() -> None:
    assert names_and_sizes(65, 37) == [("36p", 64, 36)]


def test_rungs_above_what_is_sharp_are_left_out_but_never_the_lowest() -> None:
    assert [rung.name for rung in ladder(1920, 1080, Fraction(25), sharp_side=480)] == ["360p", "480p"]
    assert [rung.name for rung in ladder(1920, 1080, Fraction(25), sharp_side=100)] == ["360p"]
    assert [rung.name for rung in ladder(64, 36, Fraction(25), sharp_side=10)] == ["36p"]


def test_a_newer_codec_has_the_same_sizes_for_fewer_bits() -> None:
    rungs = ladder(1280, 720, Fraction(25))
    newer = in_codec(rungs, "av1")
    assert [(rung.width, rung.height) for rung in newer] == [(rung.width, rung.height) for rung in rungs]
    assert [rung.name for rung in newer] == ["av1-360p", "av1-480p", "av1-720p"]
    assert all(new.max_bps < old.max_bps for new, old in zip(newer, rungs, strict=True))


@given(SIDES, SIDES)
def test_rungs_are_even_rising_and_never_above_the_source(width: int, height: int) -> None:
    rungs = ladder(width, height, Fraction(30))
    for rung in rungs:
        assert rung.width % 2 == rung.height % 2 == 0
        assert 2 <= rung.width <= width
        assert 2 <= rung.height <= height
    assert [rung.max_bps for rung in rungs] == sorted(rung.max_bps for rung in rungs)
    assert len({rung.name for rung in rungs}) == len(rungs)


@given(SIDES, SIDES)
def test_rungs_keep_the_shape_to_the_pixel(width: int, height: int) -> None:
    for rung in ladder(width, height, Fraction(30)):
        if rung.name in {"360p", "480p", "720p", "1080p", "1440p"}:
            short = min(width, height)
            exact = max(width, height) * min(rung.width, rung.height) / short
            assert abs(max(rung.width, rung.height) - exact) <= 1


def test_fast_pictures_may_use_more() -> None:
    assert ladder(640, 360, Fraction(60))[0].max_bps > ladder(640, 360, Fraction(30))[0].max_bps


@pytest.mark.parametrize(
    ("average", "rate"),
    [
        (None, Fraction(25)),
        (Fraction(10), Fraction(10)),
        (Fraction("12.5"), Fraction("12.5")),
        (Fraction("23.976"), Fraction(24000, 1001)),
        (Fraction("29.97"), Fraction(30000, 1001)),
        (Fraction("29.999"), Fraction(30)),
        (Fraction("29.7"), Fraction(30000, 1001)),
        (Fraction("37.4"), Fraction(60)),
        (Fraction("59.94"), Fraction(60000, 1001)),
        (Fraction(120), Fraction(60)),
        (Fraction(1, 5), Fraction(10)),
    ],
)
def test_rates_become_constant_common_and_bounded(average: Fraction | None, rate: Fraction) -> None:
    assert output_rate(average) == rate
