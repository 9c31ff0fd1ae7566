"""The door's small parts, each by itself."""

import asyncio
import io
import json
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from multidict import CIMultiDict
from prometheus_client.parser import text_string_to_metric_families

from entrypoints.http.access_log import MOST_WAITING, AccessLog, Entry
from entrypoints.http.bodies import UploadForm, VideosQuery
from entrypoints.http.client_address import ClientAddress
from entrypoints.http.metrics import HttpMetrics
from entrypoints.http.parsing import MAX_DEPTH, as_fields, check_plain, fingerprint, read_query, slow_fingerprint
from entrypoints.http.ranges import UnsatisfiableRange, http_date, not_modified, wanted
from entrypoints.http.rendering import envelope, matches, tag_of
from entrypoints.http.request_ids import RequestIds
from streamcore.shared.errors import Invalid
from streamcore.shared.objects import ObjectInfo

FILE = ObjectInfo("k", 1000, "tag", "video/mp4", datetime(2026, 1, 1, 12, 0, 0, 999, tzinfo=UTC))


def through(*hops: str) -> CIMultiDict[str]:
    return CIMultiDict([("X-Forwarded-For", hop) for hop in hops])


def test_without_trusted_proxies_nobody_is_believed() -> None:
    address = ClientAddress([])
    assert address.of("10.0.0.1", through("1.2.3.4")) == "10.0.0.1"
    assert address.of(None, through()) == "unknown"
    assert not address.is_https("10.0.0.1", CIMultiDict({"X-Forwarded-Proto": "https"}))


def test_the_nearest_hop_that_is_not_trusted_counts() -> None:
    address = ClientAddress(["10.0.0.0/8", "fd00::/8"])
    assert address.of("10.0.0.1", through("1.2.3.4")) == "1.2.3.4"
    assert address.of("10.0.0.1", through("9.9.9.9, 1.2.3.4, 10.1.1.1")) == "1.2.3.4"
    assert address.of("10.0.0.1", through("9.9.9.9", "1.2.3.4")) == "1.2.3.4", "a second line is nearer"
    assert address.of("10.0.0.1", through("1.2.3.4, nonsense")) == "10.0.0.1"
    assert address.of("10.0.0.1", through()) == "10.0.0.1"
    assert address.of("fd00::1", through("1.2.3.4")) == "1.2.3.4"
    assert address.of("8.8.8.8", through("1.2.3.4")) == "8.8.8.8", "no proxy of ours"
    assert address.is_https("10.0.0.1", CIMultiDict({"X-Forwarded-Proto": "https"}))
    assert not address.is_https("8.8.8.8", CIMultiDict({"X-Forwarded-Proto": "https"}))


def test_an_ipv6_customer_is_one_prefix() -> None:
    address = ClientAddress([])
    assert address.of("2001:db8:1:2:3::4", through()) == address.of("2001:db8:1:2:ffff::1", through())
    assert address.of("2001:db8:1:2::1", through()) != address.of("2001:db8:1:3::1", through())
    assert address.of("::ffff:1.2.3.4", through()) == "1.2.3.4"
    assert address.of("fe80::1%eth0", through()) == "fe80::/64"


def test_request_ids_are_uuids_of_this_moment() -> None:
    ids = RequestIds()
    made = [ids.of(None) for _ in range(10_000)]
    assert len(set(made)) == 10_000
    for text in made[:100]:
        parsed = uuid.UUID(text)
        assert str(parsed) == text
        assert (parsed.version, parsed.variant) == (7, uuid.RFC_4122)
        at = datetime.fromtimestamp((parsed.int >> 80) / 1000, UTC)
        assert abs(datetime.now(UTC) - at) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [("bytes=0-9", (0, 10)), ("bytes=990-", (990, 1000)), ("bytes=-10", (990, 1000)), ("bytes=0-9,20-29", None)],
)
def test_ranges(asked: str, expected: tuple[int, int] | None) -> None:
    assert wanted({"Range": asked}, FILE) == expected


def test_an_empty_file_has_no_ranges() -> None:
    empty = ObjectInfo("k", 0, "tag", "video/mp4", FILE.modified_at)
    with pytest.raises(UnsatisfiableRange):
        wanted({"Range": "bytes=0-"}, empty)
    with pytest.raises(UnsatisfiableRange):
        wanted({"Range": "bytes=-5"}, empty)


def test_dates_have_whole_seconds() -> None:
    assert http_date(FILE.modified_at) == "Thu, 01 Jan 2026 12:00:00 GMT"
    assert not_modified({"If-Modified-Since": http_date(FILE.modified_at)}, FILE)
    assert not not_modified({"If-Modified-Since": http_date(FILE.modified_at - timedelta(seconds=1))}, FILE)
    assert not not_modified({}, FILE)


