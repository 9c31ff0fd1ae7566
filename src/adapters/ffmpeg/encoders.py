"""The options of each video encoder: constant quality (CRF), under the cap of the rung, cut where it is told to."""

from collections.abc import Callable, Mapping
from typing import Any

from adapters.ffmpeg.ladder import Codec, Rung

Options = dict[str, Any]
_SVT_PRESET = 10  # of 0–13: as fast as x264 at veryfast
# How many times the work of `veryfast` x264's and x265's slower presets make, roughly and rather too many
_SLOWER: Mapping[str, int] = {
    "faster": 2,
    "fast": 2,
    "medium": 3,
    "slow": 6,
    "slower": 15,
    "veryslow": 30,
    "placebo": 150,
}
_HEVC_EFFORT, _AV1_EFFORT = 8, 6


def _capped(rung: Rung) -> Options:
    return {"crf": rung.crf, "maxrate": rung.max_bps, "bufsize": rung.max_bps * 3 // 2}


def _h264(rung: Rung, preset: str, threads: int) -> Options:
    return {
        "c:v": "libx264",
        "preset": preset,
        **_capped(rung),
        "sc_threshold": 0,
        "flags": "+cgop",
        "forced-idr": 1,
        "threads": threads,
    }


def _hevc(rung: Rung, preset: str, threads: int) -> Options:
    parameters = "log-level=error:scenecut=0:open-gop=0" + (f":pools={threads}" if threads else "")
    return {
        "c:v": "libx265",
        "preset": preset,
        **_capped(rung),
        "forced-idr": 1,
        "x265-params": parameters,
        "tag:v": "hvc1",  # what Apple's players ask for: parameter sets in the initialisation segment only
    }


def _av1(rung: Rung, preset: str, threads: int) -> Options:
    """SVT-AV1, older releases of which ignore forced keyframes but keep a constant distance (``g``)."""
    parameters = f"mbr={rung.max_bps // 1000}:scd=0:enable-tf=0" + (f":lp={threads}" if threads else "")
    return {"c:v": "libsvtav1", "preset": _SVT_PRESET, "crf": rung.crf, "svtav1-params": parameters}


def effort(codec: Codec, preset: str) -> int:
    """How many times the work of x264 at ``veryfast`` a pixel takes."""
    if codec == "av1":
        return _AV1_EFFORT
    return _SLOWER.get(preset, 1) * (_HEVC_EFFORT if codec == "hevc" else 1)


ENCODERS: Mapping[Codec, Callable[[Rung, str, int], Options]] = {"h264": _h264, "hevc": _hevc, "av1": _av1}
