"""The whole job, from the first look at a file to the last stored object, against what one types by hand for the same.

By hand: one FFmpeg command that decodes a 1080p clip once and makes four renditions, sound at the common loudness, 20
pictures to choose from, the sheet of the timeline and the grey frames of the fingerprint; then one for five cards and
one for the sound by itself and its fingerprint. Ours, by the same FFmpeg at the same priority, in turns, also looks at
the source, measures its loudness and its sharpness, chooses the pictures, hashes the frames, and stores everything.
Bars: the job takes at most 1.10 of the time by hand, and its owner can begin to watch the first quality, by the
playlist that grows, before 35 % of its own time are over.

Then the clip in chunks, by one worker and by two, each of them pinned to a core of its own and its encoders to one
thread: two take at most 0.65 of the time of one. There the first quality is made first, for everybody to watch.

    python -m benchmarks.transcode [--seconds 60] [--rounds 2] [--chunked-rounds 1] [--chunk-seconds 8]
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
from adapters.ffmpeg.sprites import SpritePlan
from adapters.filesystem.objects import FileObjectStore
from adapters.memory.system import SystemClock
from benchmarks import chunked
from benchmarks.harness import finish, progress
from streamcore.videos.models.media import PREVIEW_STAGE, Media

CLIP = Path(__file__).parents[1] / "tests" / "media" / "bigbuckbunny.mp4"
RUNGS = (("360p", "640:360", 900), ("480p", "854:480", 1500), ("720p", "1280:720", 3000), ("1080p", "1920:1080", 5500))
# The picture wanders, so that no two rounds through the short clip are the same, and has the grain of a camera, so that
# it is as sharp as its size says.
WANDER = "crop=1120:630:80+80*sin(t/3):45+45*cos(t/4),scale=1920:1080,fps=30,noise=c0s=6:allf=t"


def make_source(ffmpeg: Path, source: Path, seconds: int) -> None:
    """A 1080p clip with 30 frames/s, stereo sound, and the bit rate of a phone."""
    command = f"{ffmpeg} -v error -nostdin -stream_loop -1 -i {CLIP} -t {seconds} -vf {WANDER}"
    encode = "-c:v libx264 -preset veryfast -crf 18 -maxrate 16M -bufsize 32M -c:a aac -ac 2 -ar 48000"
    subprocess.run([*command.split(), *encode.split(), str(source)], check=True)


def by_hand(ffmpeg: Path, source: Path, folder: Path, seconds: int) -> list[list[str]]:
    """What somebody who knows FFmpeg types to get the same files, for clips of up to 100 s."""
    words = ["nice", "-n", "19", str(ffmpeg), "-v", "error", "-nostdin", "-y"]
    hls = (
        "-f hls -hls_time 4 -hls_playlist_type vod -hls_segment_type fmp4 -hls_flags independent_segments "
        "-hls_fmp4_init_filename init.mp4 -avoid_negative_ts disabled -hls_segment_filename"
    )
    tiles = SpritePlan.of(1920, 1080, seconds)
    jpeg = "out_color_matrix=smpte170m:out_range=pc,setsar=1,format=yuvj420p"
    names = "".join(f"[{name}]" for name, _, _ in RUNGS)
    chains = [
        f"[0:v]fps=30,split={len(RUNGS) + 3}{names}[a][b][c]",
        *(f"[{name}]scale={size},setsar=1,format=yuv420p[v{name}]" for name, size, _ in RUNGS),
        f"[a]select=gte(t\\,(selected_n+0.5)*{seconds / 20}),scale=1280:720:{jpeg}[stills]",
        f"[b]select=gte(t\\,(selected_n+0.5)*{tiles.seconds}),scale={tiles.width}:{tiles.height}:{jpeg},"
        f"tile={tiles.columns}x{tiles.rows}[sheet]",
        "[c]fps=4,scale=32:32:flags=area,format=gray[grey]",
    ]
    main = [*words, "-i", str(source), "-filter_complex", ";".join(chains)]
    for name, _, kilobits in RUNGS:
        (folder / name).mkdir(parents=True)
        encode = (
            f"-map [v{name}] -c:v libx264 -preset veryfast -crf 22 -maxrate {kilobits}k -bufsize {kilobits * 3 // 2}k "
            "-g 242 -sc_threshold 0 -flags +cgop -forced-idr 1 -force_key_frames expr:gte(t,n_forced*4)"
        )
        main += [*encode.split(), *hls.split(), f"{folder}/{name}/%05d.m4s", f"{folder}/{name}/index.m3u8"]
    (folder / "audio").mkdir()
    main += f"-map 0:a -af loudnorm=I=-16:TP=-1.5 -c:a aac -b:a 128k -ac 2 -ar 48000 {hls}".split()
    main += [f"{folder}/audio/%05d.m4s", f"{folder}/audio/index.m3u8"]
    main += f"-map [stills] -fps_mode passthrough -q:v 3 -frames:v 20 {folder}/%d.jpg".split()
    main += f"-map [sheet] -fps_mode passthrough -q:v 5 -frames:v 1 -update 1 {folder}/sheet.jpg".split()
    main += f"-map [grey] -f rawvideo {folder}/frames.gray".split()
    cards = f"-start_number 2 -i {folder}/%d.jpg -frames:v 5 -vf scale=640:360,format=yuv420p -c:v libwebp".split()
    cards += f"-quality 78 -compression_level 4 -f image2 {folder}/%d.webp".split()
    sound = f"-i {folder}/audio/index.m3u8 -c copy -movflags +faststart {folder}/sound.m4a".split()
    sound += f"-ac 1 -ar 11025 -f chromaprint -fp_format raw {folder}/sound.raw".split()
    return [main, [*words, *cards], [*words, *sound]]


def time_by_hand(ffmpeg: Path, source: Path, root: Path, seconds: int) -> float:
    folder = root / "by-hand"
    shutil.rmtree(folder, ignore_errors=True)
    commands = by_hand(ffmpeg, source, folder, seconds)
    began = time.perf_counter()
    for words in commands:
        subprocess.run(words, check=True)
    return time.perf_counter() - began


async def whole_job(ffmpeg: Path, source: Path, root: Path) -> tuple[float, float]:
    """Seconds until everything is made, and until its owner can begin to watch the first quality."""
    store = FileObjectStore(
        root / "objects", base_url="http://localhost", signer_secret="of no use here", clock=SystemClock()
    )

    async def chunks() -> AsyncIterator[bytes]:
        with source.open("rb") as file:
            while chunk := file.read(2**20):
                yield chunk

    await store.put("uploads/clip", chunks(), content_type="video/mp4")

    playable = began = 0.0

    async def tell(_percent: float, stage: str) -> None:
        nonlocal playable
        if stage == PREVIEW_STAGE and not playable:
            playable = time.perf_counter() - began

    async def show(_media: Media) -> None:
        """A clip of this length is not shown before it is complete."""

    processor = FFmpegMediaProcessor(store, work_folder=root / "work", ffmpeg=ffmpeg)
    began = time.perf_counter()
    media = await processor.process("uploads/clip", "videos/clip/1/", progress=tell, show=show)
    took = time.perf_counter() - began
    if [rendition.name for rendition in media.renditions] != [name for name, _, _ in RUNGS]:
        raise RuntimeError("the job has made other renditions than the command")
    await processor.close()
    await store.close()
    shutil.rmtree(root / "objects")
    return took, playable


def in_chunks(source: Path, root: Path, workers: int, chunk_seconds: float) -> float:
    """Wall time of a chunked job by this many worker processes."""
    data = root / "chunked"
    shutil.rmtree(data, ignore_errors=True)
    settings = {"STREAMCORE_FFMPEG_THREADS": "1", "STREAMCORE_FFMPEG_CHUNK_SECONDS": str(chunk_seconds)}
    return asyncio.run(chunked.run(source, data, settings, workers))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="length of the clip, 100 at most")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--chunked-rounds", type=int, default=1)
    parser.add_argument("--chunk-seconds", type=float, default=8.0)
    options = parser.parse_args()
    ffmpeg = find_ffmpeg()
    jobs, firsts, commands, alone, together = [], [], [], [], []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        source = root / "source.mp4"
        make_source(ffmpeg, source, options.seconds)
        for number in range(1, options.rounds + 1):
            commands.append(time_by_hand(ffmpeg, source, root, options.seconds))
            took, first = asyncio.run(whole_job(ffmpeg, source, root))
            jobs.append(took)
            firsts.append(first / took)
            progress(f"round {number}: by hand {commands[-1]:.2f} s, job {took:.2f} s, playable after {first:.2f} s")
        for number in range(1, options.chunked_rounds + 1):
            alone.append(in_chunks(source, root, 1, options.chunk_seconds))
            together.append(in_chunks(source, root, 2, options.chunk_seconds))
            progress(f"round {number}: in chunks {alone[-1]:.2f} s by one worker, {together[-1]:.2f} s by two")
    figures = {
        "by_hand_seconds": median(commands),
        "whole_job_seconds": median(jobs),
        "ratio": median(job / hand for job, hand in zip(jobs, commands, strict=True)),
        "first_playable_share": median(firsts),
        "chunked_one_worker_seconds": median(alone),
        "chunked_two_workers_seconds": median(together),
        "chunked_ratio": median(together) / median(alone),
    }
    bars = {"ratio": ("<=", 1.10), "first_playable_share": ("<", 0.35), "chunked_ratio": ("<=", 0.65)}
    finish("transcode", figures, bars)


if __name__ == "__main__":
    main()
