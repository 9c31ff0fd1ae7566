"""Every kind of source, by both FFmpegs, judged by ffprobe."""

from itertools import pairwise
from math import ceil
from pathlib import Path
from typing import NamedTuple

import pytest

from adapters.ffmpeg.processor import FFmpegMediaProcessor
from adapters.memory.objects import MemoryObjectStore
from adapters.testing.media import Told
from streamcore.videos.models.media import Media, Rendition
from tests.integration.media.clips import Clips
from tests.integration.media.judge import TARGET, MeasuredTrack, complaints, fetch, measure, put


class Expected(NamedTuple):
    shown: tuple[int, int]
    rate: float
    audio: bool
    sizes: list[tuple[int, int]]
    seconds: float = 2.0


WIDE_360 = [(640, 360)]
CLIPS = {
    "bigbuckbunny.mp4": Expected((1280, 720), 25, True, [*WIDE_360, (854, 480), (1280, 720)], 5.28),
    "full_hd.mp4": Expected((1920, 1080), 30, True, [*WIDE_360, (854, 480), (1280, 720), (1920, 1080)]),
    "portrait.mp4": Expected((540, 960), 30, True, [(360, 640), (480, 854)]),
    "rotated.mp4": Expected((360, 640), 25, False, [(360, 640)]),
    "odd.mkv": Expected((641, 481), 25, False, [(480, 360), (640, 480)]),
    "anamorphic.mp4": Expected((1024, 576), 25, False, [*WIDE_360, (854, 480)]),
    "no_audio.mp4": Expected((640, 360), 25, False, WIDE_360),
    "mono.mp4": Expected((640, 360), 25, True, WIDE_360),
    "surround.mp4": Expected((640, 360), 25, True, WIDE_360),
    "ntsc.mp4": Expected((640, 360), 30000 / 1001, False, WIDE_360),
    "slow.mp4": Expected((640, 360), 10, False, WIDE_360),
    "fast.mp4": Expected((640, 360), 60, False, WIDE_360),
    "variable.mp4": Expected((640, 360), 60, False, WIDE_360),
    "tiny.mp4": Expected((64, 36), 25, False, [(64, 36)], 1.0),
    "one_frame.mp4": Expected((640, 360), 25, False, WIDE_360, 0.04),
    "hevc_10.mp4": Expected((640, 360), 25, False, WIDE_360),
    "hdr.mp4": Expected((640, 360), 25, False, WIDE_360),
    "rgb.mp4": Expected((640, 360), 25, False, WIDE_360),
    "vp9.webm": Expected((640, 360), 25, True, WIDE_360),
    "live.webm": Expected((640, 360), 25, True, WIDE_360),
    "mpeg4.avi": Expected((640, 360), 25, True, WIDE_360),
    "stream.ts": Expected((640, 360), 25, True, WIDE_360),
    "interlaced.ts": Expected((720, 576), 25, False, [(450, 360), (600, 480)]),
    "late_picture.mp4": Expected((640, 360), 25, True, WIDE_360, 2.7),
}


@pytest.mark.parametrize("name", CLIPS)
async def test_a_source_becomes_a_stream_that_is_what_it_says(
    name: str,
    clips: Clips,
    processor: FFmpegMediaProcessor,
    store: MemoryObjectStore,
    binary: Path,
    tmp_path: Path,
) -> None:
    await put(store, "source", clips.get(name).read_bytes())
    media = await processor.process("source", TARGET, progress=Told())
    master = await fetch(store, tmp_path / "made")
    expected = CLIPS[name]
    assert ((media.width, media.height), media.has_audio) == (expected.shown, expected.audio)
    assert media.frame_rate == pytest.approx(expected.rate, abs=0.001)
    assert media.duration_seconds == pytest.approx(expected.seconds, abs=0.05)
    assert [(one.width, one.height) for one in media.renditions] == expected.sizes
    tracks = [measure(master.parent / one.playlist) for one in media.renditions]
    sound = measure(master.parent / "audio" / "index.m3u8") if media.has_audio else None
    check_alignment(tracks, sound, media)
    for rendition, track in zip(media.renditions, tracks, strict=True):
        check_figures(rendition, track, sound)
    assert complaints(binary, master) == ""
    assert complaints(binary, master.parent / media.poster) == ""


def check_alignment(tracks: list[MeasuredTrack], sound: MeasuredTrack | None, media: Media) -> None:
    """All renditions are cut at the same times, at keyframes, without gaps, once a second (the fixture's length)."""
    cuts = [[segment.start for segment in track.segments] for track in tracks]
    assert all(cut == cuts[0] for cut in cuts)
    assert cuts[0][0] == 0.0
    assert len(cuts[0]) == ceil(media.duration_seconds - 0.01)
    for track in tracks:
        assert all(segment.key for segment in track.segments)
        for segment, following, stated in zip(
            track.segments, [*track.segments[1:], None], track.stated_seconds, strict=True
        ):
            assert segment.end - segment.start == pytest.approx(stated, abs=0.002)
            assert following is None or following.start == pytest.approx(segment.end, abs=0.002)
    if sound:
        assert sound.segments[0].start == pytest.approx(0.0, abs=0.03)
        assert (sound.stream["codec_name"], sound.stream["channels"], sound.stream["sample_rate"]) == (
            "aac",
            2,
            "48000",
        )


def check_figures(rendition: Rendition, track: MeasuredTrack, sound: MeasuredTrack | None) -> None:
    """Each figure of the master against what ffprobe and the file system say."""
    stream = track.stream
    assert (stream["width"], stream["height"]) == (rendition.width, rendition.height)
    assert stream.get("sample_aspect_ratio", "1:1") == "1:1"
    assert (stream["codec_name"], stream["pix_fmt"], stream["profile"]) == (
        "h264",
        "yuv420p",
        PROFILES[rendition.codecs[5:9]],
    )
    assert rendition.codecs[9:11] == f"{stream['level']:02x}"
    assert rendition.codecs[11:] == (",mp4a.40.2" if sound else "")
    assert float(track.frame_rate) == pytest.approx(rendition.frame_rate, abs=0.01)
    both = [track, sound] if sound else [track]
    assert rendition.average_bps == pytest.approx(sum(average(one) for one in both), rel=0.01)
    assert rendition.bitrate_bps == pytest.approx(sum(peak(one) for one in both), rel=0.01)


PROFILES = {"42c0": "Constrained Baseline", "4d40": "Main", "6400": "High"}


def average(track: MeasuredTrack) -> float:
    return 8 * sum(segment.size for segment in track.segments) / sum(track.stated_seconds)


def peak(track: MeasuredTrack) -> float:
    """Of single segments and pairs of them that last 0.5–1.5 s, and no less than the average."""
    lengths = [(segment.size, seconds) for segment, seconds in zip(track.segments, track.stated_seconds, strict=True)]
    pairs = [(a[0] + b[0], a[1] + b[1]) for a, b in pairwise(lengths)]
    target = max(1, round(max(track.stated_seconds)))
    rates = [8 * size / seconds for size, seconds in lengths + pairs if 0.5 * target <= seconds <= 1.5 * target]
    return max([average(track), *rates])
