from fractions import Fraction

from adapters.ffmpeg.ladder import ladder
from adapters.ffmpeg.sharpness import comparisons, moments, sharp_side

COMPARED = comparisons(ladder(1280, 720, Fraction(25)))


def said(**lost: int) -> str:
    lines = [f"[metadata@r{name[1:]} @ 0x55] lavfi.signalstats.YMAX={value}" for name, value in lost.items()]
    return "\n".join(["[metadata@720p @ 0x55] frame:0    pts:0", *lines]).replace("@r", "@")


def test_neighbours_are_compared() -> None:
    assert [(one.smaller.name, one.larger.name) for one in COMPARED] == [("360p", "480p"), ("480p", "720p")]


def test_the_largest_rung_that_shows_more_is_found() -> None:
    assert sharp_side(said(_720p=16, _480p=20), COMPARED) == 720
    assert sharp_side(said(_720p=9, _480p=20), COMPARED) == 480
    assert sharp_side(said(_720p=9, _480p=9), COMPARED) == 360


def test_one_sharp_frame_is_enough() -> None:
    assert sharp_side(said(_720p=1, _480p=1) + "\n" + said(_720p=14), COMPARED) == 720


def test_what_could_not_be_compared_is_not_known() -> None:
    assert sharp_side("", COMPARED) is None


def test_moments_lie_within_the_picture() -> None:
    assert all(0 < moment < 2 for moment in moments(2))
