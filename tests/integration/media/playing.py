"""What a browser must have shown, and let be heard, of a clip of the corpus."""

from collections.abc import Sequence

import pytest

from tests.e2e.browser import Colour, Played, Player
from tests.integration.media.corpus import Case

RED, GREEN, BLUE, YELLOW = (1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0)


def check_played(case: Case, played: Played) -> None:
    assert played.errors == ()
    assert played.duration == pytest.approx(case.seconds, abs=0.2)
    assert played.position == played.duration
    assert played.seconds_played == pytest.approx(played.duration, abs=0.1)
    within = 2 / min(played.width, played.height)  # renditions have even sizes
    assert played.width / played.height == pytest.approx(case.width / case.height, rel=within)
    if case.has_audio:
        assert played.audio_bytes > 0
        assert played.loudest > 0.1, "nobody hears the beep"
    else:
        assert (played.audio_bytes, played.loudest) == (0, 0.0)


async def check_picture(case: Case, player: Player) -> None:
    """The right way up in the right colours, and the flash when it is due."""
    dark = [0.0, case.seconds - 0.02] if case.flash is None else [case.flash - 0.1, case.seconds - 0.02]
    for seconds in dark:
        seen = await player.look(seconds)
        check_corners(case, seen.corners)
        assert max(seen.middle) < 60, f"a flash at {seconds} s"
    if case.flash is not None:
        seen = await player.look(case.flash + 0.1)
        check_corners(case, seen.corners)
        assert min(seen.middle) > 195, "no flash"


def check_corners(case: Case, corners: Sequence[Colour]) -> None:
    # One sample of colour stands for 2 × 2 pixels, so in a tiny picture it runs over the edges.
    tolerance = 30 if min(case.width, case.height) > 40 else 120
    for seen, (red, green, blue) in zip(corners, (RED, GREEN, BLUE, YELLOW), strict=True):
        meant = red * case.white, green * case.white, blue * case.white
        assert not case.quadrants or near(seen, meant, tolerance), corners


def near(seen: Colour, meant: Colour, tolerance: float) -> bool:
    return all(abs(one - other) <= tolerance for one, other in zip(seen, meant, strict=True))
