"""A platform in memory with one creator, whose every step can be stopped or interleaved."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from adapters.memory.media import MemoryMediaProcessor
from adapters.memory.media_care import MemoryMediaCare
from adapters.memory.objects import MemoryObjectStore
from adapters.memory.system import ManualClock, SeededRandom, SequentialIds
from entrypoints.container.memory import database_ports, memory_ports
from entrypoints.embed import Embedded
from entrypoints.wiring.ports import Ports
from streamcore.channels.models import NewChannel
from streamcore.identity.models import Registration
from streamcore.shared.access import Actor
from streamcore.shared.idempotency import IdempotencyKey
from streamcore.shared.ids import VideoId
from streamcore.videos.models.details import VideoDetails
from streamcore.videos.models.video import Video
from streamcore.videos.use_cases.reserve_upload import AnnouncedFile
from tests.unit.videos import streams

FILE = AnnouncedFile("clip.mp4", "video/mp4")


@dataclass
class Site:
    """``at_each_step`` is awaited with the name of each operation on storage and of each file that is made."""

    ports: Ports
    app: Embedded
    owner: Actor
    clock: ManualClock
    store: MemoryObjectStore
    at_each_step: Callable[[str], Awaitable[None]] | None = None
    uploads: int = 0

    @classmethod
    async def open(cls) -> "Site":
        site: Site | None = None

        async def checkpoint(name: str) -> None:
            if site is not None and site.at_each_step is not None:
                await site.at_each_step(name)

        clock = ManualClock()
        store = MemoryObjectStore(clock=clock, checkpoint=checkpoint)
        ports = replace(
            memory_ports(clock=clock, ids=SequentialIds(), random=SeededRandom(), store=store),
            **database_ports(clock, SequentialIds(7), checkpoint),
            processor=MemoryMediaProcessor(store, checkpoint=checkpoint),
            media_care=MemoryMediaCare(store),
        )
        app = Embedded(ports)
        registration = Registration(email="a@example.org", username="owner", password="long enough")
        user = (await app.identity.register(registration)).user
        await app.channels.create(user.actor(), NewChannel(handle="owner", name="Owner"))
        owner, _ = await app.identity.authenticate(
            (await app.identity.log_in("owner", "long enough")).tokens.access_token
        )
        await app.settle()
        site = cls(ports, app, owner, clock, store)
        return site

    def restart(self) -> None:
        """A new process; the leases of the old one have run out."""
        self.clock.advance(timedelta(minutes=2))
        self.app = Embedded(self.ports)

    async def uploaded(self, body: bytes = b"a film", **details: Any) -> VideoId:
        async def chunks() -> AsyncIterator[bytes]:
            yield body

        self.uploads += 1
        videos, said = self.app.videos, VideoDetails(title="A film", **details)
        video = await videos.reserve_upload(self.owner, FILE, IdempotencyKey("owner", f"upload-{self.uploads}"))
        source = await videos.receive_upload(video.id, FILE, chunks())
        return (await videos.accept_source(self.owner, video.id, source, said)).id

    async def published(self, **details: Any) -> VideoId:
        video_id = await self.uploaded(**details)
        await self.app.settle()
        return video_id

    async def video(self, video_id: VideoId) -> Video:
        async with self.ports.begin() as uow:
            return await uow.videos.get(video_id)

    async def change(self, video_id: VideoId, **changes: Any) -> None:
        async with self.ports.begin() as uow:
            await uow.videos.save(replace(await uow.videos.get(video_id), **changes))

    async def forget_source(self, video_id: VideoId) -> None:
        await self.change(video_id, source=None)

    async def change_source(self, video_id: VideoId, body: bytes) -> None:
        source = (await self.video(video_id)).source
        assert source is not None
        await streams.put(self.store, source.key, body)
        await self.change(video_id, source=replace(source, size=len(body), checksum_sha256=None))

    async def remove_source(self, video_id: VideoId) -> None:
        source = (await self.video(video_id)).source
        assert source is not None
        await self.store.delete(source.key)

    async def work_through_failures(self) -> None:
        """Until every job that is tried again has died."""
        for _ in range(5):
            await self.app.settle()
            self.clock.advance(timedelta(minutes=1))
