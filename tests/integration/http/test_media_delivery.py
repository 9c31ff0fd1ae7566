"""How files are delivered: what caches are told, what players of other origins see, and straight from S3."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from adapters.memory.media import MemoryMediaProcessor
from adapters.memory.objects import MemoryObjectStore
from adapters.s3.objects import S3ObjectStore
from entrypoints.http.files import Lifetimes
from entrypoints.settings import Settings
from tests.integration.http.site import Site, embedded_platform, open_site
from tests.integration.http.test_every_url import RichProcessor, s3_store, told_to
from tests.integration.http.test_media import VIDEOS, beside, keep, stream_url

SEGMENT = "360p/00000.m4s"
FOREVER = "public, max-age=31536000, s-maxage=60, immutable"
SIGNED = "private, max-age=300, immutable"


@pytest.mark.parametrize(
    ("name", "public", "signed"),
    [
        ("master.m3u8", "public, max-age=10", "private, no-cache"),
        ("growing.m3u8", "public, max-age=10", "private, no-cache"),
        ("audio/index.m3u8", "public, max-age=10", "private, no-cache"),
        ("720p/init.mp4", FOREVER, SIGNED),
        ("720p/00007.m4s", FOREVER, SIGNED),
        ("poster.jpg", FOREVER, SIGNED),
        ("card.webp", FOREVER, SIGNED),
        ("preview.vtt", FOREVER, SIGNED),
    ],
)
def test_what_may_change_is_asked_for_again_and_nothing_else(name: str, public: str, signed: str) -> None:
    lifetimes = Lifetimes(60)
    assert lifetimes.of(f"videos/1/2/{name}", signed=False) == public
    assert lifetimes.of(f"videos/1/2/{name}", signed=True) == signed


def test_no_shared_cache_keeps_a_playlist_for_longer_than_it_may_keep_a_segment() -> None:
    assert Lifetimes(0).of("videos/1/2/master.m3u8", signed=False) == "public, max-age=0"
    assert "s-maxage=0," in Lifetimes(0).of("videos/1/2/a.m4s", signed=False)


async def test_a_playlist_that_grows_is_seen_to(site: Site) -> None:
    mira = await site.creator()
    for visibility in ("public", "private"):
        master = await stream_url(mira, await site.published(mira, visibility=visibility))
        key = "videos/" + urlsplit(beside(master, "growing.m3u8")).path.partition("/videos/")[2]
        seen: list[str] = []
        for text in ("#EXTM3U\n", "#EXTM3U\n#EXTINF:4,\n00000.m4s\n", "#EXTM3U\n#EXT-X-ENDLIST\n"):
            await keep(site, key, text.encode(), "application/vnd.apple.mpegurl")
            known = {"If-None-Match": seen[-1]} if seen else {}
            answer = await site.anonymous.get(beside(master, "growing.m3u8"), headers=known)
            assert (answer.status, answer.body.decode()) == (200, text)
            seen.append(answer.headers["ETag"])
            same = await site.anonymous.get(beside(master, "growing.m3u8"), headers={"If-None-Match": seen[-1]})
            assert (same.status, same.body) == (304, b"")


async def test_a_file_replaced_while_it_is_looked_at_is_never_mixed() -> None:
    """The new one takes the place of the old one after its head was read, and before its bytes are."""
    new = b"the new one is longer than the old one"
    replaced: list[str] = []

    async def replace(step: str) -> None:
        if step == "objects.get" and len(replaced) < 2:
            replaced.append(step)
            store.commit(key, new * len(replaced), "application/vnd.apple.mpegurl")

    store = MemoryObjectStore(checkpoint=replace)
    async with open_site(store=store, processor=MemoryMediaProcessor(store)) as site:
        mira = await site.creator()
        replaced += ["not", "yet"]
        master = await stream_url(mira, await site.published(mira))
        key = urlsplit(beside(master, "growing.m3u8")).path.removeprefix("/media/")
        await keep(site, key, b"old")
        for headers, expected in (({}, new * 2), ({"Range": "bytes=1-2"}, (new * 2)[1:3])):
            replaced.clear()
            answer = await site.anonymous.get(beside(master, "growing.m3u8"), headers=headers)
            assert answer.body == expected
            assert answer.headers["ETag"] == f'"{(await store.head(key)).etag}"'
            assert len(replaced) == 2


async def test_players_of_other_origins_are_told_why(site: Site) -> None:
    mira = await site.creator()
    master = await stream_url(mira, await site.published(mira))
    asked = [
        (master, {}, 200),
        (master, {"Range": "bytes=0-3"}, 206),
        (master, {"Range": "bytes=99999-"}, 416),
        (beside(master, "nothing.m4s"), {}, 404),
        (f"{site.address}/media/~x/videos/y/z/a.m4s", {}, 404),
    ]
    for url, headers, status in asked:
        answer = await site.anonymous.get(url, headers={"Origin": "https://player.example", **headers})
        assert answer.status == status
        assert answer.headers.getall("Access-Control-Allow-Origin") == ["*"]  # type: ignore[attr-defined]
        assert "Content-Range" in answer.headers["Access-Control-Expose-Headers"]
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert answer.headers["Timing-Allow-Origin"] == "*"


async def test_pages_of_any_origin_may_ask_to_read_and_no_more(site: Site) -> None:
    url = f"{site.address}/media/videos/x/y/a.m4s"
    for method, allowed in (("GET", "GET, HEAD"), ("HEAD", "GET, HEAD"), ("PUT", None), ("DELETE", None)):
        asked = {"Origin": "https://player.example", "Access-Control-Request-Method": method}
        answer = await site.anonymous.request("OPTIONS", url, headers=asked)
        assert answer.headers.get("Access-Control-Allow-Methods") == allowed
        assert answer.headers.get("Access-Control-Allow-Origin") == (allowed and "*")
        assert "Access-Control-Allow-Credentials" not in answer.headers


async def test_an_access_token_neither_opens_nor_closes_a_file(site: Site) -> None:
    mira = await site.creator()
    public = await stream_url(mira, await site.published(mira))
    private = await stream_url(mira, await site.published(mira, visibility="private"))
    token = private.partition("/~")[2].partition("/")[0]
    for authorization in (f"Bearer {mira.token}", "Bearer expired", "Basic x"):
        headers = {"Authorization": authorization}
        assert (await site.anonymous.get(public, headers=headers)).status == 200
        assert (await site.anonymous.get(private, headers=headers)).status == 200
        assert (await site.anonymous.get(private.replace(f"~{token}/", ""), headers=headers)).status == 404


async def test_kept_pages_never_tell_addresses_that_are_about_to_end(sqlite_url: str, tmp_path: Path) -> None:
    """The shortest life that can be set: an anonymous page is kept for a quarter of it."""
    settings = Settings(rate_limits_enabled=False, media_link_seconds=300)
    async with open_site(settings, embedded_platform(tmp_path / "data", sqlite_url)) as site:
        video_id = await site.published(await site.creator(), visibility="unlisted")
        first = await stream_url(site.anonymous, video_id)
        assert await stream_url(site.anonymous, video_id) == first
        assert (await site.anonymous.get(first)).status == 200


@pytest.fixture
async def s3_site(s3_url: str, sqlite_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    """A site that redirects to S3 where it can."""
    store = await s3_store(s3_url)
    settings = Settings(rate_limits_enabled=False, media_redirects=True)
    processor = RichProcessor(store)
    platform = embedded_platform(tmp_path / "data", sqlite_url, store=store, processor=processor)
    async with open_site(settings, platform) as site:
        yield site
    await store.close()


@pytest.mark.s3
@pytest.mark.parametrize("visibility", ["public", "private"])
async def test_files_come_straight_from_s3_but_for_those_that_name_others(s3_site: Site, visibility: str) -> None:
    mira = await s3_site.creator()
    video_id = await s3_site.published(mira, visibility=visibility)
    master = await stream_url(mira, video_id)
    for name, start in (("master.m3u8", b"#EXTM3U"), ("360p/index.m3u8", b"#EXTM3U"), ("preview.vtt", b"WEBVTT")):
        answer = await s3_site.anonymous.get(beside(master, name))
        assert (answer.status, answer.body[: len(start)]) == (200, start)
    segment = await s3_site.anonymous.get(beside(master, SEGMENT))
    assert (segment.status, segment.headers["Cache-Control"]) == (307, "no-store")
    assert segment.headers["Access-Control-Allow-Origin"] == "*"
    location = segment.headers["Location"]
    assert not location.startswith(s3_site.address)
    key = "videos/" + urlsplit(beside(master, SEGMENT)).path.partition("/videos/")[2]
    store = s3_site.platform.ports.store
    assert isinstance(store, S3ObjectStore)
    async with store.get(key) as chunks:
        stored = b"".join([chunk async for chunk in chunks])
    async with s3_site.session.get(beside(master, SEGMENT), headers={"Range": "bytes=1-3"}) as followed:
        assert (followed.status, await followed.read()) == (206, stored[1:4])
    head = await s3_site.anonymous.request("HEAD", beside(master, SEGMENT))
    assert (head.status, head.headers["Content-Length"]) == (200, str(len(stored)))
    other = location.replace("00000.m4s", "00001.m4s")
    async with aiohttp.ClientSession() as session, session.get(other) as refused:
        assert refused.status == 403, "it opens one file"
    assert (await mira.request("DELETE", f"{VIDEOS}/{video_id}")).status == 204
    await s3_site.settle()
    assert (await s3_site.anonymous.get(beside(master, SEGMENT))).status == 404


async def test_a_folder_redirects_nobody(sqlite_url: str, tmp_path: Path) -> None:
    settings = Settings(rate_limits_enabled=False, media_redirects=True)
    async with open_site(settings, embedded_platform(tmp_path / "data", sqlite_url)) as site:
        mira = await site.creator()
        assert len(await told_to(mira, await site.published(mira, visibility="private"))) >= 8
