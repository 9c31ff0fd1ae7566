"""Every FFmpeg command line of this adapter, composed by ffmpeg-python.

The input is always opened by a pinned demuxer and by the ``file`` protocol alone; nothing in an upload can make FFmpeg
open another file or a host.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Any

import ffmpeg

from adapters.ffmpeg import audio, pictures
from adapters.ffmpeg.colours import MARKS
from adapters.ffmpeg.encoders import ENCODERS
from adapters.ffmpeg.ladder import Codec, Rung, in_codec
from adapters.ffmpeg.probe import SourceFacts
from adapters.ffmpeg.sharpness import Comparison

MOST_PIXELS = 8192 * 8192
"""Of a picture that a decoder may begin with: a backstop against frames that grow in the midst of a stream."""

AUDIO_BPS = 128_000
MEASURED_BYTES = audio.RATE * 2 * 2  # a second of what `measure_sound` decodes
_CUT_SLACK, _SOUND_SLACK = 0.0005, 0.000001  # seconds
_RUN_UP = 2  # seconds to decode before a chunk, at least
_PROGRESS = ("-progress", "pipe:1", "-stats_period", "0.5")
SEAMS = "seams.txt"
Filter = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Encoding:
    """How to encode; ``threads`` 0 lets FFmpeg choose, ``preset`` is that of x264 and x265, ``extra`` a codec
    that all renditions are made in a second time. ``growing`` playlists are written anew with each segment."""

    segment_seconds: float = 4.0
    preset: str = "veryfast"
    threads: int = 0
    extra: Codec | None = None
    growing: bool = False

    def rungs(self, facts: SourceFacts) -> tuple[Rung, ...]:
        """The ladder in H.264, which everything plays, and then in the extra codec if there is one."""
        return (*facts.rungs, *(in_codec(facts.rungs, self.extra) if self.extra else ()))

    def encoder(self, rung: Rung) -> dict[str, Any]:
        """FFmpeg's options for one rendition: constant quality, under the rung's cap."""
        return ENCODERS[rung.codec](rung, self.preset, self.threads)


@dataclass(frozen=True, slots=True)
class Cut:
    """A part of a picture at constant rate; ``frames`` None: to its end."""

    first_segment: int
    first_frame: int
    frames: int | None


def first_frame(binary: Path, source: Path, demuxer: str, video: int | None = None) -> list[str]:
    """Describe the input on stderr and the first frame of a stream as shown (decoded, rotated) on stdout; of the first
    stream that is no cover picture by default."""
    stream = "V:0" if video is None else str(video)
    output = _input(source, demuxer)[stream].output("pipe:1", format="framecrc", vframes=1)
    return _compile(binary, output, "info")


def packets(binary: Path, source: Path, demuxer: str, video: int, sound: int | None) -> list[str]:
    """List every packet of one video and one audio stream on stdout, decoding nothing."""
    input = _input(source, demuxer)
    streams = [input[str(index)] for index in (video, sound) if index is not None]
    output = ffmpeg.output(*streams, "pipe:1", format="framecrc", c="copy")
    return _compile(binary, output, "error")


def every_packet(binary: Path, source: Path, demuxer: str) -> list[str]:
    """List the packets of every track on stdout, also of those that nobody knows to decode."""
    output = _input(source, demuxer).output("pipe:1", format="framecrc", c="copy", map=0, copy_unknown=None)
    return _compile(binary, output, "error")


def measure_sound(binary: Path, source: Path, demuxer: str, stream: int) -> list[str]:
    """Decode one sound, in stereo as it will be heard, and tell its loudness and amount on stderr; progress on
    stdout."""
    output = _input(source, demuxer)[str(stream)].output("-", format="null", af=audio.measuring())
    return _compile(binary, output, "info", "-progress", "pipe:1")


def compare_sizes(
    binary: Path, source: Path, facts: SourceFacts, moments: Sequence[float], comparisons: Sequence[Comparison]
) -> list[str]:
    """Tell on stderr what each pair of rungs differs by, in the frame at the keyframe before each of the moments."""
    inputs = [_input(source, facts.demuxer, ss=f"{moment:.3f}", noaccurate_seek=None) for moment in moments]
    largest = comparisons[-1].larger
    frames = [
        _filtered(input[str(facts.video)], ("trim", {"end_frame": 1}), ("setpts", {"expr": "0"})).filter(
            "scale", largest.width, largest.height, flags="lanczos"
        )
        for input in inputs
    ]
    joined = ffmpeg.concat(*frames, v=1, a=0).filter("format", "gray")
    branches = joined.filter_multi_output("split", 2 * len(comparisons))
    outputs = [
        comparison.of(branches.stream(2 * number), branches.stream(2 * number + 1)).output("-", format="null")
        for number, comparison in enumerate(comparisons)
    ]
    return _compile(binary, ffmpeg.merge_outputs(*outputs), "info")


def transcode(
    binary: Path,
    source: Path,
    facts: SourceFacts,
    rungs: Sequence[Rung],
    encoding: Encoding,
    folder: Path,
    *,
    seams: Sequence[int] = (),
) -> list[str]:
    """Make all renditions, the audio and the images in ``folder`` from one decode; progress on stdout.

    Of the frames with the numbers ``seams`` the checksums go to `SEAMS` there.
    """
    input = _input(source, facts.demuxer, **_size_may_change(facts))
    branches = _picture(input, facts).filter_multi_output("split", 2 + bool(seams))
    timing = _Timing(facts)
    outputs = _renditions(branches.stream(0), facts, rungs, encoding, folder, timing)
    outputs += pictures.outputs(timing.of(branches.stream(1)), facts, folder)
    if seams:
        outputs.append(_checksums(timing.of(branches.stream(2)), seams, folder))
    if facts.audio is not None:
        outputs.append(_audio(input[str(facts.audio)], facts, encoding, folder / "audio"))
    return _compile(binary, ffmpeg.merge_outputs(*outputs), "error", *_PROGRESS)


def better(
    binary: Path, source: Path, facts: SourceFacts, rungs: Sequence[Rung], encoding: Encoding, folder: Path
) -> list[str]:
    """Make these renditions in ``folder`` from one decode, and nothing else; progress on stdout."""
    picture = _picture(_input(source, facts.demuxer, **_size_may_change(facts)), facts)
    outputs = _renditions(picture, facts, rungs, encoding, folder, _Timing(facts))
    return _compile(binary, ffmpeg.merge_outputs(*outputs), "error", *_PROGRESS)


def chunk(
    binary: Path,
    source: Path,
    facts: SourceFacts,
    rungs: Sequence[Rung],
    encoding: Encoding,
    folder: Path,
    cut: Cut,
) -> list[str]:
    """Make a part of these renditions in ``folder``, its first frame at time 0; progress on stdout.

    Decoding begins at a keyframe some time before, with the times that the whole source has, so that the frames are
    those of the uncut picture, also where its rate varies. Their checksums at both ends go to `SEAMS`.
    """
    begins = cut.first_frame / facts.rate
    seek = {"ss": f"{float(begins) - _RUN_UP:.6f}", "noaccurate_seek": None} if begins > _RUN_UP else {}
    input = _input(source, facts.demuxer, **seek, **_size_may_change(facts))
    timing = _Timing(facts, cut)
    branches = _picture(input, facts).filter_multi_output("split", 2)
    ends = [0] if cut.frames is None else [0, cut.frames - 1]
    outputs = _renditions(branches.stream(0), facts, rungs, encoding, folder, timing, start_number=cut.first_segment)
    outputs.append(_checksums(timing.of(branches.stream(1)), ends, folder))
    whole_times = ("-copyts", "-start_at_zero")
    return _compile(binary, ffmpeg.merge_outputs(*outputs), "error", *whole_times, *_PROGRESS)


def _renditions(
    picture: Any,
    facts: SourceFacts,
    rungs: Sequence[Rung],
    encoding: Encoding,
    folder: Path,
    timing: "_Timing",
    **options: Any,
) -> list[Any]:
    branches = picture.filter_multi_output("split", len(rungs))
    return [
        _video(branches.stream(number), rung, facts, encoding, folder / rung.name, timing, **options)
        for number, rung in enumerate(rungs)
    ]


def _checksums(picture: Any, frames: Sequence[int], folder: Path) -> Any:
    chosen = picture.filter("select", "+".join(f"eq(n,{frame})" for frame in frames))
    return chosen.output(str(folder / SEAMS), format="framecrc", fps_mode="passthrough")


def images(binary: Path, source: Path, facts: SourceFacts, folder: Path) -> list[str]:
    """Make the images in ``folder`` and nothing else; progress on stdout."""
    picture = _picture(_input(source, facts.demuxer), facts)
    outputs = pictures.outputs(_Timing(facts).of(picture), facts, folder)
    return _compile(binary, ffmpeg.merge_outputs(*outputs), "error", "-progress", "pipe:1", "-stats_period", "0.5")


def _size_may_change(facts: SourceFacts) -> dict[str, Any]:
    """A picture whose size changes in its midst (a call, a recorded window) must not begin anew: with these filters
    every one of them takes that, or scales it away."""
    steady = facts.interlaced or facts.has_alpha or facts.convert_wide
    return {} if steady else {"reinit_filter:v": 0}


def filters(binary: Path) -> list[str]:
    """List the filters that the binary was built with."""
    return [str(binary), "-hide_banner", "-nostdin", "-filters"]


def _input(source: Path, demuxer: str, **options: Any) -> Any:
    """The upload, as the one thing that may be opened: by this demuxer, which may not call another, from a file.

    Tracks of a mov that lie in other files stay unread (FFmpeg's default, which a later one must not change).
    """
    pinned: dict[str, Any] = {
        "format": demuxer,
        "format_whitelist": demuxer,
        "protocol_whitelist": "file",
        "max_pixels": MOST_PIXELS,
    }
    if demuxer == "mov":
        pinned |= {"enable_drefs": 0, "use_absolute_path": 0}
    return ffmpeg.input(f"file:{source}", **pinned, **options)


def _compile(binary: Path, output: Any, level: str, *extra: str) -> list[str]:
    general = ("-hide_banner", "-nostdin", "-nostats", "-loglevel", level, *extra)
    command: list[str] = output.global_args(*general).compile(cmd=str(binary), overwrite_output=True)
    return command


def segment_frames(rate: Fraction, seconds: float) -> int:
    """Frames of every segment but the last: a whole number of them that lasts ``seconds`` or just more.

    Counted and not timed, all segments last equally long, at 29.97 frames/s too, and every encoder cuts alike.
    """
    return max(1, ceil(rate * Fraction(seconds).limit_denominator(1000)))


def _filtered(stream: Any, *filters: Filter) -> Any:
    for name, options in filters:
        stream = stream.filter(name, **options)
    return stream


def _picture(input: Any, facts: SourceFacts) -> Any:
    """What all renditions share: no interlacing, nothing to be seen through, no wider gamut than BT.709."""
    picture = input[str(facts.video)]
    if facts.interlaced:
        picture = picture.filter("bwdif", mode="send_frame", deint="interlaced")
    if facts.has_alpha:
        opaque = "gbrap" if facts.is_rgb else "yuva444p"
        picture = _filtered(picture, ("format", {"pix_fmts": opaque}), ("premultiply", {"inplace": 1}))
    if facts.convert_wide:
        top = facts.rungs[-1]
        picture = _filtered(picture, *facts.colours.to_bt709(top.width, top.height))
    return picture


@dataclass(frozen=True, slots=True)
class _Timing:
    """Constant rate from the beginning to the end of the sound, or within a cut, there from time 0.

    It comes behind every filter that makes frames anew: FFmpeg fills a gap in the picture at once, and the frames
    that it queues for the encoder must all be the same piece of memory.
    """

    facts: SourceFacts
    cut: Cut | None = None

    def of(self, picture: Any) -> Any:
        facts = self.facts
        begins = self.cut.first_frame / facts.rate if self.cut else Fraction(0)
        rate = f"{facts.rate.numerator}/{facts.rate.denominator}"
        picture = picture.filter("fps", fps=rate, start_time=_seconds(begins))
        if facts.demuxer == "ogg":  # where the last frame is said to last as long as all since the last keyframe
            picture = picture.filter("trim", end=f"{facts.picture_seconds:.3f}")
        if (missing := facts.duration - facts.picture_seconds) > 0:
            picture = picture.filter("tpad", stop_mode="clone", stop_duration=f"{missing:.3f}")
        if self.cut is None:
            return picture
        if self.cut.frames is not None:
            picture = picture.filter("trim", end_frame=self.cut.frames)
        return picture.filter("setpts", "PTS-STARTPTS")


def _seconds(time: Fraction) -> str:
    return f"{float(time):.6f}" if time else "0"


def _video(
    picture: Any, rung: Rung, facts: SourceFacts, encoding: Encoding, folder: Path, timing: _Timing, **options: Any
) -> Any:
    picture = pictures.scaled(picture, facts, rung.width, rung.height, out_color_matrix="bt709", out_range="tv")
    picture = timing.of(_filtered(picture.filter("format", "yuv420p"), MARKS))
    frames = segment_frames(facts.rate, encoding.segment_seconds)
    settings = {
        **encoding.encoder(rung),
        # The same frames in every rendition; the slack keeps FFmpeg from missing one by its rounding of times.
        "g": frames,
        "force_key_frames": f"expr:not(mod(n,{frames}))",
        **_playlist(encoding),
        **options,
    }
    return _hls(picture, folder, float(frames / facts.rate) - _CUT_SLACK, settings)


def _audio(sound: Any, facts: SourceFacts, encoding: Encoding, folder: Path) -> Any:
    frames = segment_frames(facts.rate, encoding.segment_seconds)
    settings = {"af": audio.preparing(facts), "c:a": "aac", "b:a": AUDIO_BPS, "ac": 2, "ar": audio.RATE}
    settings |= {"t": f"{audio.microseconds(facts)}us", **_playlist(encoding)}
    # The slack leaves a sound that ends with a segment in that segment.
    return _hls(sound, folder, float(frames / facts.rate) + _SOUND_SLACK, settings)


def _playlist(encoding: Encoding) -> dict[str, Any]:
    return {"hls_playlist_type": "event" if encoding.growing else "vod"}


def _hls(stream: Any, folder: Path, seconds: float, settings: dict[str, Any]) -> Any:
    """Fragmented MP4 segments that appear under their names when they are whole (``temp_file``).

    ``folder`` is named as seen from the folder that the process starts in, beside the one above it: the muxer fills in
    every % of a path, also of a data folder that happens to have one, and knows no escape.
    """
    seen = Path("..", folder.parent.name, folder.name)
    return stream.output(
        str(seen / "index.m3u8"),
        format="hls",
        hls_time=f"{seconds:.6f}",
        hls_segment_type="fmp4",
        hls_flags="independent_segments+temp_file",
        hls_fmp4_init_filename="init.mp4",
        hls_segment_filename=str(seen / "%05d.m4s"),
        # Otherwise the muxer moves the picture late by the reordering of B-frames, and the separate sound not.
        avoid_negative_ts="disabled",
        map_metadata=-1,
        map_chapters=-1,
        **settings,
    )
