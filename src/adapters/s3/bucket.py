"""One bucket: requests to it, by key."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Sequence
from hashlib import md5
from typing import Any

from botocore.exceptions import ClientError

from adapters.s3.client import Threads, connect
from adapters.s3.errors import code_of
from streamcore.shared.errors import NotFound, Unavailable

_MINE = {"BucketAlreadyOwnedByYou", "BucketAlreadyExists", "OperationAborted"}


class Bucket:
    """Everything that is asked of the service goes through here; keys are below ``prefix``."""

    def __init__(
        self,
        endpoint: str | None,
        region: str,
        access_key: str,
        secret_key: str,
        *,
        name: str,
        prefix: str,
        threads: int,
        timeout: float,
    ) -> None:
        self.name = name
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._region = region
        self.threads = Threads(threads)
        place = (endpoint, region, access_key, secret_key)
        self.client = connect(*place, connections=threads, timeout=timeout)
        self._once = connect(*place, connections=threads, timeout=timeout, attempts=1)
        self.client.meta.events.register("before-sign.s3.DeleteObjects", _add_md5)

    def path(self, key: str) -> str:
        return self._prefix + key

    def key(self, path: str) -> str:
        return path[len(self._prefix) :]

    async def call(self, operation: str, key: str, **parameters: Any) -> Any:
        """An operation on one object; the core's errors."""
        request = getattr(self.client, operation)
        return await self.threads.run(request, Bucket=self.name, Key=self.path(key), **parameters)

    async def call_once(self, operation: str, key: str, **parameters: Any) -> Any:
        """The same for what cannot be repeated: after an answer that was lost, a repeat would contradict itself."""
        request = getattr(self._once, operation)
        return await self.threads.run(request, Bucket=self.name, Key=self.path(key), **parameters)

    async def pages(self, operation: str, **parameters: Any) -> AsyncIterator[Any]:
        """Every page of a listing, fetched as it is asked for."""
        pages = iter(self.client.get_paginator(operation).paginate(Bucket=self.name, **parameters))
        while (page := await self.threads.run(next, pages, None)) is not None:
            yield page

    async def delete(self, keys: Sequence[str]) -> None:
        listed = {"Objects": [{"Key": self.path(key)} for key in keys], "Quiet": True}
        answer = await self.threads.run(self.client.delete_objects, Bucket=self.name, Delete=listed)
        if failed := [item for item in answer.get("Errors", ()) if item.get("Code") != "NoSuchKey"]:
            raise Unavailable(f"{len(failed)} objects could not be deleted ({failed[0].get('Code')}).")

    async def create(self) -> None:
        def create() -> None:
            elsewhere = {} if self._region == "us-east-1" else {"LocationConstraint": self._region}
            options = {"CreateBucketConfiguration": elsewhere} if elsewhere else {}
            try:
                self.client.create_bucket(Bucket=self.name, **options)
            except ClientError as error:
                if code_of(error) not in _MINE:
                    raise

        try:
            await self.threads.run(self.client.head_bucket, Bucket=self.name)
        except NotFound:
            await self.threads.run(create)

    async def ping(self) -> None:
        try:
            await self.threads.run(self.client.head_bucket, Bucket=self.name)
        except NotFound as error:
            raise Unavailable(f"The bucket {self.name} does not exist.") from error

    async def close(self) -> None:
        await asyncio.to_thread(self.threads.close)
        self.client.close()
        self._once.close()


def _add_md5(request: Any, **_: Any) -> None:
    """DeleteObjects demands a checksum; Content-MD5 is the one that every store knows."""
    digest = md5(request.body, usedforsecurity=False).digest()
    request.headers["Content-MD5"] = b64encode(digest).decode()
