"""Captions come and go with the stream in service, and are there for whoever may watch it, and for nobody else."""

import io
import re
from collections.abc import AsyncIterator

import pytest

from tests.integration.http.site import Answer, Client, Site
from tests.integration.http.test_videos import VIDEOS

VTT = "WEBVTT\n\nSTYLE\n::cue { color: red }\n\n00:01.000 --> 00:02.500\n<b>Hello"
SRT = "1\n00:00:01,000 --> 00:00:02,500\nHallo & willkommen\n"
HEADER = "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n\n"


async def put(client: Client, video_id: str, lang: str = "en", body: str | bytes = VTT, query: str = "") -> Answer:
    headers = {"Content-Type": "text/vtt"}
    data = io.BytesIO(body.encode() if isinstance(body, str) else body)
    return await client.request("PUT", f"{VIDEOS}/{video_id}/captions/{lang}{query}", data=data, headers=headers)


async def text(site: Site, url: str) -> str:
    answer = await site.anonymous.get(url)
    assert answer.status == 200, answer.body
    return answer.body.decode()


async def uris(site: Site, master: str) -> dict[str, str]:
    """Language → address of its playlist, as the master tells it."""
    base = master.rpartition("/")[0]
    named = re.findall(r'TYPE=SUBTITLES.*LANGUAGE="([^"]+)".*URI="([^"]+)"', await text(site, master))
    return {lang: f"{base}/{uri}" for lang, uri in named}


async def test_they_are_shown_in_the_stream_at_once(site: Site) -> None:
    owner = await site.creator()
    video_id = await site.published(owner)
    before = (await site.anonymous.get(f"{VIDEOS}/{video_id}")).data
    assert before["captions"] == []
    assert await uris(site, before["stream_url"]) == {}
    assert (await put(owner, video_id)).status == 200
    shown = await put(owner, video_id, "DE-at", SRT, "?label=Deutsch")
    await site.settle()
    after = (await site.anonymous.get(f"{VIDEOS}/{video_id}")).data
    assert after["captions"] == shown.data["captions"]
    assert [(caption["lang"], caption["label"]) for caption in after["captions"]] == [
        ("de-AT", "Deutsch"),
        ("en", "English"),
    ]
    german, english = [await text(site, caption["url"]) for caption in after["captions"]]
    assert english == f"{HEADER}00:00:01.000 --> 00:00:02.500\n<b>Hello</b>\n"
    assert german == f"{HEADER}00:00:01.000 --> 00:00:02.500\nHallo &amp; willkommen\n"
    assert after["stream_url"] == before["stream_url"]
    playlists = await uris(site, after["stream_url"])
    assert sorted(playlists) == ["de-AT", "en"]
    playlist = (await text(site, playlists["en"])).splitlines()
    assert "#EXTINF:5.000," in playlist
    assert playlists["en"].rpartition("/")[0] + "/" + playlist[-2] == after["captions"][1]["url"]


async def test_whoever_has_added_them_finds_them_at_once(site: Site) -> None:
    owner = await site.creator()
    video_id = await site.published(owner)
    shown = (await put(owner, video_id)).data
    await uris(site, shown["stream_url"])  # from now on the list is kept
    await site.settle()
    german = (await put(owner, video_id, "de", SRT)).data["captions"][0]
    assert "Hallo" in await text(site, german["url"])


async def test_a_first_quality_has_them_too(site: Site) -> None:
    owner = await site.creator()
    video_id = await site.published(owner)
    shown = (await put(owner, video_id)).data
    await site.settle()
    store, folder = site.platform.ports.store, shown["stream_url"].rpartition("/")[0]
    key = folder.partition("/media/")[2]

    async def master() -> AsyncIterator[bytes]:
        async with store.get(f"{key}/master.m3u8") as chunks:
            async for chunk in chunks:
                yield chunk

    size = (await store.head(f"{key}/master.m3u8")).size
    await store.put(f"{key}/first.m3u8", master(), content_type="application/vnd.apple.mpegurl", size=size)
    assert list(await uris(site, f"{folder}/first.m3u8")) == ["en"]


