"""A worker to be killed: processes one file of a folder very slowly. Arguments: clip, work folder, FFmpeg."""

import asyncio
import sys
from pathlib import Path

from adapters.ffmpeg.processor import FFmpegMediaProcessor
from adapters.memory.objects import MemoryObjectStore
from tests.integration.media.judge import TARGET, put


async def tell(percent: float, stage: str) -> None:
    if percent > 5:
        sys.stdout.write("working\n")
        sys.stdout.flush()


async def main(clip: Path, work_folder: Path, ffmpeg: Path) -> None:
    store = MemoryObjectStore()
    await put(store, "source", clip.read_bytes())
    await FFmpegMediaProcessor(store, work_folder=work_folder, ffmpeg=ffmpeg, preset="placebo").process(
        "source", TARGET, progress=tell
    )


if __name__ == "__main__":
    asyncio.run(main(*map(Path, sys.argv[1:])))
