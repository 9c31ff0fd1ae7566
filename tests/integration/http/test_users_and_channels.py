import asyncio
import uuid

from tests.integration.http.site import Site


async def test_me_and_others(site: Site) -> None:
    mira, ben = await site.viewer(), await site.viewer()
    mine = (await mira.get("/api/v1/users/me")).data
    assert mine["email"] == mira.user["email"]
    assert mine["created_at"].endswith("Z")
    seen = (await ben.get(f"/api/v1/users/{mira.user['id'].upper()}")).data
    assert seen["username"] == mira.user["username"]
    assert not {"email", "country", "autoplay", "interests"} & set(seen)
    assert "email" not in (await site.anonymous.get(f"/api/v1/users/{mira.user['id']}")).data


async def test_unknown_users(site: Site) -> None:
    for path in (f"/api/v1/users/{uuid.uuid4()}", "/api/v1/users/nobody", "/api/v1/users/%00"):
        for more in ("", "/videos"):
            answer = await site.anonymous.get(path + more)
            assert (answer.status, answer.code) == (404, "NOT_FOUND")
    assert (await site.anonymous.get("/api/v1/users/me")).status == 401


async def test_own_videos_whatever_their_status(site: Site) -> None:
    mira = await site.creator()
    path = f"/api/v1/users/{mira.user['id']}/videos"
    assert (await mira.get(path)).data == []
    shown = await site.published(mira, title="Shown to all")
    hidden = await site.published(mira, title="Hidden", visibility="private")
    unfinished = await site.uploaded(mira, title="Unfinished")
    mine = (await mira.get(path)).data
    assert {video["id"] for video in mine} == {shown, hidden, unfinished}
    assert {video["status"] for video in mine} == {"published", "processing"}
    theirs = (await site.anonymous.get(path)).data
    assert [video["id"] for video in theirs] == [shown]
    assert (await (await site.viewer()).get(path)).data == theirs
    first = await mira.get(f"{path}?limit=2")
    rest = await mira.get(f"{path}?limit=2&cursor={first.json['meta']['next_cursor']}")
    assert [video["id"] for video in first.data + rest.data] == [video["id"] for video in mine]
    assert rest.json["meta"]["next_cursor"] is None


async def test_a_channel_makes_its_owner_a_creator(site: Site) -> None:
    viewer = await site.viewer()
    body = {"handle": "Mira.Draws", "name": " Mira ", "tags": ["Ink", "ink"], "country": "PT"}
    answer = await viewer.post("/api/v1/channels", json=body)
    assert answer.status == 201
    assert (answer.data["name"], answer.data["tags"], answer.data["country"]) == ("Mira", ["ink"], "PT")
    assert (await viewer.get("/api/v1/users/me")).data["role"] == "creator"
    for name in ("mira.draws", answer.data["id"], answer.data["id"].upper()):
        for client in (viewer, site.anonymous):
            assert (await client.get(f"/api/v1/channels/{name}")).data["id"] == answer.data["id"]


async def test_channels_that_cannot_be(site: Site) -> None:
    viewer = await site.viewer()
    path = "/api/v1/channels"
    assert (await site.anonymous.post(path, json={})).status == 401
    answer = await viewer.post(path, json={"handle": "x", "support_url": "ftp://x"})
    expected = {"handle": "string_too_short", "name": "missing", "support_url": "string_pattern_mismatch"}
    assert (answer.status, answer.types) == (400, expected)
    assert (await viewer.post(path, json={"handle": "a b", "name": "x"})).types == {"handle": "handle"}
    await viewer.post(path, json={"handle": "first", "name": "x"})
    answer = await viewer.post(path, json={"handle": "second", "name": "x"})
    assert (answer.status, [*answer.types.values()]) == (409, ["channel_exists"])
    answer = await (await site.viewer()).post(path, json={"handle": "FIRST", "name": "x"})
    assert (answer.status, answer.types) == (409, {"handle": "handle_taken"})


async def test_repeating_a_channel_is_harmless(site: Site) -> None:
    viewer = await site.viewer()
    body = {"handle": "ink", "name": "Ink"}
    first, *others = await asyncio.gather(*(viewer.post("/api/v1/channels", json=body, key="k") for _ in range(10)))
    assert first.status == 201
    assert {other.body for other in others} == {first.body}
    answer = await viewer.post("/api/v1/channels", json=body | {"name": "Other"}, key="k")
    assert (answer.status, answer.types) == (409, {"X-Idempotency-Key": "idempotency_key_reused"})


async def test_unknown_channels(site: Site) -> None:
    viewer = await site.viewer()
    for name in ("nobody", str(uuid.uuid4()), "%00", "a" * 500, "%C3%A4%20b"):
        for client in (site.anonymous, viewer):
            for more in ("", "/videos", "/videos?limit=0"):
                answer = await client.get(f"/api/v1/channels/{name}{more}")
                assert (answer.status, answer.code) == (404, "NOT_FOUND"), (name, more)


async def test_videos_of_a_channel(site: Site) -> None:
    mira, ben = await site.creator(), await site.creator()
    mine = [await site.published(mira, title=f"Number {n}") for n in range(3)]
    await site.published(ben)
    for client in (site.anonymous, ben):
        answer = await client.get(f"/api/v1/channels/{mira.channel['handle']}/videos")
        assert {video["id"] for video in answer.data} == set(mine)
    assert (await site.anonymous.get(f"/api/v1/channels/{mira.channel['id']}")).data["videos_count"] == 3
    answer = await site.anonymous.get(f"/api/v1/channels/{mira.channel['id']}/videos?limit=x")
    assert (answer.status, answer.types) == (400, {"limit": "int_parsing"})
