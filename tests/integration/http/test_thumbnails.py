"""The owner chooses what stands for a video, and learns what it has in common with others."""

import io
from typing import Any

import aiohttp
import pytest

from streamcore.shared.access import Role
from streamcore.shared.errors import NotFound
from streamcore.shared.ids import VideoId
from streamcore.videos.models.media import PrintKind
from tests.integration.http.site import Answer, Client, Site
from tests.integration.http.test_videos import VIDEOS, promoted

JPEG = b"\xff\xd8\xff an image"


async def choose(client: Client, video_id: str, index: Any) -> Answer:
    return await client.request("PUT", f"{VIDEOS}/{video_id}/thumbnail", json={"index": index})


async def upload(client: Client, video_id: str, image: bytes = JPEG, name: str = "file") -> Answer:
    form = aiohttp.FormData()
    form.add_field(name, io.BytesIO(image), filename="a.jpg", content_type="image/jpeg")
    return await client.request("PUT", f"{VIDEOS}/{video_id}/thumbnail", data=form)


async def test_one_of_the_stills_is_chosen_and_taken_back(site: Site) -> None:
    owner = await site.creator()
    video_id = await site.published(owner)
    offered = (await owner.get(f"{VIDEOS}/{video_id}/thumbnails")).data
    assert (offered["chosen"], offered["own_image"]) == (None, False)
    assert [still["index"] for still in offered["thumbnails"]] == [0, 1, 2]
    for still in offered["thumbnails"]:
        assert (await site.anonymous.get(still["url"])).headers["Content-Type"] == "image/jpeg"
        assert (await site.anonymous.get(still["card_url"])).headers["Content-Type"] == "image/webp"
    best = (await owner.get(f"{VIDEOS}/{video_id}")).data
    chosen = (await choose(owner, video_id, 2)).data
    still = offered["thumbnails"][2]
    assert (chosen["poster_url"], chosen["thumbnail_url"]) == (still["url"], still["card_url"])
    assert chosen["poster_url"] != best["poster_url"]
    assert (await owner.get(f"{VIDEOS}/{video_id}/thumbnails")).data["chosen"] == 2
    await site.settle()
    assert (await site.anonymous.get(f"{VIDEOS}/{video_id}")).data["thumbnail_url"] == chosen["thumbnail_url"]
    back = (await choose(owner, video_id, None)).data
    assert back["thumbnail_url"] == best["thumbnail_url"]


async def test_an_own_image_is_shown_by_an_address_of_its_own(site: Site) -> None:
    owner = await site.creator()
    video_id = await site.published(owner, visibility="private")
    shown = await upload(owner, video_id)
    assert shown.status == 200, shown.body
    poster = await site.anonymous.get(shown.data["poster_url"])
    assert (poster.status, poster.headers["Content-Type"]) == (200, "image/jpeg")
    card = await site.anonymous.get(shown.data["thumbnail_url"])
    assert (card.status, card.headers["Content-Type"]) == (200, "image/webp")
    assert JPEG not in poster.body + card.body
    plain = f"{site.address}/media/videos/" + shown.data["poster_url"].partition("/videos/")[2]
    assert plain != shown.data["poster_url"]
    assert (await site.anonymous.get(plain)).status == 404
    offered = (await owner.get(f"{VIDEOS}/{video_id}/thumbnails")).data
    assert (offered["chosen"], offered["own_image"]) == (None, True)
    assert (await upload(owner, video_id)).data["poster_url"] != shown.data["poster_url"]


async def test_what_cannot_be_shown_is_refused(site: Site) -> None:
    owner = await site.creator()
    video_id = await site.published(owner)
    assert (await choose(owner, video_id, 3)).types == {"index": "less_than_equal"}
    assert (await choose(owner, video_id, -1)).status == 400
    assert (await upload(owner, video_id, b"<svg/>")).code == "UNPROCESSABLE_MEDIA"
    assert (await upload(owner, video_id, b"")).types == {"file": "missing"}
    assert (await upload(owner, video_id, name="image")).types == {"image": "unexpected_field"}
    assert (await upload(owner, video_id, JPEG + b" " * 10 * 1024**2)).code == "PAYLOAD_TOO_LARGE"
    assert (await owner.get(f"{VIDEOS}/{video_id}/thumbnails")).data["chosen"] is None
    waiting = await site.uploaded(owner)
    assert (await choose(owner, waiting, 0)).status == 409


async def test_copies_are_found_and_told_to_those_who_may_know(site: Site) -> None:
    owner, other = await site.creator(), await site.creator()
    mine = await site.published(owner, title="Mine")
    copy = await site.published(other, title="A copy", visibility="private")
    open_copy = await site.published(other, title="An open copy")
    unlisted = await site.published(other, title="For those who were given its id", visibility="unlisted")
    again = await site.published(owner, title="Mine too", visibility="private")
    moderator = await promoted(site, await site.creator(), Role.MODERATOR)
    seen = await moderator.get(f"{VIDEOS}/{mine}/duplicates")
    assert {(found["video_id"], found["kind"]) for found in seen.data} == {
        (video_id, kind) for video_id in (copy, open_copy, unlisted, again) for kind in ("frames", "sound")
    }
    assert all(found["coverage"] > 0.9 and found["offset_seconds"] == 0 for found in seen.data)
    told = (await owner.get(f"{VIDEOS}/{mine}/duplicates")).data
    assert {found["video_id"] for found in told} == {open_copy, again}
    assert (await other.get(f"{VIDEOS}/{mine}/duplicates")).status == 403
    assert (await owner.get(f"{VIDEOS}/{copy}/duplicates")).status == 404


async def test_a_deleted_video_is_no_copy_of_anything(site: Site) -> None:
    owner, other = await site.creator(), await site.creator()
    mine, copy = await site.published(owner), await site.published(other)
    assert (await other.request("DELETE", f"{VIDEOS}/{copy}")).status == 204
    await site.settle()
    moderator = await promoted(site, await site.creator(), Role.MODERATOR)
    assert (await moderator.get(f"{VIDEOS}/{mine}/duplicates")).data == []
    async with site.platform.ports.begin() as uow:
        assert await uow.duplicates.of(VideoId(mine)) == []
    for kind in PrintKind:
        with pytest.raises(NotFound):
            await site.platform.ports.fingerprints.get(VideoId(copy), kind)


@pytest.mark.parametrize("path", ["thumbnails", "duplicates"])
async def test_strangers_are_told_no_more_than_by_reading(site: Site, path: str) -> None:
    owner, stranger = await site.creator(), await site.viewer()
    hidden, shown = await site.published(owner, visibility="private"), await site.published(owner)
    assert (await site.anonymous.get(f"{VIDEOS}/{shown}/{path}")).status == 401
    assert (await stranger.get(f"{VIDEOS}/{shown}/{path}")).status == 403
    assert (await stranger.get(f"{VIDEOS}/{hidden}/{path}")).status == 404
