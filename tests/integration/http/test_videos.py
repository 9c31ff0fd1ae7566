import asyncio
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.memory.objects import MemoryObjectStore
from streamcore.shared.access import Role
from streamcore.shared.ids import UserId
from tests.integration.http.site import Answer, Client, Site, video_form

VIDEOS = "/api/v1/videos"
FILE = {"filename": "film.mp4", "content_type": "video/mp4", "size_bytes": 6}
FIELDS = {
    *("id", "channel", "title", "description", "type", "visibility", "status", "tags", "category", "duration_seconds"),
    *("width", "height", "thumbnail_url", "poster_url", "preview_vtt_url", "stream_url", "audio_url"),
    *("renditions", "captions"),
    *("view_count", "like_count", "dislike_count", "comment_count", "share_count", "is_liked", "is_disliked"),
    *("is_adult", "is_free", "is_featured", "is_banner", "country", "published_at", "created_at"),
}


async def send_presigned(site: Site, announced: Mapping[str, Any], body: bytes = b"a film") -> None:
    """What a client does with an upload address."""
    store, url, headers = site.platform.ports.store, announced["upload_url"], announced["headers"]
    if isinstance(store, MemoryObjectStore):
        assert (await store.answer("PUT", url, headers, body)).status == 200
    else:
        assert (await site.anonymous.request("PUT", url, headers=headers, data=body)).status == 200


async def promoted(site: Site, client: Client, role: Role) -> Client:
    async with site.platform.ports.begin() as uow:
        user = await uow.users.get(UserId(client.user["id"]))
        changed, events = user.with_role(role, site.clock.now())
        await uow.users.save(changed)
        uow.record(*events)
    return client


async def test_upload_by_address_then_confirm(site: Site) -> None:
    mira = await site.creator()
    announced = await mira.post(f"{VIDEOS}/upload-url", json=FILE, key="k1")
    assert announced.status == 201
    assert announced.data["method"] == "PUT"
    video_id = announced.data["video_id"]
    body = {"video_id": video_id, "title": "Ink in water"}
    early = await mira.post(VIDEOS, json=body)
    assert (early.status, early.types) == (409, {"video_id": "file_missing"})
    await send_presigned(site, announced.data)
    confirmed = await mira.post(VIDEOS, json=body, key="k2")
    assert (confirmed.status, confirmed.data["status"], confirmed.data["id"]) == (201, "processing", video_id)
    assert (await mira.post(VIDEOS, json=body, key="k2")).body == confirmed.body
    shouted = body | {"video_id": video_id.upper()}
    assert (await mira.post(VIDEOS, json=shouted)).status == 201, "repeating it without a key is harmless too"
    other = await mira.post(VIDEOS, json=body | {"title": "Other"})
    assert (other.status, other.types) == (409, {"video_id": "upload_confirmed"})
    other = await mira.post(VIDEOS, json=body | {"title": "Other"}, key="k2")
    assert (other.status, other.types) == (409, {"X-Idempotency-Key": "idempotency_key_reused"})
    await site.settle()
    assert (await site.anonymous.get(f"{VIDEOS}/{video_id}")).data["status"] == "published"


async def test_upload_addresses_that_are_refused(site: Site) -> None:
    mira, path = await site.creator(), f"{VIDEOS}/upload-url"
    assert (await site.anonymous.post(path, json=FILE, key="k")).status == 401
    assert (await (await site.viewer()).post(path, json={}, key="k")).status == 403, "permission before validation"
    assert (await mira.post(path, json=FILE)).types == {"X-Idempotency-Key": "missing"}
    answer = await mira.post(path, json={"filename": "", "size_bytes": 0, "checksum_sha256": "x"}, key="k")
    expected = {
        "filename": "string_too_short",
        "content_type": "missing",
        "size_bytes": "greater_than",
        "checksum_sha256": "string_pattern_mismatch",
    }
    assert (answer.status, answer.types) == (400, expected)
    answer = await mira.post(path, json=FILE | {"content_type": "text/plain"}, key="k")
    assert (answer.status, answer.code) == (422, "UNPROCESSABLE_MEDIA")
    answer = await mira.post(path, json=FILE | {"size_bytes": 10**13}, key="k")
    assert (answer.status, answer.types) == (413, {"size_bytes": "too_large"})


