"""A worker of its own for hostile files, so that its peaks are theirs alone.

Arguments: FFmpeg, work folder, folder of the files. Processes each file, then writes one JSON object: for each file its
``end`` (``published`` or the reason), for all of them ``peak_bytes``, the largest resident memory of any child (wait4).
What was made is left below the folder of the files, in ``made``.
"""

import asyncio
import json
import resource
import sys
from pathlib import Path

from adapters.ffmpeg.process import Limits
from adapters.ffmpeg.processor import FFmpegMediaProcessor
from adapters.memory.objects import MemoryObjectStore
from adapters.testing.media import Told
from streamcore.shared.errors import UnprocessableMedia
from tests.integration.media.judge import TARGET, fetch, put

LIMITS = Limits(nice=0, memory_bytes=2 * 2**30, cpu_seconds=120)


async def end_of(file: Path, ffmpeg: Path, work_folder: Path, made: Path) -> str:
    store = MemoryObjectStore()
    await put(store, "source", file.read_bytes())
    processor = FFmpegMediaProcessor(
        store, work_folder=work_folder, ffmpeg=ffmpeg, preset="ultrafast", silence_limit_seconds=20, limits=LIMITS
    )
    try:
        await processor.process("source", TARGET, progress=Told())
    except UnprocessableMedia as refused:
        return refused.reason
    finally:
        await processor.close()
        await fetch(store, made / file.name)
    return "published"


async def main(ffmpeg: Path, work_folder: Path, files: Path) -> None:
    ends = {
        file.name: await end_of(file, ffmpeg, work_folder, files / "made")
        for file in sorted(files.iterdir())
        if file.is_file()
    }
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    sys.stdout.write(json.dumps({"ends": ends, "peak_bytes": peak}) + "\n")


if __name__ == "__main__":
    asyncio.run(main(*map(Path, sys.argv[1:])))
