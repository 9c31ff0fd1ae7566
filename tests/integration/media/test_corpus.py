"""Every kind of real file becomes a stream of the right length, shape, colours, and sound in time with the picture."""

from fractions import Fraction
from math import isclose
from pathlib import Path

import pytest

from adapters.ffmpeg.playlists import AUDIO_PLAYLIST
from streamcore.videos.models.media import Media
from tests.integration.media.conftest import BINARIES
from tests.integration.media.corpus import CORPUS, Case
from tests.integration.media.judge import complaints
from tests.integration.media.made import Workshop
from tests.integration.media.playing import check_corners
from tests.integration.media.watching import Timeline, Watched, hear, timeline, watch

TOGETHER = 0.05  # seconds: picture and sound
# The packaged FFmpeg is a newer one; these go different ways through it.
BY_BOTH = {"turned_90.mp4", "surround.mp4", "still.mp4", "edit_list.mp4", "wraps.ts", "hdr_pq.mp4", "two_of_each.mkv",
           "damaged_sound_first.mp4", "theora.ogv", "size_changes.ts", "channels_change.ts", "rgb.mp4",
           "subtitles_timecode.mov", "chapters.mkv"}  # fmt: skip
RUNS = [(case, name) for case in CORPUS for name in BINARIES if name == "system" or case.name in BY_BOTH]


@pytest.mark.parametrize(("case", "binary"), RUNS, ids=[f"{case.name}-{binary}" for case, binary in RUNS])
async def test_the_stream_shows_what_the_file_holds(case: Case, binary: str, workshop: Workshop) -> None:
    made = await workshop.get(case, BINARIES[binary])
    media = made.media
    assert ((media.width, media.height), media.has_audio) == ((case.width, case.height), case.has_audio)
    assert media.duration_seconds == pytest.approx(case.seconds, abs=0.2)
    check_shape(media)
    tracks = [timeline(made.folder / one.playlist) for one in media.renditions]
    check_cuts(tracks, case.seconds)
    best = made.folder / media.renditions[-1].playlist
    check_picture(case, watch(best, Fraction(tracks[-1].stream["r_frame_rate"])))
    if case.has_audio:
        check_sound(case, made.folder / AUDIO_PLAYLIST)
    assert complaints(BINARIES["system"], made.master) == ""


def check_shape(media: Media) -> None:
    for rendition in media.renditions:
        exact = media.width / media.height
        assert isclose(rendition.width / rendition.height, exact, rel_tol=2 / min(rendition.width, rendition.height))


def check_cuts(tracks: list[Timeline], seconds: float) -> None:
    """All renditions begin at 0, last as long, and are cut at the same keyframes."""
    for track in tracks:
        assert track.begin == 0.0
        assert track.end == pytest.approx(seconds, abs=0.2)
        assert track.segments == pytest.approx(tracks[0].segments, abs=0.001)
        assert track.keyframes == pytest.approx(track.segments, abs=0.002)


def check_picture(case: Case, watched: Watched) -> None:
    middle_of_it = len(watched.frames) // 2
    for frame in (0, middle_of_it, len(watched.frames) - 1):
        check_corners(case, watched.corners(frame))
    if case.flash is None:
        assert watched.flash is None
    else:
        assert watched.flash == pytest.approx(case.flash, abs=TOGETHER)


def check_sound(case: Case, playlist: Path) -> None:
    track, heard = timeline(playlist), hear(playlist)
    assert (track.stream["codec_name"], track.stream["channels"], track.stream["sample_rate"]) == ("aac", 2, "48000")
    assert track.begin == pytest.approx(0.0, abs=0.03)
    assert heard.seconds == pytest.approx(case.seconds, abs=0.2)
    assert case.beep is not None
    assert heard.beep == pytest.approx(case.beep, abs=TOGETHER)
    within = case.beep + 0.05, case.beep + 0.15
    left, right = heard.level(heard.left, *within), heard.level(heard.right, *within)
    assert left > 1000
    assert left == pytest.approx(right, rel=0.1)
