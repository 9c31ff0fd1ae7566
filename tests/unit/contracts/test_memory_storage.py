"""The memory adapter passes every suite on storage."""

import pytest

from adapters.testing.backfills import BackfillsContract
from adapters.testing.channels import ChannelsContract
from adapters.testing.chunked_runs import ChunkedRunsContract
from adapters.testing.counters import CountersContract
from adapters.testing.fingerprints import FingerprintsContract
from adapters.testing.idempotency import IdempotencyContract
from adapters.testing.identity import IdentityContract
from adapters.testing.jobs import JobsContract
from adapters.testing.memory_stack import memory_stack
from adapters.testing.outbox import OutboxContract
from adapters.testing.row_locks import RowLockContract
from adapters.testing.stack import Stack
from adapters.testing.upload_quotas import UploadQuotasContract
from adapters.testing.video_care import VideoCareContract
from adapters.testing.video_queries import VideoQueriesContract
from adapters.testing.videos import VideosContract
from adapters.testing.visibility import VisibilityContract

pytestmark = pytest.mark.virtual_time


@pytest.fixture
def stack() -> Stack:
    return memory_stack()


class TestMemoryUnitOfWork(RowLockContract):
    pass


class TestMemoryJobs(JobsContract):
    pass


class TestMemoryOutbox(OutboxContract):
    pass


class TestMemoryCounters(CountersContract):
    pass


class TestMemoryIdempotency(IdempotencyContract):
    pass


class TestMemoryIdentity(IdentityContract):
    pass


class TestMemoryChannels(ChannelsContract):
    pass


class TestMemoryUploadQuotas(UploadQuotasContract):
    pass


class TestMemoryVideos(VideosContract):
    pass


class TestMemoryChunkedRuns(ChunkedRunsContract):
    pass


class TestMemoryVideoQueries(VideoQueriesContract):
    pass


class TestMemoryVideoCare(VideoCareContract):
    pass


class TestMemoryBackfills(BackfillsContract):
    pass


class TestMemoryFingerprints(FingerprintsContract):
    pass


class TestMemoryVisibility(VisibilityContract):
    pass
