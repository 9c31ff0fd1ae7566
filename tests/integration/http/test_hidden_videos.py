"""No write route tells more of a video than reading it does: what is hidden is answered like what is not there."""

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from entrypoints.http.routes import video_sides
from entrypoints.http.routes.videos import table
from streamcore.shared.access import Role
from streamcore.shared.ids import UserId, VideoId
from tests.integration.http.site import Client, Site
from tests.integration.http.test_videos import VIDEOS, promoted

WRITES = [
    operation
    for operation in (*table.operations, *video_sides.table.operations)
    if operation.method != "GET" and "{video_id}" in operation.path
]
BODIES: Mapping[str, Any] = {"changeVideo": {"title": "Mine now"}, "setThumbnail": {"index": 0}}
"""A body that would be accepted, for each operation that takes one."""

Asked = tuple[str, int, str]


async def attempts(client: Client, video_id: str) -> AsyncIterator[Asked]:
    """Each write route with input that is sound and input that is not: its name, the status, the code."""
    for operation in WRITES:
        path = operation.path.replace("{video_id}", video_id).replace("{lang}", "en")
        inputs: list[dict[str, Any]] = [{}, {"key": "bad key"}]
        if operation.body is not None:
            inputs = [{"json": BODIES[operation.id]}, {"json": {"title": ""}}, {"data": b"{"}]
        for number, given in enumerate(inputs):
            headers = {"Content-Type": "application/json"} if "data" in given else {}
            answer = await client.request(operation.method, path, headers=headers, **given)
            yield f"{operation.id} {number}", answer.status, answer.code
    answer = await client.post(VIDEOS, json={"video_id": video_id, "title": "Mine now"})
    yield "createVideo", answer.status, answer.code


async def ban(site: Site, owner: Client) -> None:
    async with site.platform.ports.begin() as uow:
        user = await uow.users.get(UserId(owner.user["id"]))
        await uow.users.save(replace(user, banned_at=site.clock.now()))


async def hold(site: Site, video_id: str) -> None:
    async with site.platform.ports.begin() as uow:
        video = await uow.videos.get(VideoId(video_id))
        await uow.videos.save(replace(video, held=True))


async def of_a_banned_owner(site: Site, owner: Client) -> str:
    video_id = await site.published(owner)
    await ban(site, owner)
    return video_id


async def held(site: Site, owner: Client) -> str:
    video_id = await site.published(owner)
    await hold(site, video_id)
    return video_id


async def deleted(site: Site, owner: Client) -> str:
    video_id = await site.published(owner)
    assert (await owner.request("DELETE", f"{VIDEOS}/{video_id}")).status == 204
    return video_id


async def announced(site: Site, owner: Client) -> str:
    file = {"filename": "film.mp4", "content_type": "video/mp4", "size_bytes": 6}
    video_id: str = (await owner.post(f"{VIDEOS}/upload-url", json=file, key="k")).data["video_id"]
    return video_id


HIDDEN: Mapping[str, Callable[[Site, Client], Awaitable[str]]] = {
    "of a banned owner": of_a_banned_owner,
    "held": held,
    "deleted": deleted,
    "announced": announced,
    "processing": lambda site, owner: site.uploaded(owner),
    "ready": lambda site, owner: site.published(owner, publish="false"),
    "scheduled": lambda site, owner: site.published(owner, publish_at="2036-01-01T00:00:00Z"),
    "private": lambda site, owner: site.published(owner, visibility="private"),
    "followers": lambda site, owner: site.published(owner, visibility="followers"),
    "adult": lambda site, owner: site.published(owner, is_adult="true"),
}


def test_every_write_route_is_asked() -> None:
    assert {operation.id for operation in WRITES} >= {"changeVideo", "deleteVideo", "publishVideo", "reprocessVideo"}
    assert {operation.id for operation in WRITES if operation.body is not None} == set(BODIES)


@pytest.mark.parametrize("why", HIDDEN)
async def test_a_hidden_video_is_answered_like_one_that_is_not_there(site: Site, why: str) -> None:
    video_id, unknown = await HIDDEN[why](site, await site.creator()), str(uuid.uuid4())
    for client, status in ((site.anonymous, 401), (await site.viewer(), 404), (await site.creator(), 404)):
        assert (await client.get(f"{VIDEOS}/{video_id}")).status == 404
        answers = [asked async for asked in attempts(client, video_id)]
        assert answers == [asked async for asked in attempts(client, unknown)]
        assert {asked[1] for asked in answers[:-1]} == {status}


@pytest.mark.parametrize("visibility", ["public", "unlisted"])
async def test_strangers_are_told_that_a_video_they_see_is_not_theirs(site: Site, visibility: str) -> None:
    video_id = await site.published(await site.creator(), visibility=visibility)
    for client, status in ((site.anonymous, 401), (await site.viewer(), 403), (await site.creator(), 403)):
        assert {asked async for asked in attempts(client, video_id) if asked[1] != status} == set()


async def test_moderators_are_told_of_what_they_see(site: Site) -> None:
    video_id = await site.published(await site.creator(), visibility="private")
    moderator = await promoted(site, await site.creator(), Role.MODERATOR)
    for operation in WRITES:
        if operation.id not in ("deleteVideo", "reprocessVideo"):  # which they may
            path, body = (
                operation.path.replace("{video_id}", video_id).replace("{lang}", "en"),
                BODIES.get(operation.id),
            )
            answer = await moderator.request(operation.method, path, json=body)
            assert (answer.status, answer.code) == (403, "FORBIDDEN")
