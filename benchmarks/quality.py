"""How near each rendition comes to its source, by SSIM and VMAF, and what it weighs.

The source is scaled to the rendition (Lanczos) and compared with it frame by frame: SSIM of the luma as the mean, VMAF
(model v0.6.1) as the mean and the worst frame. The clip is natural content of its own size; nothing is enlarged, so
there are only renditions up to its 720p. Bar: a mean VMAF of 90 from 720p on.

    python -m benchmarks.quality [--codec av1|hevc]

VMAF needs an FFmpeg with libvmaf: the packaged one (imageio-ffmpeg).
"""

import argparse
import asyncio
import json
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Literal

from adapters.ffmpeg.binary import find_ffmpeg, packaged_ffmpeg
from adapters.ffmpeg.process import Limits
from adapters.ffmpeg.processor import FFmpegMediaProcessor
from adapters.memory.objects import MemoryObjectStore
from benchmarks.harness import finish, progress
from benchmarks.transcode import CLIP
from streamcore.videos.models.media import Media, Rendition

LEAST_VMAF, FROM_SIDE = 90.0, 720


async def make(root: Path, codec: Literal["av1", "hevc"] | None) -> Media:
    """The stream of the clip in ``root``, in segments of 4 s, by the FFmpeg that a worker would take."""
    store = MemoryObjectStore()

    async def tell(percent: float, stage: str) -> None:
        pass

    await store.put_file("clip", CLIP, content_type="video/mp4")
    # Not at the lowest priority: it is not the time that counts here.
    limits = Limits(nice=0)
    processor = FFmpegMediaProcessor(store, work_folder=root / "work", limits=limits, extra_codec=codec)
    media = await processor.process("clip", "made/", progress=tell)
    await processor.close()
    for info in [info async for info in store.list("made/")]:
        path = root / info.key
        path.parent.mkdir(parents=True, exist_ok=True)
        async with store.get(info.key) as chunks:
            path.write_bytes(b"".join([chunk async for chunk in chunks]))
    return media


def ssim(playlist: Path, rendition: Rendition) -> float:
    said = compare(find_ffmpeg(), playlist, rendition, "ssim")
    return float(re.findall(r"SSIM Y:([\d.]+)", said)[-1])


def vmaf(binary: Path, playlist: Path, rendition: Rendition, log: Path) -> tuple[float, float]:
    """The mean and the worst frame."""
    compare(binary, playlist, rendition, f"libvmaf=n_threads=2:log_fmt=json:log_path={log}")
    pooled = json.loads(log.read_text())["pooled_metrics"]["vmaf"]
    return pooled["mean"], pooled["min"]


def compare(binary: Path, playlist: Path, rendition: Rendition, measure: str) -> str:
    size = f"{rendition.width}:{rendition.height}"
    # Without the same marks FFmpeg would convert one to the other's colours before it compares.
    same = "setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709,settb=AVTB,setpts=PTS-STARTPTS"
    graph = f"[1:v]scale={size}:flags=lanczos,format=yuv420p,{same}[source];[0:v]{same}[made];[made][source]{measure}"
    command = [str(binary), "-nostdin", "-hide_banner", "-nostats", "-i", str(playlist), "-i", str(CLIP)]
    line = [*command, "-filter_complex", graph, "-an", "-f", "null", "-"]
    return subprocess.run(line, check=True, capture_output=True, text=True).stderr


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--codec", choices=["av1", "hevc"], help="measure this ladder too")
    options = parser.parse_args()
    binary = packaged_ffmpeg()
    if binary is None:
        parser.error("imageio-ffmpeg is not installed")
    figures: dict[str, float] = {}
    bars: dict[str, tuple[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        media = asyncio.run(make(root, options.codec))
        made = root / "made"
        for rendition in media.renditions:
            playlist, name = made / rendition.playlist, rendition.name
            mean, worst = vmaf(binary, playlist, rendition, root / "vmaf.json")
            size = sum(path.stat().st_size for path in playlist.parent.iterdir())
            figures |= {f"{name}_ssim": ssim(playlist, rendition), f"{name}_vmaf": mean, f"{name}_vmaf_worst": worst}
            figures[f"{name}_bytes"] = size
            progress(f"{name}: SSIM {figures[f'{name}_ssim']:.4f}, VMAF {mean:.1f} (worst {worst:.1f}), {size} bytes")
            if min(rendition.width, rendition.height) >= FROM_SIDE:
                bars[f"{name}_vmaf"] = (">=", LEAST_VMAF)
        figures["total_bytes"] = sum(path.stat().st_size for path in made.rglob("*") if path.is_file())
    finish("quality", figures, bars)


if __name__ == "__main__":
    main()
