"""Where the tests' S3 server is."""

import os

import pytest


@pytest.fixture(scope="session")
def s3_url() -> str:
    return os.environ.get("STREAMCORE_TEST_S3_URL", "http://127.0.0.1:19105")
