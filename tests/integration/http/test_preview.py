"""A first look at a video that is being processed: for its owner, as far as it is, and for nobody else."""

from datetime import timedelta
from urllib.parse import urljoin

from streamcore.shared.access import Role
from streamcore.shared.ids import VideoId
from streamcore.videos.models.media import Media, media_prefix
from streamcore.videos.policies import PROCESS_JOB
from streamcore.videos.ports import generation_of
from tests.integration.http.site import Client, Site
from tests.integration.http.test_videos import VIDEOS, promoted

MINUTE = timedelta(minutes=1)


async def process(site: Site, video_id: str, seen: "Watching") -> None:
    """What a worker does, with a look at the status whenever progress was written."""
    ports = site.platform.ports
    (job,) = [job for job in await ports.jobs.list() if job.kind == PROCESS_JOB]
    lease = await ports.jobs.lease(job.id, worker="w", now=site.clock.now(), ttl=MINUTE)
    assert lease is not None
    (source,) = await site.stored(f"uploads/{video_id}/")

    async def progress(percent: float, stage: str) -> None:
        await ports.jobs.heartbeat(lease, now=site.clock.now(), ttl=MINUTE, progress=percent, stage=stage)
        await seen.look()

    async def show(_media: Media) -> None:
        """It goes on."""

    target = media_prefix(VideoId(video_id), generation_of(lease.job_id, lease.token))
    await ports.processor.process(source, target, progress=progress, show=show)


class Watching:
    """``segments`` is how many there were, each time that there was anything to watch."""

    def __init__(self, site: Site, owner: Client, moderator: Client, stranger: Client, path: str) -> None:
        self.site = site
        self.owner, self.moderator, self.stranger = owner, moderator, stranger
        self.path = path
        self.address = ""
        self.segments: list[int] = []
        self.now = False

    async def look(self) -> None:
        address = (await self.owner.get(self.path)).data.get("preview_url")
        self.now = address is not None
        if not self.now:
            return
        self.segments.append(await self._watch(address))
        if not self.address:
            self.address = address
            await self._check_others()

    async def _watch(self, address: str) -> int:
        """With no other proof than the address, as a player does; nothing on the way may be missing."""
        count = 0
        for playlist in await self._lines(address):
            for segment in await self._lines(playlist):
                assert (await self.site.anonymous.get(segment)).status == 200
                count += 1
        return count

    async def _lines(self, playlist: str) -> list[str]:
        answer = await self.site.anonymous.get(playlist)
        assert answer.status == 200
        assert answer.headers["Cache-Control"] == "private, no-cache"
        lines = answer.body.decode().splitlines()
        return [urljoin(playlist, line) for line in lines if not line.startswith("#")]

    async def _check_others(self) -> None:
        assert (await self.moderator.get(self.path)).data["preview_url"] != self.address
        for client in (self.stranger, self.site.anonymous):
            assert (await client.get(self.path)).status == 404
        before, token, rest = self.address.partition("/~")
        plain = before + "/" + rest.partition("/")[2]
        for address in (plain, before + token + "x" + rest):
            assert (await self.site.anonymous.get(address)).status == 404


async def test_a_video_can_be_watched_by_its_owner_while_it_is_processed(site: Site) -> None:
    mira, stranger = await site.creator(), await site.viewer()
    moderator = await promoted(site, await site.viewer(), Role.MODERATOR)
    video_id = await site.uploaded(mira)
    seen = Watching(site, mira, moderator, stranger, f"{VIDEOS}/{video_id}/status")
    await process(site, video_id, seen)
    assert seen.segments[0] == 1
    assert seen.segments == sorted(seen.segments)
    assert seen.segments[-1] == 2
    assert not seen.now, "from then on the video itself can be watched"
    assert (await mira.request("DELETE", f"{VIDEOS}/{video_id}")).status == 204
    await site.settle()
    assert (await site.anonymous.get(seen.address)).status == 404