async def test_a_repeated_announcement_is_about_the_same_video(site: Site) -> None:
    mira, path = await site.creator(), f"{VIDEOS}/upload-url"
    answers = await asyncio.gather(*(mira.post(path, json=FILE, key="k") for _ in range(10)))
    assert len({answer.data["video_id"] for answer in answers}) == 1
    answer = await mira.post(path, json=FILE | {"size_bytes": 7}, key="k")
    assert (answer.status, answer.types) == (409, {"X-Idempotency-Key": "idempotency_key_reused"})


async def test_a_repeated_announcement_gets_the_first_answer_whatever_came_of_it(site: Site) -> None:
    mira, path = await site.creator(), f"{VIDEOS}/upload-url"
    first = await mira.post(path, json=FILE, key="k")
    video_id = first.data["video_id"]

    async def repeat() -> None:
        site.clock.advance(timedelta(minutes=1))
        answer = await mira.post(path, json=FILE, key="k")
        assert (answer.status, answer.data) == (201, first.data)
        other = await mira.post(path, json=FILE | {"size_bytes": 7}, key="k")
        assert (other.status, other.types) == (409, {"X-Idempotency-Key": "idempotency_key_reused"})

    await repeat()
    await send_presigned(site, first.data)
    assert (await mira.post(VIDEOS, json={"video_id": video_id, "title": "Ink in water"})).status == 201
    await repeat()
    await site.settle()
    await repeat()
    assert (await mira.request("DELETE", f"{VIDEOS}/{video_id}")).status == 204
    await repeat()


async def test_nobody_confirms_for_others(site: Site) -> None:
    mira, ben = await site.creator(), await site.creator()
    announced = await mira.post(f"{VIDEOS}/upload-url", json=FILE, key="k")
    await send_presigned(site, announced.data)
    for video_id in (announced.data["video_id"], str(uuid.uuid4())):
        answer = await ben.post(VIDEOS, json={"video_id": video_id, "title": "Stolen"})
        assert (answer.status, answer.code) == (404, "NOT_FOUND")
    assert (await mira.post(VIDEOS, json={"video_id": "x"})).types == {
        "video_id": "string_pattern_mismatch",
        "title": "missing",
    }


async def test_a_published_video(site: Site) -> None:
    mira = await site.creator()
    video_id = await site.published(mira, tags="ink", country="PT", description="Slow.")
    for client in (site.anonymous, mira, await site.viewer()):
        video = (await client.get(f"{VIDEOS}/{video_id}")).data
        assert set(video) == FIELDS
        assert video["channel"]["id"] == mira.channel["id"]
        assert (video["status"], video["country"], video["tags"]) == ("published", "PT", ["ink"])
        assert [rung["name"] for rung in video["renditions"]] == ["360p", "720p"]
        assert video["stream_url"].endswith("/master.m3u8")
        assert "~" not in video["stream_url"], "public videos have plain addresses"
        assert video["published_at"].endswith("Z")
        assert not video["is_featured"]
        stream = (await client.get(f"{VIDEOS}/{video_id}/stream-url")).data
        assert stream["stream_url"] == video["stream_url"]


@pytest.mark.parametrize("visibility", ["private", "unlisted", "followers"])
async def test_videos_that_are_not_public(site: Site, visibility: str) -> None:
    mira = await site.creator()
    video_id = await site.published(mira, visibility=visibility)
    path = f"{VIDEOS}/{video_id}"
    expected = 200 if visibility == "unlisted" else 404
    for client in (site.anonymous, await site.viewer()):
        for more in ("", "/status", "/stream-url"):
            assert (await client.get(path + more)).status == expected
        assert (await client.get(VIDEOS)).data == []
    mine = (await mira.get(path)).data
    assert "/~" in mine["stream_url"]
    assert (await mira.get(mine["stream_url"])).status == 200