async def test_players_are_told_what_they_get(site: Site) -> None:
    owner = await site.creator()
    video_id = await site.published(owner)
    shown = (await put(owner, video_id)).data
    await site.settle()
    file = await site.anonymous.get(shown["captions"][0]["url"])
    assert file.headers["Content-Type"].startswith("text/vtt")
    assert file.headers["Access-Control-Allow-Origin"] == "*"
    master = await site.anonymous.get(shown["stream_url"])
    assert master.headers["Content-Type"] == "application/vnd.apple.mpegurl"
    assert master.headers["Access-Control-Allow-Origin"] == "*"
    again = await site.anonymous.get(shown["stream_url"], headers={"If-None-Match": master.headers["ETag"]})
    assert (again.status, again.body) == (304, b"")


async def test_they_are_replaced_and_deleted(site: Site) -> None:
    owner = await site.creator()
    video_id = await site.published(owner)
    first = (await put(owner, video_id)).data["captions"][0]["url"]
    second = (await put(owner, video_id, "EN", VTT.replace("Hello", "Bye"))).data["captions"][0]["url"]
    await site.settle()
    assert first != second
    assert (await site.anonymous.get(first)).status == 404
    assert "Bye" in await text(site, second)
    assert (await owner.request("DELETE", f"{VIDEOS}/{video_id}/captions/en")).status == 204
    await site.settle()
    assert (await site.anonymous.get(second)).status == 404
    view = (await site.anonymous.get(f"{VIDEOS}/{video_id}")).data
    assert view["captions"] == []
    assert await uris(site, view["stream_url"]) == {}
    assert (await owner.request("DELETE", f"{VIDEOS}/{video_id}/captions/en")).status == 404
    stored = [key for key in await site.stored(f"videos/{video_id}/") if "/captions-" in key]
    for key in stored:  # until the sweep comes
        assert (await site.anonymous.get(f"{site.address}/media/{key}")).status == 404


@pytest.mark.parametrize("visibility", ["private", "followers", "unlisted"])
async def test_they_are_as_hidden_as_their_video(site: Site, visibility: str) -> None:
    owner, stranger = await site.creator(), await site.viewer()
    video_id = await site.published(owner, visibility=visibility)
    url = (await put(owner, video_id)).data["captions"][0]["url"]
    await site.settle()
    plain = f"{site.address}/media/videos/" + url.partition("/videos/")[2]
    assert plain != url
    assert (await site.anonymous.get(plain)).status == 404
    assert (await stranger.get(plain)).status == 404
    assert "Hello" in await text(site, url)
    assert (await stranger.get(f"{VIDEOS}/{video_id}")).status == (200 if visibility == "unlisted" else 404)


async def test_they_may_come_before_the_stream_and_outlive_it(site: Site) -> None:
    owner = await site.creator()
    video_id = await site.uploaded(owner)
    waiting = await put(owner, video_id)
    assert (waiting.status, waiting.data["captions"]) == (200, [])
    await site.settle()
    assert [caption["lang"] for caption in (await owner.get(f"{VIDEOS}/{video_id}")).data["captions"]] == ["en"]


@pytest.mark.parametrize(
    ("lang", "body", "query", "field"),
    [
        ("klingon-language", VTT, "", "lang"),
        ("en", "no captions", "", "file.1"),
        ("en", b"", "", "file"),
        ("en", VTT, "?label=%20", "label"),
        ("en", VTT, "?label=a%0Ab", "label"),
    ],
)
async def test_what_is_wrong_is_told(site: Site, lang: str, body: str | bytes, query: str, field: str) -> None:
    owner = await site.creator()
    video_id = await site.published(owner)
    answer = await put(owner, video_id, lang, body, query)
    assert answer.status == 400
    assert list(answer.types) == [field]
    assert [key for key in await site.stored() if "captions" in key] == []


async def test_a_file_that_is_too_large_is_refused(site: Site) -> None:
    owner = await site.creator()
    answer = await put(owner, await site.published(owner), body=b" " * (2 * 1024**2 + 1))
    assert (answer.status, answer.code) == (413, "PAYLOAD_TOO_LARGE")
