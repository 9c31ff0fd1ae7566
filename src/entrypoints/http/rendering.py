"""Answers as bytes: the envelope of a success, entity tags, conditional answers."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import orjson
from aiohttp import web
from multidict import CIMultiDict

from entrypoints.http.call import Scope
from entrypoints.http.errors import JSON
from entrypoints.http.hot import HotResponse, head_of, suits
from entrypoints.http.operations import Operation, Reply
from entrypoints.http.policy import DATA_POLICY

NO_STORE = "no-store"
PRIVATE = "private, no-cache"
VARY = "Authorization"

_TAG_SIZE = 18
"""A quoted 64-bit digest in hex; a list that changes a thousand times a second for a year repeats none of these."""


def envelope(data: Any, meta: Mapping[str, Any] | None = None) -> bytes:
    """Times in UTC come out as RFC 3339 with Z."""
    body: dict[str, Any] = {"success": True, "data": data}
    if meta is not None:
        body["meta"] = meta
    return orjson.dumps(body, option=orjson.OPT_UTC_Z)


def tag_of(body: bytes) -> str:
    """A strong entity tag, quoted as in the header."""
    return f'"{blake2b(body, digest_size=8).hexdigest()}"'


def tagged(body: bytes) -> bytes:
    """``body`` after its entity tag: what caches keep, so that a hit hashes nothing."""
    return tag_of(body).encode() + body


def matches(if_none_match: str, tag: str) -> bool:
    """The weak comparison of RFC 9110, section 13.1.2."""
    if if_none_match.strip() == "*":
        return True
    return any(item.strip().removeprefix("W/") == tag for item in if_none_match.split(","))


class Kept:
    """An answer that `tagged` has made, taken apart once for all the requests that it serves."""

    __slots__ = ("body", "head", "headers", "source", "tag")

    def __init__(self, source: bytes, cache_control: str) -> None:
        self.source = source
        self.tag = source[:_TAG_SIZE].decode()
        self.body = source[_TAG_SIZE:]
        self.headers = CIMultiDict(
            (("Content-Type", JSON), ("ETag", self.tag), ("Cache-Control", cache_control), ("Vary", VARY))
        )
        self.headers.extend(DATA_POLICY)
        self.head: bytes | None = None

    def hot(self, request: web.Request, scope: Scope) -> web.StreamResponse:
        """The same as `response`, in the shortest way where that suits."""
        if "If-None-Match" in request.headers or not suits(request):
            return self.response(request, scope)
        scope.policy = None
        if self.head is None:
            self.head = head_of(self.headers, self.body)
        return HotResponse(self.head, self.body)

    def response(self, request: web.Request, scope: Scope) -> web.Response:
        """The answer; 304 where the client has it already."""
        scope.policy = None
        if_none_match = request.headers.get("If-None-Match")
        if if_none_match is not None and matches(if_none_match, self.tag):
            headers = self.headers.copy()
            del headers["Content-Type"]
            return web.Response(status=304, headers=headers)
        return web.Response(body=self.body, headers=self.headers)


def rendered(request: web.Request, scope: Scope, operation: Operation, reply: Reply) -> web.Response:
    """A reply as its operation declares it."""
    status = reply.status or operation.status
    if status == 204:
        return web.Response(status=204, headers=CIMultiDict(reply.headers))
    body = envelope(reply.data, reply.meta)
    if operation.conditional and status == 200:
        response = Kept(tagged(body), PRIVATE).response(request, scope)
        response.headers.update(reply.headers)
        return response
    headers = CIMultiDict({"Content-Type": JSON, "Cache-Control": NO_STORE})
    headers.update(reply.headers)
    return web.Response(status=status, body=body, headers=headers)