async def test_unfinished_videos_are_their_owners_alone(site: Site) -> None:
    mira = await site.creator()
    path = f"{VIDEOS}/{await site.uploaded(mira)}"
    assert (await site.anonymous.get(path)).status == 404
    assert (await site.anonymous.get(f"{path}/status")).status == 404
    assert (await mira.get(path)).data["status"] == "processing"
    status = (await mira.get(f"{path}/status")).data
    assert (status["status"], status["progress"]) == ("processing", 0)
    answer = await mira.get(f"{path}/stream-url")
    assert (answer.status, answer.code) == (409, "CONFLICT")


async def test_unknown_videos(site: Site) -> None:
    mira = await site.creator()
    for name in (str(uuid.uuid4()), "nonsense", "%00", "%2e%2e"):
        path = f"{VIDEOS}/{name}"
        for more in ("", "/status", "/stream-url"):
            assert (await site.anonymous.get(path + more)).status == 404
        assert (await mira.request("PATCH", path, json={"title": ""})).status == 404, "404 before 400"
        assert (await mira.request("DELETE", path)).status == 404
        assert (await mira.post(f"{path}/publish")).status == 404
        assert (await mira.post(f"{path}/reprocess", key="bad key")).status == 404


async def test_a_failed_video_tells_its_owner_why_and_can_be_retried(site: Site) -> None:
    mira = await site.creator()
    form = video_form(b"broken video, as it seems")
    video_id = (await mira.post(VIDEOS, data=form, key="k")).data["id"]
    await site.settle()
    status = (await mira.get(f"{VIDEOS}/{video_id}/status")).data
    assert (status["status"], status["error"]["code"]) == ("failed", "DECODE_FAILED")
    assert status["error"]["message"].endswith(".")
    assert (await site.anonymous.get(f"{VIDEOS}/{video_id}/status")).status == 404
    assert (await site.anonymous.post(f"{VIDEOS}/{video_id}/reprocess")).status == 401
    assert (await (await site.creator()).post(f"{VIDEOS}/{video_id}/reprocess")).status == 404
    answer = await mira.post(f"{VIDEOS}/{video_id}/reprocess", key="again")
    assert (answer.status, answer.data["status"]) == (202, "processing")
    assert (await mira.post(f"{VIDEOS}/{video_id}/reprocess", key="again")).body == answer.body
    assert (await mira.post(f"{VIDEOS}/{video_id}/reprocess")).status == 409


async def test_publish_when_its_owner_says_so(site: Site) -> None:
    mira = await site.creator()
    video_id = await site.published(mira, publish="false")
    path = f"{VIDEOS}/{video_id}/publish"
    assert (await mira.get(f"{VIDEOS}/{video_id}")).data["status"] == "ready"
    assert (await site.anonymous.get(f"{VIDEOS}/{video_id}")).status == 404
    assert (await site.anonymous.post(path)).status == 401
    assert (await (await site.creator()).post(path)).status == 404
    answer = await mira.post(path)
    assert (answer.status, answer.data["status"]) == (200, "published")
    assert (await mira.post(path)).status == 200
    assert (await site.anonymous.get(f"{VIDEOS}/{video_id}")).status == 200
    assert (await (await site.creator()).post(path)).status == 403, "now others may know of it"


async def test_scheduled_videos_appear_in_time(site: Site) -> None:
    mira = await site.creator()
    video_id = await site.published(mira, publish_at="2026-01-02T00:00:00Z")
    video = (await mira.get(f"{VIDEOS}/{video_id}")).data
    assert (video["status"], video["publish_at"]) == ("scheduled", "2026-01-02T00:00:00Z")
    assert (await site.anonymous.get(VIDEOS)).data == []
    site.clock.set(datetime(2026, 1, 2, tzinfo=UTC))
    await site.settle()
    assert [video["id"] for video in (await site.anonymous.get(VIDEOS)).data] == [video_id]


