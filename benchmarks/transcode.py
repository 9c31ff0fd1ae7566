"""The whole job, from the first look at a file to the last stored object, against one FFmpeg command written by hand.

Both make the same renditions, sound and poster of the same 1080p clip from one decode, by the same FFmpeg at the same
priority, in turns. Bar: the job takes at most 1.10 of the command's time.

    python -m benchmarks.transcode [--seconds 60] [--rounds 3]
"""

import argparse
import asyncio
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from statistics import median

from adapters.ffmpeg.binary import find_ffmpeg
from adapters.ffmpeg.processor import FFmpegMediaProcessor
from adapters.filesystem.objects import FileObjectStore
from adapters.memory.system import SystemClock
from benchmarks.harness import finish, progress

CLIP = Path(__file__).parents[1] / "tests" / "media" / "bigbuckbunny.mp4"
RUNGS = (("360p", "640:360", 900), ("480p", "854:480", 1500), ("720p", "1280:720", 3000), ("1080p", "1920:1080", 5500))
# The picture wanders, so that no two rounds through the short clip are the same.
WANDER = "crop=1120:630:80+80*sin(t/3):45+45*cos(t/4),scale=1920:1080,fps=30"


def make_source(ffmpeg: Path, source: Path, seconds: int) -> None:
    """A 1080p clip with 30 frames/s and stereo sound."""
    command = f"{ffmpeg} -v error -nostdin -stream_loop -1 -i {CLIP} -t {seconds} -vf {WANDER}"
    encode = "-c:v libx264 -preset veryfast -crf 18 -c:a aac -ac 2 -ar 48000"
    subprocess.run([*command.split(), *encode.split(), str(source)], check=True)


def by_hand(ffmpeg: Path, source: Path, folder: Path, seconds: int) -> list[str]:
    """What somebody who knows FFmpeg types to get the same files."""
    hls = (
        "-f hls -hls_time 4 -hls_playlist_type vod -hls_segment_type fmp4 -hls_flags independent_segments "
        "-hls_fmp4_init_filename init.mp4 -avoid_negative_ts disabled -hls_segment_filename"
    )
    names = "".join(f"[{name}]" for name, _, _ in RUNGS)
    chains = [f"[0:v]fps=30,split={len(RUNGS) + 1}{names}[poster]"]
    chains += [f"[{name}]scale={size},setsar=1,format=yuv420p[v{name}]" for name, size, _ in RUNGS]
    chains.append(
        f"[poster]select=gte(t\\,{seconds / 10})*isnan(prev_selected_t),scale=1280:720,format=yuvj420p[still]"
    )
    words = ["nice", "-n", "19", str(ffmpeg), "-v", "error", "-nostdin", "-y", "-i", str(source)]
    words += ["-filter_complex", ";".join(chains)]
    for name, _, kilobits in RUNGS:
        (folder / name).mkdir(parents=True)
        encode = (
            f"-map [v{name}] -c:v libx264 -preset veryfast -crf 23 -maxrate {kilobits}k -bufsize {kilobits * 3 // 2}k "
            "-g 242 -sc_threshold 0 -flags +cgop -forced-idr 1 -force_key_frames expr:gte(t,n_forced*4)"
        )
        words += [*encode.split(), *hls.split(), f"{folder}/{name}/%05d.m4s", f"{folder}/{name}/index.m3u8"]
    (folder / "audio").mkdir()
    words += ["-map", "0:a", "-c:a", "aac", "-b:a", "128k", "-ac", "2", "-ar", "48000", *hls.split()]
    words += [f"{folder}/audio/%05d.m4s", f"{folder}/audio/index.m3u8"]
    return [*words, *f"-map [still] -frames:v 1 -q:v 3 -update 1 {folder}/poster.jpg".split()]


def time_by_hand(ffmpeg: Path, source: Path, root: Path, seconds: int) -> float:
    folder = root / "by-hand"
    shutil.rmtree(folder, ignore_errors=True)
    command = by_hand(ffmpeg, source, folder, seconds)
    began = time.perf_counter()
    subprocess.run(command, check=True)
    return time.perf_counter() - began


async def whole_job(ffmpeg: Path, source: Path, root: Path) -> float:
    store = FileObjectStore(
        root / "objects", base_url="http://localhost", signer_secret="of no use here", clock=SystemClock()
    )

    async def chunks() -> AsyncIterator[bytes]:
        with source.open("rb") as file:
            while chunk := file.read(2**20):
                yield chunk

    async def tell(percent: float, stage: str) -> None:
        pass

    await store.put("uploads/clip", chunks(), content_type="video/mp4")
    processor = FFmpegMediaProcessor(store, work_folder=root / "work", ffmpeg=ffmpeg)
    began = time.perf_counter()
    await processor.process("uploads/clip", "videos/clip/1/", progress=tell)
    took = time.perf_counter() - began
    await processor.close()
    await store.close()
    shutil.rmtree(root / "objects")
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="length of the clip")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    ffmpeg = find_ffmpeg()
    jobs, commands = [], []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        source = root / "source.mp4"
        make_source(ffmpeg, source, options.seconds)
        for number in range(options.rounds):
            commands.append(time_by_hand(ffmpeg, source, root, options.seconds))
            jobs.append(asyncio.run(whole_job(ffmpeg, source, root)))
            progress(f"round {number + 1}: by hand {commands[-1]:.2f} s, whole job {jobs[-1]:.2f} s")
    by_hand_seconds, job_seconds = median(commands), median(jobs)
    figures = {
        "by_hand_seconds": by_hand_seconds,
        "whole_job_seconds": job_seconds,
        "ratio": job_seconds / by_hand_seconds,
    }
    finish("transcode", figures, {"ratio": ("<=", 1.10)})


if __name__ == "__main__":
    main()
