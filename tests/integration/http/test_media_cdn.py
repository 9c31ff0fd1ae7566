"""Files through a CDN that only forwards and keeps what it may: nginx, with the configuration of the documentation."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from adapters.memory.cache import MemoryCache
from adapters.memory.system import ManualClock
from entrypoints.container.engines import Address
from entrypoints.container.providers import make_links
from entrypoints.settings import Settings
from streamcore.shared.ids import UserId, VideoId
from streamcore.videos.ports import MediaPass
from tests.integration.http.nginx import caching_proxy
from tests.integration.http.site import Answer, Client, embedded_platform, open_site
from tests.integration.http.test_every_url import (
    Change,
    Hand,
    RichProcessor,
    World,
    all_of,
    becomes,
    inhabit,
    is_deleted,
    published,
    under,
)

KEPT_SECONDS = 1
pytestmark = pytest.mark.nginx


@pytest.fixture
async def world(sqlite_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """A site whose public files shared caches may keep for a second."""
    hand = Hand()
    settings = Settings(rate_limits_enabled=False, media_cdn_seconds=KEPT_SECONDS)
    platform = embedded_platform(tmp_path / "data", sqlite_url, processor_class=RichProcessor, cache=MemoryCache(hand))
    async with open_site(settings, platform) as site:
        yield await inhabit(site, hand)


@pytest.fixture
async def cdn(world: World, tmp_path: Path) -> AsyncIterator[str]:
    async with caching_proxy(world.site.address, tmp_path / "nginx") as address:
        yield address


async def fetched(client: Client, url: str, **headers: str) -> tuple[Answer, str]:
    """The answer, and what nginx says of its cache: MISS, HIT, EXPIRED, REVALIDATED."""
    answer = await client.get(url, headers=headers)
    return answer, answer.headers.get("X-Cache", "")


async def through(world: World, cdn: str, video_id: str) -> list[str]:
    """Every address of the video, by way of the CDN."""
    return [url.replace(world.site.address, cdn) for url in await all_of(world, world.owner, video_id)]


def segments(urls: list[str]) -> list[str]:
    return [url for url in urls if url.endswith(".m4s")]


async def outlived() -> None:
    await asyncio.sleep(KEPT_SECONDS + 1.1)  # nginx counts whole seconds


async def test_files_of_a_public_video_come_from_the_cache(world: World, cdn: str) -> None:
    urls = await through(world, cdn, await published()(world))
    client = world.site.anonymous
    for url in urls:
        first, _ = await fetched(client, url)
        again, cached = await fetched(client, url)
        assert (first.status, again.status, cached) == (200, 200, "HIT"), url
        assert again.body == first.body
        assert again.headers["Access-Control-Allow-Origin"] == "*"
        unchanged, _ = await fetched(client, url, **{"If-None-Match": first.headers["ETag"]})
        assert (unchanged.status, unchanged.body) == (304, b"")
        if url.endswith(".m3u8"):
            continue  # those with captions are made anew, and come whole
        part, cached = await fetched(client, url, Range="bytes=1-2")
        assert (part.status, part.body, cached) == (206, first.body[1:3], "HIT")
        async with client.session.get(url, headers={"Range": "bytes=99999999-"}) as beyond:
            assert beyond.status == 416  # in nginx's own words
    await outlived()
    asked_again, cached = await fetched(client, segments(urls)[0])
    assert (asked_again.status, cached) == (200, "REVALIDATED"), "an entity tag spares the bytes"


async def test_a_cold_cache_gives_parts_too(world: World, cdn: str) -> None:
    urls = await through(world, cdn, await published()(world))
    whole = (await world.site.anonymous.get(segments(urls)[0].replace(cdn, world.site.address))).body
    part, cached = await fetched(world.site.anonymous, segments(urls)[0], Range="bytes=3-")
    assert (part.status, part.body, cached) == (206, whole[3:], "MISS")


SLY: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "HEAD": ("HEAD", {}),
    "a part": ("GET", {"Range": "bytes=1-2"}),
    "no part of it": ("GET", {"Range": "bytes=99999999-"}),
    "unless it is there": ("GET", {"If-None-Match": "*"}),
    "another origin": ("GET", {"Origin": "https://other.example"}),
    "a wrong token": ("GET", {"Authorization": "Bearer wrong"}),
    "another host": ("GET", {"X-Forwarded-Host": "other.example", "X-Forwarded-Proto": "https"}),
    "another method": ("GET", {"X-HTTP-Method-Override": "DELETE"}),
}


async def test_nothing_that_somebody_asks_spoils_it_for_others(world: World, cdn: str) -> None:
    """Neither the first to ask, nor those who ask before it is public."""
    client, video_id = world.site.anonymous, await published(visibility="private")(world)
    plain = [under(url, None) for url in await through(world, cdn, video_id)]
    for url in plain:
        assert (await fetched(client, url))[0].status == 404
    await becomes(visibility="public")(world, video_id)
    kept = [url for url in plain if not url.endswith(".m3u8")]
    assert len(kept) >= len(SLY)
    for (why, (method, headers)), url in zip(SLY.items(), kept, strict=False):
        async with client.session.request(method, url, headers=headers):
            pass
        answer, _ = await fetched(client, url)
        true = await client.get(url.replace(cdn, world.site.address))
        assert (answer.status, answer.body) == (200, true.body), why
        for name in ("Cache-Control", "Access-Control-Allow-Origin", "ETag", "Content-Type", "Vary"):
            assert answer.headers.get(name) == true.headers.get(name), why


@pytest.mark.parametrize("change", [becomes(visibility="private"), is_deleted], ids=["private", "deleted"])
async def test_what_is_hidden_leaves_the_cache(world: World, cdn: str, change: Change) -> None:
    """Within the setting's time, though browsers may keep the same files for a year."""
    video_id = await published()(world)
    urls = await through(world, cdn, video_id)
    for url in urls:
        assert (await fetched(world.site.anonymous, url))[0].status == 200
    await change(world, video_id)
    await outlived()
    for url in urls:
        assert (await fetched(world.site.anonymous, url))[0].status == 404, url