async def test_a_schedule_is_moved_and_taken_back(site: Site) -> None:
    mira, start = await site.creator(), site.clock.now()
    path = f"{VIDEOS}/{await site.published(mira, publish_at=(start + timedelta(minutes=1)).isoformat())}"

    async def schedule(at: datetime | None) -> Answer:
        return await mira.request("PATCH", path, json={"publish_at": at.isoformat() if at else None})

    later = start + timedelta(minutes=3)
    answer = await schedule(later)
    assert (answer.status, answer.data["status"]) == (200, "scheduled")
    assert datetime.fromisoformat(answer.data["publish_at"]) == later
    refused = await schedule(start)
    assert (refused.status, refused.code, refused.types) == (400, "VALIDATION_ERROR", {"publish_at": "datetime_future"})
    assert (await (await site.creator()).request("PATCH", path, json={"publish_at": None})).status == 404
    site.clock.advance(timedelta(minutes=2))
    await site.settle()
    assert (await site.anonymous.get(path)).status == 404, "the first time has passed, the new one has not"
    answer = await schedule(None)
    assert (answer.status, answer.data["status"], "publish_at" in answer.data) == (200, "ready", False)
    site.clock.advance(timedelta(minutes=2))
    await site.settle()
    assert (await mira.get(path)).data["status"] == "ready"
    soon = site.clock.now() + timedelta(minutes=1)
    assert (await schedule(soon)).data["status"] == "scheduled"
    site.clock.advance(timedelta(minutes=2))
    await site.settle()
    assert (await site.anonymous.get(path)).data["status"] == "published"
    refused = await schedule(None)
    assert (refused.status, refused.code, refused.types) == (409, "CONFLICT", {"publish_at": "video_published"})
    assert (await schedule(soon)).status == 200, "what it says already"


async def test_change_a_video(site: Site) -> None:
    mira, ben = await site.creator(), await site.creator()
    video_id = await site.published(mira)
    path = f"{VIDEOS}/{video_id}"
    assert (await site.anonymous.request("PATCH", path, json={})).status == 401
    assert (await ben.request("PATCH", path, json={"title": ""})).status == 403, "403 before 400"
    answer = await mira.request("PATCH", path, json={"title": "x", "status": "ready"})
    assert (answer.status, answer.types) == (400, {"title": "string_too_short", "status": "extra_forbidden"})
    assert (await site.anonymous.get(path)).data["title"] == "A film"
    answer = await mira.request("PATCH", path, json={"title": "Another title", "tags": ["B", "b"]})
    assert (answer.status, answer.data["title"]) == (200, "Another title")
    await site.settle()
    assert (await site.anonymous.get(path)).data["title"] == "Another title", "the kept answer was dropped"
    await mira.request("PATCH", path, json={"visibility": "private"})
    await site.settle()
    assert (await site.anonymous.get(path)).status == 404
    assert (await ben.request("PATCH", path, json={"title": ""})).status == 404


async def test_delete_a_video(site: Site) -> None:
    mira, ben = await site.creator(), await site.creator()
    first, second = await site.published(mira), await site.published(mira)
    path = f"{VIDEOS}/{first}"
    assert len((await site.anonymous.get(VIDEOS)).data) == 2
    assert (await site.anonymous.request("DELETE", path)).status == 401
    assert (await ben.request("DELETE", path)).status == 403
    assert (await mira.request("DELETE", path)).status == 204
    await site.settle()
    for client in (mira, ben, site.anonymous):
        assert (await client.get(path)).status == 404
        assert [video["id"] for video in (await client.get(VIDEOS)).data] == [second]
    assert (await mira.request("DELETE", path)).status == 404
    moderator = await promoted(site, ben, Role.MODERATOR)
    assert (await moderator.request("DELETE", f"{VIDEOS}/{second}")).status == 204
