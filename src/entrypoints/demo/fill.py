"""Filling an instance with the demo's channels and clips, through the use cases that everybody else calls."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from entrypoints.container.operations import find_ffmpeg
from entrypoints.container.system import System
from entrypoints.demo.scenes import SHOWS, Scene, Show
from entrypoints.workers.worker import Worker, keep_running, make_relay
from streamcore.channels.models import NewChannel
from streamcore.identity.models import Registration
from streamcore.shared.access import ANONYMOUS, Actor, Role
from streamcore.shared.errors import Invalid, NotFound
from streamcore.shared.ids import VideoId
from streamcore.shared.jobs import JobState
from streamcore.videos.models.details import VideoDetails, VideoType
from streamcore.videos.models.status import VideoStatus
from streamcore.videos.use_cases.reserve_upload import AnnouncedFile

CHUNK = 256 * 1024
PATIENCE = 5.0
"""Seconds that another process has to begin with the first clip; then this one does the work itself."""

_ENDED = (VideoStatus.READY, VideoStatus.PUBLISHED, VideoStatus.FAILED, VideoStatus.DELETED)
_MOST_OWN = 100

Tell = Callable[[str, float, str], None]
"""Of a clip, by its title: how far it is (0 to 100), and what is being done."""


@dataclass(frozen=True, slots=True)
class Account:
    """One that was opened for a demo channel."""

    username: str
    password: str


@dataclass(frozen=True, slots=True)
class Filled:
    """``failed`` are titles with the reason."""

    accounts: list[Account]
    published: int
    failed: list[tuple[str, str]]
    there_already: int


def scenes() -> Iterator[tuple[Show, Scene]]:
    """In turn, so that the newest of a list are not all of one channel."""
    for place in range(max(len(show.scenes) for show in SHOWS)):
        for show in SHOWS:
            if place < len(show.scenes):
                yield show, show.scenes[place]


class Demo:
    """Adds what is missing: channels that are there already stay, and so do clips of the same title."""

    def __init__(self, system: System, folder: Path, tell: Tell) -> None:
        self._platform = system.platform
        self._system = system
        self._folder = folder
        self._tell = tell
        self._accounts: list[Account] = []

    async def fill(self, clips: int | None = None) -> Filled:
        """``clips`` of all that there are, the first ones."""
        chosen = list(islice(scenes(), clips))
        owners = {show.handle: await self._owner(show) for show in SHOWS if any(show is of for of, _ in chosen)}
        titles = {handle: await self._titles(actor) for handle, actor in owners.items()}
        wanted = [(owners[show.handle], scene) for show, scene in chosen if scene.title not in titles[show.handle]]
        failed: list[tuple[str, str]] = []
        async with self._work_done() as needed:
            waiting: list[asyncio.Task[str | None]] = []
            for actor, scene in wanted:
                video_id = await self._upload(actor, scene)
                waiting.append(asyncio.create_task(self._processed(actor, scene, video_id)))
                needed.set()
            for (_, scene), reason in zip(wanted, await asyncio.gather(*waiting), strict=True):
                if reason:
                    failed.append((scene.title, reason))
        return Filled(self._accounts, len(wanted) - len(failed), failed, len(chosen) - len(wanted))

    async def _owner(self, show: Show) -> Actor:
        with suppress(NotFound):
            channel = await self._platform.channels.get(ANONYMOUS, show.handle)
            return Actor(channel.owner_id, Role.CREATOR)
        account = Account(show.handle, self._platform.ports.random.token(12))
        logged_in = await self._platform.identity.register(
            Registration(
                email=f"{show.handle}@demo.invalid",
                username=account.username,
                password=account.password,
                display_name=show.name,
            )
        )
        actor = Actor(logged_in.user.id, logged_in.user.role)
        new = NewChannel(handle=show.handle, name=show.name, description=show.description)
        await self._platform.channels.create(actor, new)
        self._accounts.append(account)
        return Actor(logged_in.user.id, Role.CREATOR)

    async def _titles(self, actor: Actor) -> set[str]:
        page = await self._platform.videos.list_own(actor, after=None, limit=_MOST_OWN)
        return {video.title for video in page.items}

    async def _upload(self, actor: Actor, scene: Scene) -> VideoId:
        self._tell(scene.title, 0, "computing")
        path = self._folder / "clip.mp4"
        await render(scene, path)
        self._tell(scene.title, 0, "sending")
        videos = self._platform.videos
        file = AnnouncedFile(f"{scene.title}.mp4", "video/mp4", size=path.stat().st_size)
        video = await videos.reserve_upload(actor, file)
        source = await videos.receive_upload(video.id, file, _chunks(path))
        details = VideoDetails(
            title=scene.title,
            description=scene.description,
            tags=list(scene.tags),
            type=VideoType.SHORT if scene.upright else VideoType.VIDEO,
        )
        await videos.accept_source(actor, video.id, source, details)
        return video.id

    async def _processed(self, actor: Actor, scene: Scene, video_id: VideoId) -> str | None:
        """Why it failed; None where it did not."""
        while True:
            status = await self._platform.videos.status(actor, video_id)
            self._tell(scene.title, status.progress, status.stage or status.status)
            if status.status in _ENDED and (status.progress >= 100 or status.failure):
                return status.failure.message if status.failure else None
            await asyncio.sleep(0.3)

    @asynccontextmanager
    async def _work_done(self) -> AsyncIterator[asyncio.Event]:
        """Within it, clips are processed: by a server or worker that runs already, else by this process."""
        needed = asyncio.Event()
        helping = asyncio.create_task(self._help(needed))
        try:
            yield needed
        finally:
            helping.cancel()
            with suppress(asyncio.CancelledError):
                await helping

    async def _help(self, needed: asyncio.Event) -> None:
        await needed.wait()
        relay = asyncio.create_task(keep_running("relay", make_relay(self._platform, self._system.wake).run))
        worker = None
        try:
            await asyncio.sleep(PATIENCE)
            if await self._platform.ports.jobs.list(state=JobState.RUNNING, limit=1):
                await asyncio.Event().wait()  # until it is cancelled
            worker = Worker(self._platform, self._system.settings)
            worker.start()
            await asyncio.Event().wait()
        finally:
            if worker:
                await worker.stop()
            relay.cancel()


async def render(scene: Scene, path: Path) -> None:
    """Compute a clip; `Invalid` with FFmpeg's own words where it cannot."""
    command = (
        *(str(find_ffmpeg()), "-v", "error", "-nostdin", "-y"),
        *("-filter_complex", scene.graph(), "-map", "[v]", "-map", "[a]"),
        *("-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-c:a", "aac", "-b:a", "160k"),
        *("-movflags", "+faststart", str(path)),
    )
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    try:
        _, said = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if process.returncode:
        raise Invalid(f"FFmpeg could not make “{scene.title}”: {said.decode(errors='replace').strip()}")


async def _chunks(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while chunk := await asyncio.to_thread(file.read, CHUNK):
            yield chunk
