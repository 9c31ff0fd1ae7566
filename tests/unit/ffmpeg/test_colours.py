import pytest

from adapters.ffmpeg.colours import Colours


@pytest.mark.parametrize(
    ("words", "colours"),
    [
        (["tv", "bt709", "progressive"], Colours("tv", "bt709", "bt709", "bt709")),
        (["pc", "bt470bg/unknown/unknown"], Colours("pc", "bt470bg")),
        (["gbr/bt709/iec61966-2-1"], Colours("", "gbr", "bt709", "iec61966-2-1")),
        (["Main"], Colours()),
    ],
)
def test_colours_are_read_from_a_description(words: list[str], colours: Colours) -> None:
    assert Colours.described(words) == colours


def test_what_is_not_said_is_guessed_by_size() -> None:
    assert Colours().matrix_of(719) == "smpte170m"
    assert Colours().matrix_of(720) == "bt709"
    assert Colours(matrix="bt470bg").matrix_of(1080) == "bt470"


def test_tones_are_mapped_where_there_are_more_than_the_screen_has() -> None:
    pq = Colours("tv", "bt2020nc", "bt2020", "smpte2084")
    wide = Colours("tv", "bt2020nc", "bt2020", "bt2020-10")
    assert (pq.is_hdr, pq.is_wide) == (True, True)
    assert (wide.is_hdr, wide.is_wide) == (False, True)
    assert "tonemap" in [name for name, _ in pq.to_bt709(640, 360)]
    assert "tonemap" not in [name for name, _ in wide.to_bt709(640, 360)]
