"""The contract of object stores on a real S3 server."""

import uuid
from collections.abc import AsyncIterator

import pytest

from adapters.s3.objects import S3ObjectStore
from adapters.s3.uploads import PART_SIZE
from adapters.testing.objects import ObjectStoreContract


@pytest.mark.s3
class TestS3ObjectStore(ObjectStoreContract):
    verifies_checksums = False  # the tests' server does not know this header
    drops_unnamed_parts = False
    memory_bound = 5 * PART_SIZE

    @pytest.fixture
    async def store(self, s3_url: str) -> AsyncIterator[S3ObjectStore]:
        store = S3ObjectStore(
            endpoint_url=s3_url,
            bucket=f"t{uuid.uuid4().hex[:16]}",
            region="us-east-1",
            access_key="streamcore",
            secret_key="streamcore-secret",
            prefix="below",
        )
        await store.prepare()
        yield store
        await store.close()
