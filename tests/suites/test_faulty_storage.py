"""Every suite on storage notices every fault that is kept beside it, and none in the sound adapter."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import fields
from typing import Any

import pytest

from adapters.testing import (
    faulty_backfills,
    faulty_chunked_runs,
    faulty_counters,
    faulty_fingerprints,
    faulty_idempotency,
    faulty_jobs,
    faulty_outbox,
    faulty_rooms,
    faulty_unit_of_work,
    faulty_upload_quotas,
    faulty_video_queries,
    faulty_videos,
)
from adapters.testing.backfills import BackfillsContract
from adapters.testing.channels import ChannelsContract
from adapters.testing.chunked_runs import ChunkedRunsContract
from adapters.testing.counters import CountersContract
from adapters.testing.fingerprints import FingerprintsContract
from adapters.testing.idempotency import IdempotencyContract
from adapters.testing.identity import IdentityContract
from adapters.testing.jobs import JobsContract
from adapters.testing.memory_stack import SOUND, Parts, memory_stack
from adapters.testing.outbox import OutboxContract
from adapters.testing.row_locks import RowLockContract
from adapters.testing.upload_quotas import UploadQuotasContract
from adapters.testing.video_care import VideoCareContract
from adapters.testing.video_queries import VideoQueriesContract
from adapters.testing.videos import VideosContract
from adapters.testing.virtual_time import VirtualTimeLoop
from adapters.testing.visibility import VisibilityContract
from streamcore.shared.errors import StreamcoreError

Run = Callable[[Any], Awaitable[None]]

SUITES: dict[type, list[Parts]] = {
    RowLockContract: faulty_unit_of_work.FAULTS,
    JobsContract: faulty_jobs.FAULTS,
    OutboxContract: faulty_outbox.FAULTS,
    CountersContract: faulty_counters.FAULTS,
    IdempotencyContract: faulty_idempotency.FAULTS,
    IdentityContract: faulty_rooms.IDENTITY_FAULTS,
    ChannelsContract: faulty_rooms.CHANNEL_FAULTS,
    UploadQuotasContract: faulty_upload_quotas.FAULTS,
    VideosContract: faulty_videos.REPOSITORY_FAULTS,
    ChunkedRunsContract: faulty_chunked_runs.FAULTS,
    VideoQueriesContract: faulty_video_queries.QUERY_FAULTS,
    VisibilityContract: faulty_video_queries.VISIBILITY_FAULTS,
    VideoCareContract: faulty_videos.CARE_FAULTS,
    FingerprintsContract: faulty_fingerprints.FAULTS,
    BackfillsContract: faulty_backfills.BACKFILL_FAULTS,
}
# A suite that unpacks or looks up what should be there fails by the last two.
NOTICED = (AssertionError, TimeoutError, StreamcoreError, pytest.fail.Exception, LookupError, ValueError)


def fault_in(parts: Parts) -> str:
    """The name of the one part that is not sound."""
    (name,) = {getattr(parts, f.name).__name__ for f in fields(Parts)} - {
        getattr(SOUND, f.name).__name__ for f in fields(Parts)
    }
    return str(name)


CASES = [(suite, parts) for suite, faults in SUITES.items() for parts in faults]


@pytest.mark.parametrize(
    ("suite", "parts"), CASES, ids=[f"{suite.__name__}-{fault_in(parts)}" for suite, parts in CASES]
)
def test_the_suite_notices(suite: type, parts: Parts) -> None:
    assert noticed(suite, parts), f"no test of {suite.__name__} fails on {fault_in(parts)}"


def noticed(suite: type, parts: Parts) -> str | None:
    """The name of the first test of the suite that fails on these parts."""
    for name in dir(suite):
        if name.startswith("test_"):
            run: Run = getattr(suite(), name)
            with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
                try:
                    runner.run(attempt(run, parts))
                except NOTICED:
                    return name
    return None


async def attempt(run: Run, parts: Parts) -> None:
    await run(memory_stack(parts=parts))


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.__name__)
def test_the_sound_adapter_passes_in_virtual_time(suite: type) -> None:
    assert noticed(suite, SOUND) is None
