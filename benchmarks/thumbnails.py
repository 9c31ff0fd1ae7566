"""All images of a clip, from the decode to the last file, against one FFmpeg command written by hand.

Both make 20 pictures of 1280 × 720 to choose from, a sheet of 60 small ones for the timeline and the small grey frames
of the fingerprint from one decode of the same 1080p clip, then cards of five pictures, by the same FFmpeg at the same
priority, in turns. Ours also chooses, hashes the frames and writes the WebVTT. Bar: at most 1.10 of the time of the
commands. The seconds of processor that both took, children and all, tell more on a machine that is busy otherwise.

    python -m benchmarks.thumbnails [--seconds 60] [--rounds 5]
"""

import argparse
import asyncio
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from statistics import median

from adapters.ffmpeg import command, pictures
from adapters.ffmpeg.binary import find_ffmpeg
from adapters.ffmpeg.inspection import Bounds, inspect
from adapters.ffmpeg.probe import SourceFacts
from adapters.ffmpeg.process import Finished, Limits, OnLine, run
from benchmarks.harness import finish, progress
from benchmarks.transcode import make_source

SHEET = "10x6"


def by_hand(ffmpeg: Path, source: Path, folder: Path, seconds: int) -> list[list[str]]:
    """What somebody who knows FFmpeg types to get the same files."""
    (folder / "cards").mkdir(parents=True)
    jpeg = "out_color_matrix=smpte170m:out_range=pc,setsar=1,format=yuvj420p"
    chains = [
        "[0:v]fps=30,split=3[a][b][c]",
        f"[a]select=gte(t\\,(selected_n+0.5)*{seconds / 20}),scale=1280:720:{jpeg}[stills]",
        f"[b]select=gte(t\\,(selected_n+0.5)*{seconds / 60}),scale=160:90:{jpeg},tile={SHEET}[sheet]",
        "[c]fps=4,scale=32:32:flags=area,format=gray[grey]",
    ]
    words = [str(ffmpeg), "-v", "error", "-nostdin", "-y"]
    first = [*words, "-i", str(source), "-filter_complex", ";".join(chains)]
    first += f"-map [stills] -fps_mode passthrough -q:v 3 -frames:v 20 {folder}/%d.jpg".split()
    first += f"-map [sheet] -fps_mode passthrough -q:v 5 -frames:v 1 -update 1 {folder}/sheet.jpg".split()
    first += f"-map [grey] -f rawvideo {folder}/frames.gray".split()
    cards = f"-start_number 2 -i {folder}/%d.jpg -frames:v 5 -vf scale=640:360,format=yuv420p -c:v libwebp".split()
    second = [*words, *cards, *f"-quality 78 -compression_level 4 -f image2 {folder}/cards/%d.webp".split()]
    return [first, second]


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds on the wall, and of processor in this process and its children."""

    wall: float
    cpu: float

    @classmethod
    def so_far(cls) -> "Cost":
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return cls(time.perf_counter(), sum(one.ru_utime + one.ru_stime for one in used))

    def since(self) -> "Cost":
        now = Cost.so_far()
        return Cost(now.wall - self.wall, now.cpu - self.cpu)


def cost_by_hand(ffmpeg: Path, source: Path, root: Path, seconds: int) -> Cost:
    folder = root / "by-hand"
    shutil.rmtree(folder, ignore_errors=True)
    commands = by_hand(ffmpeg, source, folder, seconds)
    began = Cost.so_far()
    for words in commands:
        subprocess.run(words, check=True)
    return began.since()


def cost_of_ours(ffmpeg: Path, source: Path, root: Path, facts: SourceFacts) -> Cost:
    folder = root / "ours"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    began = Cost.so_far()
    asyncio.run(ours(ffmpeg, source, folder, facts))
    return began.since()


async def ours(ffmpeg: Path, source: Path, folder: Path, facts: SourceFacts) -> None:
    async def must(line: Sequence[str], on_line: OnLine) -> None:
        ended = await limited(folder, source, line, on_line)
        if ended.returncode:
            raise RuntimeError(ended.stderr)

    await must(command.images(ffmpeg, source, facts, folder), moving)
    await pictures.finish(ffmpeg, facts, folder, must)


async def moving(_line: str) -> bool:
    return True


async def limited(folder: Path, source: Path, line: Sequence[str], on_line: OnLine) -> Finished:
    limits = Limits(nice=0)  # as the commands by hand: at the lowest priority a busy machine would be measured
    return await run(line, folder=folder, reads=(source,), limits=limits, silence_seconds=300.0, on_line=on_line)


async def facts_of(ffmpeg: Path, source: Path, folder: Path) -> SourceFacts:
    return await inspect(ffmpeg, source, Bounds(), lambda line, on_line: limited(folder, source, line, on_line))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="length of the clip")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    ffmpeg = find_ffmpeg()
    hands, owns = [], []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        source = root / "source.mp4"
        make_source(ffmpeg, source, options.seconds)
        facts = asyncio.run(facts_of(ffmpeg, source, root))
        if facts.rate != Fraction(30):
            raise RuntimeError(f"the clip has {facts.rate} frames/s")
        for number in range(options.rounds):
            hands.append(cost_by_hand(ffmpeg, source, root, options.seconds))
            owns.append(cost_of_ours(ffmpeg, source, root, facts))
            progress(f"round {number + 1}: by hand {hands[-1].wall:.2f} s, ours {owns[-1].wall:.2f} s")
    by_hand_seconds, ours_seconds = (median(cost.wall for cost in costs) for costs in (hands, owns))
    figures = {
        "by_hand_seconds": by_hand_seconds,
        "ours_seconds": ours_seconds,
        "ratio": ours_seconds / by_hand_seconds,
        "cpu_ratio": median(cost.cpu for cost in owns) / median(cost.cpu for cost in hands),
    }
    finish("thumbnails", figures, {"ratio": ("<=", 1.10)})


if __name__ == "__main__":
    main()
