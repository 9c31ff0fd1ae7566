"""Processing a video again, as clients see it."""

from collections.abc import AsyncIterator

from tests.integration.http.site import Site


async def test_a_published_video_is_made_anew_while_it_stays_in_service(site: Site) -> None:
    creator = await site.creator()
    video_id = await site.published(creator)
    path = f"/api/v1/videos/{video_id}"
    before = (await creator.get(path)).data
    for _ in range(2):
        answer = await creator.post(f"{path}/reprocess")
        assert (answer.status, answer.data["status"]) == (202, "published")
        assert answer.data["stream_url"] == before["stream_url"]
    assert (await creator.get(f"{path}/status")).data["progress"] == 100
    await site.settle()
    after = (await creator.get(path)).data
    assert after["status"] == "published"
    assert after["stream_url"] != before["stream_url"]
    generations = {key.split("/")[2] for key in await site.stored(f"videos/{video_id}/")}
    assert len(generations) == 2  # asked for twice, made once; the old one may still be watched


async def test_strangers_may_not(site: Site) -> None:
    creator, stranger = await site.creator(), await site.creator()
    public, private = await site.published(creator), await site.published(creator, visibility="private")
    for client, video_id, status in (
        (site.anonymous, public, 401),
        (stranger, public, 403),
        (stranger, private, 404),
        (creator, "00000000-0000-7000-8000-000000000000", 404),
    ):
        assert (await client.post(f"/api/v1/videos/{video_id}/reprocess")).status == status


async def test_a_failure_is_told_to_the_owner_and_nobody_else(site: Site) -> None:
    creator = await site.creator()
    video_id = await site.published(creator)
    (source,) = await site.stored(f"uploads/{video_id}/")

    async def damaged() -> AsyncIterator[bytes]:
        yield b"broken video, as it seems"

    await site.platform.ports.store.put(source, damaged(), content_type="video/mp4")
    path = f"/api/v1/videos/{video_id}"
    assert (await creator.post(f"{path}/reprocess")).status == 202
    await site.settle()
    status = (await creator.get(f"{path}/status")).data
    assert (status["status"], status["error"]["code"]) == ("published", "DECODE_FAILED")
    assert "error" not in (await site.anonymous.get(f"{path}/status")).data
