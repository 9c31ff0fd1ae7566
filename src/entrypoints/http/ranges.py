"""Byte ranges and conditions on files (RFC 9110, sections 13 and 14)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from aiohttp import web

from entrypoints.http.rendering import matches
from streamcore.shared.objects import ObjectInfo


class UnsatisfiableRange(web.HTTPRequestRangeNotSatisfiable):
    """The range lies outside of the file."""


def http_date(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC).replace(microsecond=0), usegmt=True)


def quoted(info: ObjectInfo) -> str:
    return f'"{info.etag}"'


def not_modified(headers: Mapping[str, str], info: ObjectInfo) -> bool:
    """Whether the client has this very file; dates count only where no entity tag was sent."""
    if_none_match = headers.get("If-None-Match")
    if if_none_match is not None:
        return matches(if_none_match, quoted(info))
    since = _date(headers.get("If-Modified-Since"))
    return since is not None and info.modified_at.replace(microsecond=0) <= since


def wanted(headers: Mapping[str, str], info: ObjectInfo) -> tuple[int, int] | None:
    """The range asked for as (start, end), end exclusive; None for the whole file.

    A header that is none, several ranges, and a range of a file that has changed all mean the whole file.
    """
    header = headers.get("Range")
    if header is None or not _still_the_same(headers, info):
        return None
    unit, _, spec = header.partition("=")
    if unit.strip().lower() != "bytes" or "," in spec:
        return None
    first, dash, last = (part.strip() for part in spec.partition("-"))
    if not dash or not _number(first, empty=True) or not _number(last, empty=True) or not (first or last):
        return None
    return _bounded(first, last, info.size)


def _bounded(first: str, last: str, size: int) -> tuple[int, int] | None:
    if not first:
        start, end = max(0, size - int(last)), size
        if int(last) == 0:
            raise UnsatisfiableRange
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < start:
            return None
    if start >= size:
        raise UnsatisfiableRange
    return start, end


def _number(text: str, *, empty: bool) -> bool:
    return (text.isascii() and text.isdigit() and len(text) <= 18) or (empty and not text)


def _still_the_same(headers: Mapping[str, str], info: ObjectInfo) -> bool:
    """If-Range: a strong entity tag or the exact date of the file."""
    condition = headers.get("If-Range")
    if condition is None:
        return True
    condition = condition.strip()
    if condition.startswith(('"', "W/")):
        return condition == quoted(info)
    return _date(condition) == info.modified_at.replace(microsecond=0)


def _date(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        parsed = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)
