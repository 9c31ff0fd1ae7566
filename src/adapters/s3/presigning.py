"""Requests that others may send: AWS Signature Version 4 in the query, computed here without asking the service."""

import re
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any

from adapters.s3.bucket import Bucket
from adapters.s3.client import connect
from streamcore.shared.errors import Invalid
from streamcore.shared.objects import PresignedRequest

LONGEST = timedelta(days=7)
"""The signature's version allows no more."""
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")


class Presigner:
    """Signs for the endpoint that clients reach."""

    def __init__(self, endpoint: str | None, region: str, access_key: str, secret_key: str, *, bucket: Bucket) -> None:
        self._bucket = bucket
        self._client = connect(endpoint, region, access_key, secret_key, connections=1, timeout=5.0)

    def put(
        self, key: str, content_type: str, size: int, expires_in: timedelta, checksum_sha256: str | None
    ) -> PresignedRequest:
        headers = {"Content-Type": content_type}
        parameters: dict[str, Any] = {"ContentType": content_type, "ContentLength": size}
        if checksum_sha256 is not None:
            if not _SHA256.fullmatch(checksum_sha256):
                raise Invalid.field("checksum_sha256", "This is no SHA-256 in hex.", "checksum")
            checksum = b64encode(bytes.fromhex(checksum_sha256)).decode()
            headers["x-amz-checksum-sha256"] = checksum
            parameters["ChecksumSHA256"] = checksum
        return self._sign("put_object", "PUT", key, expires_in, headers, **parameters)

    def part(self, key: str, upload_id: str, number: int, size: int, expires_in: timedelta) -> PresignedRequest:
        parameters = {"UploadId": upload_id, "PartNumber": number, "ContentLength": size}
        return self._sign("upload_part", "PUT", key, expires_in, {}, **parameters)

    def get(self, key: str, expires_in: timedelta) -> PresignedRequest:
        return self._sign("get_object", "GET", key, expires_in, {})

    def _sign(
        self, operation: str, method: str, key: str, expires_in: timedelta, headers: dict[str, str], **parameters: Any
    ) -> PresignedRequest:
        if not timedelta(0) < expires_in <= LONGEST:
            raise Invalid.field("expires_in", "An address can be valid for up to seven days.", "expires_in")
        expires_at = datetime.now(UTC) + expires_in
        url = self._client.generate_presigned_url(
            operation,
            Params={"Bucket": self._bucket.name, "Key": self._bucket.path(key), **parameters},
            ExpiresIn=ceil(expires_in.total_seconds()),
        )
        return PresignedRequest(method, url, expires_at, headers)
