"""Every FFmpeg command line of this adapter, composed by ffmpeg-python.

The input is always opened by a pinned demuxer and by the ``file`` protocol alone; nothing in an upload can make FFmpeg
open another file or a host.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg

from adapters.ffmpeg.ladder import Rung
from adapters.ffmpeg.probe import SourceFacts

AUDIO_BPS = 128_000
AUDIO_RATE = 48_000
_POSTER_SHORT_SIDE = 720

# PQ and HLG (ITU-R BT.2100) → BT.709: to linear light, map the tones, back. Hable's curve keeps highlights.
_HDR_TO_SDR: tuple[tuple[str, dict[str, Any]], ...] = (
    ("zscale", {"t": "linear", "npl": 100}),
    ("format", {"pix_fmts": "gbrpf32le"}),
    ("zscale", {"p": "bt709"}),
    ("tonemap", {"tonemap": "hable", "desat": 0}),
    ("zscale", {"t": "bt709", "m": "bt709", "r": "tv"}),
    ("format", {"pix_fmts": "yuv420p"}),
)


@dataclass(frozen=True, slots=True)
class Encoding:
    """How to encode; ``threads`` 0 lets FFmpeg choose."""

    segment_seconds: float = 4.0
    preset: str = "veryfast"
    crf: int = 23
    threads: int = 0


def first_frame(binary: Path, source: Path, demuxer: str) -> list[str]:
    """Describe the input on stderr and its first frame as shown (decoded, rotated) on stdout."""
    output = _input(source, demuxer)["V:0"].output("pipe:1", format="framecrc", vframes=1)
    return _compile(binary, output, "info")


def packets(binary: Path, source: Path, demuxer: str, video: int, audio: int | None) -> list[str]:
    """List every packet of one video and one audio stream on stdout, decoding nothing."""
    input = _input(source, demuxer)
    streams = [input[str(index)] for index in (video, audio) if index is not None]
    output = ffmpeg.output(*streams, "pipe:1", format="framecrc", c="copy")
    return _compile(binary, output, "error")


def transcode(
    binary: Path, source: Path, facts: SourceFacts, rungs: Sequence[Rung], encoding: Encoding, folder: Path
) -> list[str]:
    """Make all renditions, the audio and the poster in ``folder`` from one decode; progress on stdout."""
    input = _input(source, facts.demuxer)
    branches = _picture(input, facts).filter_multi_output("split", len(rungs) + 1)
    outputs = [
        _video(branches.stream(number), rung, facts, encoding, folder / rung.name) for number, rung in enumerate(rungs)
    ]
    outputs.append(_poster(branches.stream(len(rungs)), facts, folder / "poster.jpg"))
    if facts.audio is not None:
        outputs.append(_audio(input[str(facts.audio)], encoding, folder / "audio"))
    return _compile(binary, ffmpeg.merge_outputs(*outputs), "error", "-progress", "pipe:1", "-stats_period", "0.5")


def filters(binary: Path) -> list[str]:
    """List the filters that the binary was built with."""
    return [str(binary), "-hide_banner", "-nostdin", "-filters"]


def _poster_size(facts: SourceFacts) -> tuple[int, int]:
    """The picture's own size, or 720 pixels on its short side if that is larger; even."""
    short = min(facts.width, facts.height)
    ratio = Fraction(min(short, _POSTER_SHORT_SIDE), short)
    return max(2, int(facts.width * ratio) // 2 * 2), max(2, int(facts.height * ratio) // 2 * 2)


def _input(source: Path, demuxer: str) -> Any:
    return ffmpeg.input(f"file:{source}", format=demuxer, protocol_whitelist="file")


def _compile(binary: Path, output: Any, level: str, *extra: str) -> list[str]:
    general = ("-hide_banner", "-nostdin", "-nostats", "-loglevel", level, *extra)
    command: list[str] = output.global_args(*general).compile(cmd=str(binary), overwrite_output=True)
    return command


def _picture(input: Any, facts: SourceFacts) -> Any:
    """What all renditions share: constant rate from time 0, no interlacing, standard dynamic range."""
    picture = input[str(facts.video)]
    if facts.interlaced:
        picture = picture.filter("bwdif", mode="send_frame", deint="interlaced")
    picture = picture.filter("fps", fps=f"{facts.rate.numerator}/{facts.rate.denominator}", start_time=0)
    if facts.tone_map:
        for name, options in _HDR_TO_SDR:
            picture = picture.filter(name, **options)
    return picture


def _scaled(picture: Any, width: int, height: int, **options: str) -> Any:
    return picture.filter("scale", width, height, **options).filter("setsar", "1")


def _video(picture: Any, rung: Rung, facts: SourceFacts, encoding: Encoding, folder: Path) -> Any:
    colour = {"out_color_matrix": "bt709", "out_range": "tv"} if facts.is_rgb else {}
    picture = _scaled(picture, rung.width, rung.height, **colour).filter("format", "yuv420p")
    if facts.is_rgb:
        picture = picture.filter("setparams", colorspace="bt709", range="tv")
    seconds = encoding.segment_seconds
    # Keyframes are forced by time, so that every rendition has them at the same frames; ``g`` must not add any.
    settings = {
        "c:v": "libx264",
        "preset": encoding.preset,
        "crf": encoding.crf,
        "maxrate": rung.max_bps,
        "bufsize": rung.max_bps * 3 // 2,
        "g": int(facts.rate * Fraction(seconds) * 2) + 2,
        "sc_threshold": 0,
        "flags": "+cgop",
        "forced-idr": 1,
        "force_key_frames": f"expr:gte(t,n_forced*{seconds:g})",
        "threads": encoding.threads,
    }
    return _hls(picture, folder, seconds, settings)


def _audio(sound: Any, encoding: Encoding, folder: Path) -> Any:
    """Stereo AAC from time 0; gaps and a late beginning are filled with silence."""
    sound = sound.filter("aresample", AUDIO_RATE, **{"async": 1, "first_pts": 0})
    settings = {"c:a": "aac", "b:a": AUDIO_BPS, "ac": 2}
    return _hls(sound, folder, encoding.segment_seconds, settings)


def _hls(stream: Any, folder: Path, seconds: float, settings: dict[str, Any]) -> Any:
    """Fragmented MP4 segments that appear under their names when they are whole (``temp_file``)."""
    return stream.output(
        str(folder / "index.m3u8"),
        format="hls",
        hls_time=seconds,
        hls_playlist_type="vod",
        hls_segment_type="fmp4",
        hls_flags="independent_segments+temp_file",
        hls_fmp4_init_filename="init.mp4",
        hls_segment_filename=str(folder / "%05d.m4s"),
        # Otherwise the muxer moves the picture late by the reordering of B-frames, and the separate sound not.
        avoid_negative_ts="disabled",
        map_metadata=-1,
        map_chapters=-1,
        **settings,
    )


def _poster(picture: Any, facts: SourceFacts, path: Path) -> Any:
    chosen = picture.filter("select", f"gte(t,{facts.poster_seconds:.3f})*isnan(prev_selected_t)")
    image = _scaled(chosen, *_poster_size(facts), out_range="pc").filter("format", "yuvj420p")
    return image.output(str(path), format="image2", update=1, vframes=1, qscale=3, map_metadata=-1)
