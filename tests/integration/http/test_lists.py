from datetime import timedelta

from tests.integration.http.site import Site

VIDEOS = "/api/v1/videos"


async def test_newest_first_in_pages(site: Site) -> None:
    mira = await site.creator()
    made = []
    for number in range(5):
        made.append(await site.published(mira, title=f"Number {number}"))
        site.clock.advance(timedelta(seconds=1))
    for client in (site.anonymous, mira):
        seen, cursor = [], ""
        while True:
            page = await client.get(f"{VIDEOS}?limit=2{cursor}")
            seen += [video["id"] for video in page.data]
            if page.json["meta"]["next_cursor"] is None:
                break
            cursor = f"&cursor={page.json['meta']['next_cursor']}"
        assert seen == made[::-1]


async def test_lists_can_be_narrowed(site: Site) -> None:
    mira, ben = await site.creator(), await site.creator()
    video, short = await site.published(mira), await site.published(mira, type="short")
    other = await site.published(ben)
    for client in (site.anonymous, ben):
        for query, expected in {
            "": {video, short, other},
            "?type=short": {short},
            f"?channel={mira.channel['handle'].upper()}": {video, short},
            f"?channel={mira.channel['id']}&type=video": {video},
            "?utm_source=elsewhere": {video, short, other},
        }.items():
            answer = await client.get(VIDEOS + query)
            assert {item["id"] for item in answer.data} == expected, query
        assert (await client.get(f"{VIDEOS}?channel=nobody")).status == 404


async def test_wrong_queries(site: Site) -> None:
    for client in (site.anonymous, await site.viewer()):
        for query, types in {
            "limit=0": {"limit": "greater_than_equal"},
            "limit=101&type=film": {"limit": "less_than_equal", "type": "enum"},
            "cursor=nonsense": {"cursor": "cursor"},
            "cursor=%00": {"cursor": "nul_character"},
            "limit=": {"limit": "int_parsing"},
        }.items():
            answer = await client.get(f"{VIDEOS}?{query}")
            assert (answer.status, answer.types) == (400, types), query


async def test_the_anonymous_list_comes_from_the_cache_and_is_dropped_on_publishing(site: Site) -> None:
    mira = await site.creator()
    await site.published(mira)
    first = await site.anonymous.get(VIDEOS)
    assert first.headers["Cache-Control"] == "public, max-age=5"
    assert first.headers["Vary"] == "Authorization"
    same = await site.anonymous.get(VIDEOS)
    assert (same.body, same.headers["ETag"]) == (first.body, first.headers["ETag"])
    await site.published(mira)
    fresh = await site.anonymous.get(VIDEOS)
    assert len(fresh.data) == 2
    assert fresh.headers["ETag"] != first.headers["ETag"]


async def test_a_publish_in_one_channel_leaves_the_others_lists_alone(site: Site) -> None:
    mira, ben = await site.creator(), await site.creator()
    await site.published(mira)
    path = f"/api/v1/channels/{mira.channel['id']}/videos"
    await site.anonymous.get(path)
    peek = site.platform.ports.cache.peek  # type: ignore[attr-defined]
    key = f"videos:{mira.channel['id']}:None:24:None"
    assert peek(key)
    await site.published(ben)
    assert peek(key)
    await site.published(mira)
    assert peek(key) is None
    assert len((await site.anonymous.get(path)).data) == 2


async def test_conditional_reads(site: Site) -> None:
    mira = await site.creator()
    video_id = await site.published(mira)
    paths = (
        VIDEOS,
        f"{VIDEOS}/{video_id}",
        f"/api/v1/channels/{mira.channel['handle']}",
        f"{VIDEOS}/{video_id}/status",
    )
    for path in (*paths, "/api/v1/users/me"):
        for client in (mira,) if path.endswith("/me") else (site.anonymous, mira):
            tag = (await client.get(path)).headers["ETag"]
            for sent in (tag, f'"other", W/{tag}', "*"):
                answer = await client.get(path, headers={"If-None-Match": sent})
                assert (answer.status, answer.body, answer.headers["ETag"]) == (304, b"", tag)
                assert "Cache-Control" in answer.headers
            assert (await client.get(path, headers={"If-None-Match": '"other"'})).status == 200


async def test_answers_for_somebody_are_private(site: Site) -> None:
    mira = await site.creator()
    video_id = await site.published(mira)
    for path in (VIDEOS, f"{VIDEOS}/{video_id}", f"/api/v1/channels/{mira.channel['id']}"):
        assert (await mira.get(path)).headers["Cache-Control"] == "private, no-cache"
        assert (await site.anonymous.get(path)).headers["Cache-Control"].startswith("public")


async def test_head_is_get_without_the_body(site: Site) -> None:
    await site.published(await site.creator())
    got = await site.anonymous.get(VIDEOS)
    head = await site.anonymous.request("HEAD", VIDEOS)
    assert (head.status, head.body) == (200, b"")
    for name in ("ETag", "Content-Length", "Content-Type"):
        assert head.headers[name] == got.headers[name]