def test_entity_tags() -> None:
    tag = tag_of(b"x")
    assert tag == tag_of(b"x") != tag_of(b"y")
    assert matches(tag, tag)
    assert matches(f'W/{tag}, "z"', tag)
    assert not matches('"z"', tag)


def test_times_end_in_z() -> None:
    assert (
        envelope({"at": datetime(2026, 1, 1, tzinfo=UTC)}) == b'{"success":true,"data":{"at":"2026-01-01T00:00:00Z"}}'
    )


def test_fingerprints_do_not_depend_on_the_order_of_names() -> None:
    assert fingerprint({"a": 1, "b": [1, 2]}) == fingerprint({"b": [1, 2], "a": 1})
    assert fingerprint({"a": 1, "b": [1, 2]}) != fingerprint({"a": 1, "b": [2, 1]})
    assert slow_fingerprint({"a": 1}, "k") == slow_fingerprint({"a": 1}, "k") != slow_fingerprint({"a": 1}, "l")


def test_plain_values() -> None:
    deep: object = "x"
    for _ in range(MAX_DEPTH - 2):
        deep = [deep]
    check_plain({"a": deep})
    for value in ({"a": [[deep]]}, {"a": "\0"}, {"\0": 1}, ["\0"], {"a": {"b": ["x", "\0"]}}):
        with pytest.raises(Invalid):
            check_plain(value)


def test_queries_take_what_they_know() -> None:
    query: CIMultiDict[str] = CIMultiDict([("limit", "5"), ("type", "short"), ("more", "x")])
    assert read_query(VideosQuery, query) == VideosQuery.model_validate({"limit": 5, "type": "short"})
    with pytest.raises(Invalid):
        read_query(VideosQuery, CIMultiDict({"limit": "0"})).after()


def test_form_fields() -> None:
    fields = as_fields({"title": ["x"], "tags": ["a, b", "c,"], "category": [""]}, UploadForm)
    assert fields == {"title": "x", "tags": ["a", " b", "c"]}
    with pytest.raises(Invalid):
        as_fields({"title": ["x", "y"]}, UploadForm)


def entry(status: int = 200) -> Entry:
    return Entry(1_767_225_600.123456, "GET", "/api/v1/videos", status, 0.0123, 99, "request-1", None)


async def test_the_log_is_written_in_batches() -> None:
    stream = io.BytesIO()
    log = AccessLog(stream)
    for status in (200, 404):
        log.write(entry(status))
    assert stream.getvalue() == b""
    await asyncio.sleep(0.4)
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert lines[0] == {
        "event": "http.request",
        "level": "info",
        "timestamp": "2026-01-01T00:00:00.123456Z",
        "method": "GET",
        "route": "/api/v1/videos",
        "status": 200,
        "ms": 12.3,
        "bytes": 99,
        "request_id": "request-1",
        "user_id": None,
    }
    assert lines[1]["status"] == 404
    log.write(entry())
    await log.close()
    assert len(stream.getvalue().splitlines()) == 3


async def test_the_log_can_be_read_by_people() -> None:
    stream = io.BytesIO()
    log = AccessLog(stream, "text")
    log.write(entry())
    await log.close()
    assert stream.getvalue() == b"2026-01-01T00:00:00.123456Z GET /api/v1/videos 200 12.30ms 99B request-1 -\n"


async def test_a_log_that_nobody_reads_costs_no_memory_without_end() -> None:
    class Stuck(io.BytesIO):
        def write(self, data: object) -> int:
            raise BrokenPipeError

    log = AccessLog(Stuck())
    for _ in range(MOST_WAITING + 10_000):
        log.write(entry())
    assert len(log._lines) <= MOST_WAITING
    await asyncio.sleep(0.3)
    await log.close()


def test_metrics_are_what_prometheus_reads() -> None:
    metrics = HttpMetrics()
    for seconds in (0.0005, 0.003, 0.003, 100.0):
        metrics.observe("GET", "/x", 200, seconds)
    metrics.rate_limit_hit("/x", "viewer")
    body = metrics.exposition().body
    assert isinstance(body, bytes)
    families = {family.name: family for family in text_string_to_metric_families(body.decode())}
    samples = {
        (sample.name.rpartition("_")[2], sample.labels.get("le")): sample.value
        for sample in families["streamcore_http_request_duration_seconds"].samples
    }
    assert samples[("bucket", "0.001")] == 1
    assert samples[("bucket", "0.005")] == 3
    assert samples[("bucket", "60.0")] == 3
    assert samples[("bucket", "+Inf")] == samples[("count", None)] == 4
    assert samples[("sum", None)] == pytest.approx(100.0065)
    assert families["streamcore_rate_limit_hits"].samples[0].labels == {"endpoint": "/x", "user_type": "viewer"}