@pytest.mark.parametrize("visibility", ["unlisted", "private"])
async def test_signed_files_go_through_and_are_never_kept(world: World, cdn: str, visibility: str) -> None:
    video_id = await published(visibility=visibility)(world)
    urls = await through(world, cdn, video_id)
    for url in urls:
        for _ in range(2):
            answer, cached = await fetched(world.site.anonymous, url)
            assert (answer.status, cached) == (200, "")
        part, _ = await fetched(world.site.anonymous, url, Range="bytes=1-2")
        assert (part.status, part.body) in ((206, answer.body[1:3]), (200, answer.body))
        assert part.status == 206 or url.endswith(".m3u8")
        assert (await fetched(world.site.anonymous, under(url, None)))[0].status == 404
    await is_deleted(world, video_id)
    for url in urls:
        assert (await fetched(world.site.anonymous, url))[0].status == 404, "at once"


async def test_addresses_lead_to_the_cdn(sqlite_url: str, tmp_path: Path) -> None:
    """`media_base_url` is all that the server has to know of it."""
    settings = Settings(data=tmp_path / "data", media_base_url="https://cdn.example/")
    links = make_links(settings, b"s" * 32, Address("http://api.example"), ManualClock())
    video_id, viewer = VideoId(str(uuid.uuid4())), UserId(str(uuid.uuid4()))
    assert links.plain(video_id, "g-1").url == f"https://cdn.example/media/videos/{video_id}/g-1/"
    signed = links.signed(video_id, "g-1", viewer).url
    assert signed.startswith("https://cdn.example/media/~")
    token, _, key = signed.partition("/~")[2].partition("/")
    assert links.check(token, f"{key}master.m3u8") == MediaPass(viewer)
