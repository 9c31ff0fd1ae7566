"""Files: who gets which, in parts and under conditions, and where presigned uploads arrive."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from urllib.parse import urlsplit

import pytest

from tests.integration.http.site import Client, Site, open_site

VIDEOS = "/api/v1/videos"
SEGMENT = "360p/00000.m4s"


async def stream_url(client: Client, video_id: str) -> str:
    url: str = (await client.get(f"{VIDEOS}/{video_id}")).data["stream_url"]
    return url


def beside(url: str, name: str) -> str:
    return url.removesuffix("master.m3u8") + name


async def keep(site: Site, key: str, body: bytes, content_type: str = "video/mp4") -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield body

    await site.platform.ports.store.put(key, chunks(), content_type=content_type)


async def test_files_of_a_public_video(site: Site) -> None:
    mira = await site.creator()
    master = await stream_url(site.anonymous, await site.published(mira))
    answer = await site.anonymous.get(master)
    assert answer.status == 200
    assert answer.body.startswith(b"#EXTM3U")
    assert answer.headers["Content-Type"] == "application/vnd.apple.mpegurl"
    assert answer.headers["Cache-Control"] == "public, max-age=10"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    segment = await site.anonymous.get(beside(master, SEGMENT))
    assert segment.headers["Cache-Control"] == "public, max-age=31536000, s-maxage=600, immutable"
    assert segment.headers["Content-Type"] == "video/iso.segment"
    poster = (await site.anonymous.get(VIDEOS)).data[0]["poster_url"]
    assert (await site.anonymous.get(poster)).headers["Content-Type"] == "image/jpeg"
    head = await site.anonymous.request("HEAD", master)
    assert (head.status, head.body) == (200, b"")
    for name in ("Content-Length", "ETag", "Content-Type", "Last-Modified", "Accept-Ranges"):
        assert head.headers[name] == answer.headers[name]


async def test_nothing_else_is_there(site: Site) -> None:
    mira = await site.creator()
    video_id = await site.published(mira)
    master = await stream_url(mira, video_id)
    prefix = urlsplit(master).path.removesuffix("/master.m3u8")
    [source] = await site.stored("uploads/")
    for path in (
        f"/media/{source}",
        f"/media/{source}?signature=x&expires=9999999999",
        f"{prefix}/nothing.m3u8",
        f"{prefix}",
        f"{prefix}/",
        f"{prefix}/../../../uploads",
        f"{prefix}/%2e%2e/{video_id}",
        f"{prefix}//master.m3u8",
        f"/media/videos/{video_id}",
        "/media/videos/nonsense/1/master.m3u8",
        "/media/~/videos/x/1/y",
        "/media/~x",
        "/media/%00",
        "/media/" + "a" * 1500,
    ):
        assert (await site.anonymous.get(path)).status in (403, 404), path


@pytest.mark.parametrize("visibility", ["private", "unlisted", "followers"])
async def test_files_of_other_videos_need_a_signed_prefix(site: Site, visibility: str) -> None:
    mira = await site.creator()
    signed = await stream_url(mira, await site.published(mira, visibility=visibility))
    answer = await site.anonymous.get(signed)
    assert answer.status == 200
    assert answer.headers["Cache-Control"].startswith("private")
    assert (await site.anonymous.get(beside(signed, SEGMENT))).status == 200, "relative addresses inherit the token"
    token = signed.partition("/~")[2].partition("/")[0]
    assert (await site.anonymous.get(signed.replace(f"~{token}/", ""))).status == 404
    last = "A" if token[-1] != "A" else "B"
    for wrong in (token[:-1] + last, token[1:], "1" + token, ""):
        assert (await site.anonymous.get(signed.replace(f"~{token}/", f"~{wrong}/"))).status == 404
    other = await stream_url(mira, await site.published(mira, visibility="private"))
    foreign = other.partition("/~")[2].partition("/")[0]
    assert (await site.anonymous.get(signed.replace(token, foreign))).status == 404
    site.clock.advance(timedelta(hours=8))
    assert (await site.anonymous.get(signed)).status == 404, "it has expired"


async def test_a_signed_prefix_opens_no_sources(site: Site) -> None:
    mira = await site.creator()
    signed = await stream_url(mira, await site.published(mira, visibility="private"))
    token = signed.partition("/~")[2].partition("/")[0]
    for source in await site.stored("uploads/"):
        assert (await site.anonymous.get(f"/media/~{token}/{source}")).status == 404


async def test_files_close_when_their_video_does(site: Site) -> None:
    mira = await site.creator()
    video_id = await site.published(mira)
    master = await stream_url(mira, video_id)
    assert (await site.anonymous.get(master)).status == 200
    await mira.request("PATCH", f"{VIDEOS}/{video_id}", json={"visibility": "private"})
    await site.settle()
    assert (await site.anonymous.get(master)).status == 404
    await mira.request("PATCH", f"{VIDEOS}/{video_id}", json={"visibility": "public"})
    await site.settle()
    assert (await site.anonymous.get(master)).status == 200
    await mira.request("DELETE", f"{VIDEOS}/{video_id}")
    await site.settle()
    assert (await site.anonymous.get(master)).status == 404


BODY = bytes(range(256)) * 4096


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("bytes=0-0", (0, 1)),
        ("bytes=0-", (0, len(BODY))),
        ("bytes=100-199", (100, 200)),
        ("Bytes = 5 - 9", (5, 10)),
        ("bytes=-1", (len(BODY) - 1, len(BODY))),
        ("bytes=-99999999", (0, len(BODY))),
        (f"bytes={len(BODY) - 1}-99999999999", (len(BODY) - 1, len(BODY))),
    ],
)
async def test_ranges(site: Site, asked: str, expected: tuple[int, int]) -> None:
    url = await a_big_segment(site)
    start, end = expected
    for method in ("GET", "HEAD"):
        answer = await site.anonymous.request(method, url, headers={"Range": asked})
        assert answer.status == 206
        assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{len(BODY)}"
        assert answer.headers["Content-Length"] == str(end - start)
        assert answer.body == (BODY[start:end] if method == "GET" else b"")


async def a_big_segment(site: Site) -> str:
    master = await stream_url(site.anonymous, await site.published(await site.creator()))
    await keep(site, urlsplit(beside(master, "big.m4s")).path.removeprefix("/media/"), BODY)
    return beside(master, "big.m4s")


async def test_ranges_that_mean_the_whole_file(site: Site) -> None:
    url = await a_big_segment(site)
    for asked in ("bytes=5-4", "bytes=a-b", "bytes=-", "bytes=1-2,5-6", "lines=1-2", "bytes", "bytes=１-２", ""):
        answer = await site.anonymous.get(url, headers={"Range": asked})
        assert (answer.status, answer.body) == (200, BODY), asked


async def test_ranges_outside_of_the_file(site: Site) -> None:
    url = await a_big_segment(site)
    for asked in (f"bytes={len(BODY)}-", "bytes=99999999999-999999999999", "bytes=-0"):
        answer = await site.anonymous.get(url, headers={"Range": asked})
        assert (answer.status, answer.code) == (416, "RANGE_NOT_SATISFIABLE")
        assert answer.headers["Content-Range"] == f"bytes */{len(BODY)}"


async def test_conditions(site: Site) -> None:
    url = await a_big_segment(site)
    whole = await site.anonymous.get(url)
    tag, date = whole.headers["ETag"], whole.headers["Last-Modified"]
    earlier = "Mon, 01 Jan 2001 00:00:00 GMT"
    for headers in (
        {"If-None-Match": tag},
        {"If-None-Match": f'"x", W/{tag}'},
        {"If-Modified-Since": date},
        {"If-None-Match": tag, "If-Modified-Since": earlier},
        {"If-None-Match": tag, "Range": "bytes=0-1"},
    ):
        answer = await site.anonymous.get(url, headers=headers)
        assert (answer.status, answer.body, answer.headers["ETag"]) == (304, b"", tag), headers
    for headers in (
        {"If-None-Match": '"x"'},
        {"If-Modified-Since": earlier},
        {"If-Modified-Since": "yesterday"},
        {"If-None-Match": '"x"', "If-Modified-Since": date},
        {"If-Range": '"x"', "Range": "bytes=0-1"},
        {"If-Range": f"W/{tag}", "Range": "bytes=0-1"},
        {"If-Range": earlier, "Range": "bytes=0-1"},
    ):
        assert (await site.anonymous.get(url, headers=headers)).status == 200, headers
    for headers in ({"If-Range": tag, "Range": "bytes=0-1"}, {"If-Range": date, "Range": "bytes=0-1"}):
        assert (await site.anonymous.get(url, headers=headers)).status == 206, headers
    assert parsedate_to_datetime(date) <= site.clock.now().replace(year=2100)


async def test_a_reader_that_goes_away_harms_nobody(site: Site) -> None:
    url = await a_big_segment(site)
    host, _, port = site.address.removeprefix("http://").partition(":")
    for _ in range(5):
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(f"GET {urlsplit(url).path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        await writer.drain()
        await asyncio.sleep(0.01)
        writer.transport.abort()
    await asyncio.sleep(0.1)
    assert (await site.anonymous.get(url)).body == BODY


async def test_pages_may_ask_before_reading_and_sending(site: Site) -> None:
    url = await a_big_segment(site)
    asking = {"Origin": "https://any.example", "Access-Control-Request-Headers": "range"}
    answer = await site.anonymous.request("OPTIONS", url, headers=asking | {"Access-Control-Request-Method": "GET"})
    assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (204, "*")
    assert answer.headers["Access-Control-Allow-Headers"] == "range"
    answer = await site.anonymous.request("OPTIONS", url, headers=asking | {"Access-Control-Request-Method": "PUT"})
    assert "Access-Control-Allow-Origin" not in answer.headers


async def test_a_presigned_upload_takes_exactly_what_was_announced(file_site: Site) -> None:
    mira = await file_site.creator()
    film = b"a film " * 50_000
    told = {
        "filename": "film.mp4",
        "content_type": "video/mp4",
        "size_bytes": len(film),
        "checksum_sha256": sha256(film).hexdigest(),
    }
    announced = (await mira.post(f"{VIDEOS}/upload-url", json=told, key="k")).data
    url, headers = announced["upload_url"], announced["headers"]
    assert url.startswith(f"{file_site.address}/media/uploads/")

    async def put(url: str, body: bytes, **more: str) -> int:
        return (await file_site.anonymous.request("PUT", url, data=body, headers=headers | more)).status

    assert await put(url.partition("?")[0], film) == 403
    assert await put(url + "x", film) == 403
    assert await put(url.replace("/uploads/", "/videos/"), film) == 404
    assert await put(url.replace("size=", "size=1"), film) == 403
    assert await put(url, film[:-1]) == 400
    assert await put(url, film, **{"Content-Type": "video/webm"}) == 400
    assert await put(url, film[:-1] + b"x") == 400, "another checksum"
    assert await file_site.stored("uploads/") == []
    answer = await file_site.anonymous.request("PUT", url, data=film, headers=headers)
    assert answer.status == 200
    assert answer.headers["ETag"].startswith('"')
    [key] = await file_site.stored("uploads/")
    assert (await file_site.anonymous.get(url)).status == 403, "an address for sending reads nothing"
    assert (await file_site.anonymous.get(f"/media/{key}")).status == 404
    granted = await file_site.platform.ports.store.presign_get(key, expires_in=timedelta(minutes=1))
    read = await file_site.anonymous.get(granted.url)
    assert (read.body, read.headers["Cache-Control"]) == (film, "private, no-store")
    file_site.clock.advance(timedelta(hours=2))
    assert (await file_site.anonymous.get(granted.url)).status == 403
    assert await put(url, film) == 403, "it has expired"


async def test_stores_of_their_own_take_no_uploads_here() -> None:
    async with open_site() as site:
        assert (await site.anonymous.request("PUT", "/media/uploads/x/y", data=b"x")).status == 404
