"""The two stacks that the main job has to work on: the embedded default, and PostgreSQL + RabbitMQ + S3 + Redis."""

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest
from botocore.config import Config

from adapters.filesystem.objects import FileObjectStore
from adapters.memory.system import SystemClock
from tests.integration.servers import Server


@dataclass(frozen=True)
class ServedStack:
    """A server that is not yet started, and a way to list every object it has stored."""

    name: str
    server: Server
    stored: Callable[[], Awaitable[list[str]]]


def embedded_stack(folder: Path) -> ServedStack:
    data = folder / "data"
    media = data / "media"

    async def stored() -> list[str]:
        store = FileObjectStore(media, base_url=str, signer_secret=b"", clock=SystemClock())
        keys = [info.key async for info in store.list("")]
        await store.close()
        return keys

    return ServedStack("embedded", Server(data), stored)


def engine_stack(folder: Path, *, postgres: str, amqp: str, redis: str, s3: str, keys: tuple[str, str]) -> ServedStack:
    name = f"t{uuid.uuid4().hex[:12]}"
    client = boto3.client(
        "s3",
        endpoint_url=s3,
        aws_access_key_id=keys[0],
        aws_secret_access_key=keys[1],
        region_name="us-east-1",
        config=Config(s3={"addressing_style": "path"}),
    )
    client.create_bucket(Bucket=name)

    async def stored() -> list[str]:
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=name)
        return [item["Key"] for page in pages for item in page.get("Contents", [])]

    settings = {
        "STREAMCORE_DATABASE_URL": postgres,
        "STREAMCORE_QUEUE_URL": amqp,
        "STREAMCORE_QUEUE_NAMESPACE": name,
        "STREAMCORE_STORAGE_URL": f"s3://{name}?endpoint={s3}",
        "STREAMCORE_S3_ACCESS_KEY": keys[0],
        "STREAMCORE_S3_SECRET_KEY": keys[1],
        "STREAMCORE_CACHE_URL": redis,
    }
    return ServedStack("engines", Server(folder / "data", settings), stored)


@pytest.fixture(params=["embedded", "engines"])
def stack(request: pytest.FixtureRequest, tmp_path: Path) -> ServedStack:
    """Each of the two stacks, fresh, with leases that run out quickly."""
    if request.param == "embedded":
        made = embedded_stack(tmp_path)
    else:
        made = engine_stack(
            tmp_path,
            postgres=request.getfixturevalue("postgres_url"),
            amqp=request.getfixturevalue("amqp_url"),
            redis=request.getfixturevalue("redis_url"),
            s3=request.getfixturevalue("s3_url"),
            keys=("streamcore", "streamcore-secret"),
        )
    quick = {"STREAMCORE_JOB_LEASE_SECONDS": "4", "STREAMCORE_QUEUE_VISIBILITY_SECONDS": "4"}
    made.server.settings = {**quick, **made.server.settings}
    return made
