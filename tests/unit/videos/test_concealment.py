"""Whoever may not write to a video learns no more of it than reading tells them, at the door of the core too."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from entrypoints.embed import Embedded, in_memory
from entrypoints.wiring.videos import VideosRoom
from streamcore.channels.models import NewChannel
from streamcore.identity.models import Registration
from streamcore.shared.access import ANONYMOUS, Actor
from streamcore.shared.errors import Forbidden, NotFound, StreamcoreError, Unauthenticated
from streamcore.shared.ids import UserId, VideoId
from streamcore.shared.visibility import Visibility
from streamcore.videos.models.details import VideoChanges, VideoDetails
from streamcore.videos.models.upload import Source
from streamcore.videos.use_cases.reserve_upload import AnnouncedFile

FILE = AnnouncedFile("a.mp4", "video/mp4")
DETAILS = VideoDetails(title="Mine now")
SOURCE = Source("uploads/v/1", 7, "video/mp4", "a.mp4", "00")
UNKNOWN = VideoId("00000000-0000-7000-8000-000000000000")

Write = Callable[[VideosRoom, Actor, VideoId], Awaitable[Any]]
WRITES: Mapping[str, Write] = {
    "change": lambda videos, actor, video_id: videos.change(actor, video_id, VideoChanges(title="Mine now")),
    "publish": lambda videos, actor, video_id: videos.publish(actor, video_id),
    "retry": lambda videos, actor, video_id: videos.retry(actor, video_id),
    "delete": lambda videos, actor, video_id: videos.delete(actor, video_id),
    "confirm_upload": lambda videos, actor, video_id: videos.confirm_upload(actor, video_id, DETAILS),
    "accept_source": lambda videos, actor, video_id: videos.accept_source(actor, video_id, SOURCE, DETAILS),
    "sign_parts": lambda videos, actor, video_id: videos.sign_parts(actor, video_id, [1]),
    "get_upload": lambda videos, actor, video_id: videos.get_upload(actor, video_id),
    "append_to_upload": lambda videos, actor, video_id: videos.append_to_upload(actor, video_id, 0, chunks()),
    "terminate_upload": lambda videos, actor, video_id: videos.terminate_upload(actor, video_id),
    "check_owner": lambda videos, actor, video_id: videos.check_owner(actor, video_id),
}


async def creator(app: Embedded, name: str) -> Actor:
    account = Registration(email=f"{name}@example.org", username=name, password="long enough")
    user = (await app.identity.register(account)).user
    await app.channels.create(user.actor(), NewChannel(handle=name, name=name))
    return (await app.identity.get_user(user.actor(), user.id)).actor()


async def chunks() -> AsyncIterator[bytes]:
    yield b"a video"


async def published(app: Embedded, owner: Actor, visibility: Visibility) -> VideoId:
    video = await app.videos.reserve_upload(owner, FILE)
    source = await app.videos.receive_upload(video.id, FILE, chunks())
    await app.videos.accept_source(owner, video.id, source, VideoDetails(title="A title", visibility=visibility))
    await app.settle()
    return video.id


async def ban(app: Embedded, user_id: UserId | None) -> None:
    assert user_id is not None
    async with app.ports.begin() as uow:
        user = await uow.users.get(user_id)
        await uow.users.save(replace(user, banned_at=app.ports.clock.now()))


async def refused(write: Write, app: Embedded, actor: Actor, video_id: VideoId) -> type[StreamcoreError]:
    with pytest.raises(StreamcoreError) as caught:
        await write(app.videos, actor, video_id)
    return type(caught.value)


async def test_every_write_tells_what_reading_tells() -> None:
    app = in_memory()
    ada, ben, eve = [await creator(app, name) for name in ("ada", "ben", "eve")]
    seen, private = [await published(app, ada, visibility) for visibility in (Visibility.UNLISTED, Visibility.PRIVATE)]
    of_banned, announced = await published(app, ben, Visibility.PUBLIC), (await app.videos.reserve_upload(ada, FILE)).id
    await ban(app, ben.user_id)
    told = {
        (name, video_id): (await refused(write, app, ANONYMOUS, video_id), await refused(write, app, eve, video_id))
        for name, write in WRITES.items()
        for video_id in (seen, private, of_banned, announced, UNKNOWN)
    }
    assert told == {
        (name, video_id): (Unauthenticated, Forbidden if video_id == seen else NotFound) for name, video_id in told
    }
