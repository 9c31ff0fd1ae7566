"""Damaged files end as a stream or as a refusal that its owner understands: never in a hang, never unexplained.

The suite takes some; ``FUZZ=2000`` takes so many, ``FUZZ_FROM`` begins at another seed.
"""

import asyncio
import os
import time
from collections import Counter
from pathlib import Path

import pytest

from adapters.ffmpeg.errors import SENTENCES
from adapters.ffmpeg.process import Limits
from adapters.ffmpeg.processor import FFmpegMediaProcessor
from adapters.memory.objects import MemoryObjectStore
from adapters.testing.media import Told
from streamcore.shared.errors import UnprocessableMedia
from tests.integration.media.conftest import BINARIES, leftovers
from tests.integration.media.judge import TARGET, put
from tests.integration.media.mutations import make_clips, mutant

COUNT, FIRST = int(os.environ.get("FUZZ", "88")), int(os.environ.get("FUZZ_FROM", "0"))
AT_A_TIME = 2
LONGEST = 60.0  # seconds that any one may take
LIMITS = Limits(nice=0, memory_bytes=3 * 2**30, cpu_seconds=20, folder_bytes=200_000_000)


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return make_clips(tmp_path_factory.mktemp("whole"))


async def outcome(content: bytes, work_folder: Path, binary: Path) -> str:
    """``published``, the reason of a refusal, or the name of an error that nobody explains."""
    store = MemoryObjectStore()
    await put(store, "source", content)
    processor = FFmpegMediaProcessor(
        store, work_folder=work_folder, ffmpeg=binary, preset="ultrafast", silence_limit_seconds=30, limits=LIMITS
    )
    try:
        async with asyncio.timeout(LONGEST):
            await processor.process("source", TARGET, progress=Told())
    except UnprocessableMedia as refused:
        return refused.reason if refused.message == SENTENCES.get(refused.reason) else f"unexplained: {refused!r}"
    except Exception as error:
        return f"unexplained: {type(error).__name__}: {error}"
    finally:
        await processor.close()
    return "published"


@pytest.mark.timeout(7200)
async def test_every_mutant_ends_well_or_is_refused_for_a_reason(whole: dict[str, bytes], work_folder: Path) -> None:
    binaries = sorted(BINARIES.values())
    ends: Counter[str] = Counter()
    unexplained: list[str] = []
    slowest = 0.0
    seeds = iter(range(FIRST, FIRST + COUNT))  # shared

    async def work() -> None:
        nonlocal slowest
        for seed in seeds:
            name, content = mutant(whole, seed)
            started = time.monotonic()
            end = await outcome(content, work_folder, binaries[seed // len(whole) % len(binaries)])
            slowest = max(slowest, time.monotonic() - started)
            ends[end] += 1
            if end.startswith("unexplained"):
                unexplained.append(f"seed {seed} ({name}): {end}")

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_A_TIME):
            group.create_task(work())
    assert unexplained == [], ends
    assert leftovers(work_folder) == []
    assert slowest < LONGEST
    assert ends["published"] > COUNT // 20  # the faults are such that some get far
    assert len(ends) > 3, ends
    print_summary(ends, slowest)


def print_summary(ends: Counter[str], slowest: float) -> None:
    figures = ", ".join(f"{count} {end}" for end, count in ends.most_common())
    print(f"{sum(ends.values())} mutants: {figures}; the slowest took {slowest:.1f} s")  # noqa: T201


@pytest.mark.parametrize("binary", sorted(BINARIES.values()), ids=sorted(BINARIES))
async def test_the_clips_are_sound_before(whole: dict[str, bytes], work_folder: Path, binary: Path) -> None:
    ends = {name: await outcome(content, work_folder, binary) for name, content in whole.items()}
    assert ends == dict.fromkeys(whole, "published")
