"""Every address of a video that is not for everybody, fetched by everybody for whom it is not: 403 or 404, always.

The table says who may; it is written from the rules, not read from the code. All addresses are taken from what the API
and the playlists tell the rightful viewer, and from the object store itself.
"""

import re
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import pytest

from adapters.memory.cache import MemoryCache
from adapters.memory.media import MemoryMediaProcessor
from adapters.s3.objects import S3ObjectStore
from streamcore.shared.access import Role
from streamcore.shared.ids import ChannelId, UserId, VideoId
from streamcore.shared.visibility import Visibility
from streamcore.videos.events import VideoChanged
from streamcore.videos.models.media import Media
from streamcore.videos.models.status import VideoStatus
from streamcore.videos.models.video import Video
from tests.integration.http.site import Client, Site, embedded_platform, open_site
from tests.integration.http.test_videos import VIDEOS, promoted
from tests.integration.s3_server import KEYS

LIFE = timedelta(hours=6) * 1.25
"""The stated life of a signed address: the setting, and a quarter of it at most."""
SECONDS = 5.5
"""The stated time within which the server itself closes whatever was open."""
REFUSED = (403, 404)

EVERYBODY = {"anonymous", "stranger", "follower", "guest", "adult", "moderator", "owner"}
MAY: Mapping[str, set[str]] = {
    "public": EVERYBODY,
    "unlisted": EVERYBODY,  # to whoever knows its id, which is told nowhere: the page hands out the signed addresses
    "followers": {"follower", "guest", "moderator", "owner"},
    "private": {"guest", "moderator", "owner"},
    "adult": {"adult", "moderator", "owner"},
    "unlisted adult": {"adult", "moderator", "owner"},
    "held": {"moderator", "owner"},
    "held unlisted": {"moderator", "owner"},
    "scheduled": {"moderator", "owner"},
    "ready": {"moderator", "owner"},
    "processing": {"moderator", "owner"},
    "failed": {"moderator", "owner"},
    "of a banned owner": {"moderator"},
    "deleted": set(),
}
"""State of the video → who may watch it: its page, and every file of it by the addresses that the page tells them."""

PLAIN = {"public"}
"""States in which the addresses are plain, and the same for everybody."""


class RichProcessor(MemoryMediaProcessor):
    """Makes a file of every kind that a stream has."""

    def files(self, fingerprint: str) -> list[tuple[str, str, bytes]]:
        more = [
            ("card.webp", "image/webp", b"RIFF card"),
            ("sprites/0.jpg", "image/jpeg", b"\xff\xd8\xff sprites"),
            ("preview.vtt", "text/vtt", b"WEBVTT\n\n00:00.000 --> 00:05.000\nsprites/0.jpg#xywh=0,0,160,90\n"),
            ("sound.m4a", "audio/mp4", b"sound " * 1000),
        ]
        return [*more, *super().files(fingerprint)]

    def media(self, *args: Any, **more: Any) -> Media:
        made = super().media(*args, **more)
        return replace(made, card="card.webp", preview="preview.vtt", sprites=("sprites/0.jpg",), sound="sound.m4a")


class Hand:
    """The monotonic clock of the cache."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class World:
    """A site, and one client of each kind by the names in the table."""

    site: Site
    hand: Hand
    clients: dict[str, Client] = field(default_factory=dict)

    @property
    def owner(self) -> Client:
        return self.clients["owner"]

    def pass_time(self, seconds: float) -> None:
        self.hand.seconds += seconds
        self.site.clock.advance(timedelta(seconds=seconds))

    async def log_in_again(self) -> None:
        """Access tokens expire long before signed addresses do."""
        for client in self.clients.values():
            if client.user:
                body = {"login": client.user["username"], "password": "correct horse battery staple"}
                client.token = (await self.site.anonymous.post("/api/v1/auth/login", json=body)).data["access_token"]

    async def video(self, video_id: str) -> Video:
        async with self.site.platform.ports.begin() as uow:
            return await uow.videos.get(VideoId(video_id))

    async def set_row(self, video_id: str, **fields: Any) -> None:
        """Change the video as a use case would, and tell of it."""
        async with self.site.platform.ports.begin() as uow:
            video = await uow.videos.get(VideoId(video_id))
            await uow.videos.save(replace(video, **fields))
            changed = VideoChanged(
                at=self.site.clock.now(),
                listed=True,
                video_id=video.id,
                channel_id=video.channel_id,
                owner_id=video.owner_id,
            )
            uow.record(changed)
        await self.site.settle()

    async def change(self, video_id: str, **fields: Any) -> None:
        assert (await self.owner.request("PATCH", f"{VIDEOS}/{video_id}", json=fields)).status == 200
        await self.site.settle()

    async def ban(self, client: Client) -> None:
        async with self.site.platform.ports.begin() as uow:
            user = await uow.users.get(UserId(client.user["id"]))
            await uow.users.save(replace(user, banned_at=self.site.clock.now()))


async def inhabit(site: Site, hand: Hand) -> World:
    world = World(site, hand, {"anonymous": site.anonymous})
    for name in ("stranger", "follower", "guest", "adult"):
        world.clients[name] = await site.viewer(name)
    world.clients["owner"] = await site.creator()
    world.clients["moderator"] = await promoted(site, await site.viewer(), Role.MODERATOR)
    async with site.platform.ports.begin() as uow:
        channel = ChannelId(world.owner.channel["id"])
        await uow.follows.add(UserId(world.clients["follower"].user["id"]), channel, site.clock.now())
        grown_up = await uow.users.get(UserId(world.clients["adult"].user["id"]))
        await uow.users.save(replace(grown_up, adult_content=True))
    return world


async def granted(world: World, video_id: str) -> str:
    async with world.site.platform.ports.begin() as uow:
        guest = UserId(world.clients["guest"].user["id"])
        await uow.video_grants.add(guest, VideoId(video_id), world.site.clock.now())
    return video_id


def places(cases: Iterable[str], on_s3: Collection[str]) -> list[tuple[str, str]]:
    """All cases on a folder; on S3 those that are enough to see that the store makes no difference."""
    return [("folder", case) for case in cases] + [("s3", case) for case in on_s3]


@pytest.fixture
async def world(request: pytest.FixtureRequest, sqlite_url: str, tmp_path: Path) -> AsyncIterator[World]:
    """On a folder of this machine, or on S3."""
    hand = Hand()
    adapters: dict[str, Any] = {"cache": MemoryCache(hand)}
    if getattr(request, "param", "folder") == "s3":
        adapters["store"] = await s3_store(request.getfixturevalue("s3_url"))
        adapters["processor"] = RichProcessor(adapters["store"])
    platform = embedded_platform(tmp_path / "data", sqlite_url, processor_class=RichProcessor, **adapters)
    async with open_site(build=platform) as site:
        yield await inhabit(site, hand)
    if "store" in adapters:
        await adapters["store"].close()


async def s3_store(url: str) -> S3ObjectStore:
    store = S3ObjectStore(
        endpoint_url=url,
        bucket=f"t{uuid.uuid4().hex[:16]}",
        region="us-east-1",
        access_key=KEYS[0],
        secret_key=KEYS[1],
    )
    await store.prepare()
    return store


Make = Callable[[World], Awaitable[str]]


def published(**fields: str) -> Make:
    async def make(world: World) -> str:
        video_id = await granted(world, await world.site.published(world.owner, **fields))
        captions, webvtt = b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n", {"Content-Type": "text/vtt"}
        path = f"{VIDEOS}/{video_id}/captions/en"
        answer = await world.owner.request("PUT", path, data=captions, headers=webvtt)
        assert answer.status == 200, answer.body
        await world.site.settle()
        return video_id

    return make


def then(make: Make, **fields: Any) -> Make:
    async def changed(world: World) -> str:
        video_id = await make(world)
        await world.set_row(video_id, **fields)
        return video_id

    return changed


async def of_a_banned_owner(world: World) -> str:
    video_id = await published()(world)
    await world.ban(world.owner)
    return video_id


async def deleted(world: World) -> str:
    video_id = await published()(world)
    assert (await world.owner.request("DELETE", f"{VIDEOS}/{video_id}")).status == 204
    await world.site.settle()
    return video_id


MAKE: Mapping[str, Make] = {
    "public": published(),
    "unlisted": published(visibility="unlisted"),
    "followers": published(visibility="followers"),
    "private": published(visibility="private"),
    "adult": published(is_adult="true"),
    "unlisted adult": published(is_adult="true", visibility="unlisted"),
    "held": then(published(), held=True),
    "held unlisted": then(published(visibility="unlisted"), held=True),
    "scheduled": published(publish_at="2036-01-01T00:00:00Z"),
    "ready": published(publish="false"),
    "processing": then(published(publish="false"), status=VideoStatus.PROCESSING),
    "failed": then(published(publish="false"), status=VideoStatus.FAILED),
    "of a banned owner": of_a_banned_owner,
    "deleted": deleted,
}


def addresses_in(told: Any) -> list[str]:
    """Every address of a file anywhere in an answer."""
    if isinstance(told, dict):
        return [url for value in told.values() for url in addresses_in(value)]
    if isinstance(told, list):
        return [url for value in told for url in addresses_in(value)]
    return [told] if isinstance(told, str) and "/media/" in told else []


def named_in(url: str, body: bytes) -> list[str]:
    """What a playlist, or the WebVTT of sprites, names."""
    lines = body.decode().splitlines() if url.endswith((".m3u8", ".vtt")) else []
    names = [name for line in lines for name in re.findall(r'URI="([^"]+)"', line)]
    if url.endswith(".m3u8"):
        names += [line for line in lines if line and not line.startswith("#")]
    else:
        names += [line.partition("#")[0] for line in lines if "#xywh=" in line]
    return [urljoin(url, name) for name in names]


def pages(video_id: str) -> list[str]:
    return [f"{VIDEOS}/{video_id}", f"{VIDEOS}/{video_id}/stream-url", f"{VIDEOS}/{video_id}/status"]


async def told_to(client: Client, video_id: str) -> list[str]:
    """Every address of a file that the API and the playlists tell them; each of them opens."""
    waiting: list[str] = []
    for page in pages(video_id):
        answer = await client.get(page)
        assert answer.status == 200, page
        waiting += addresses_in(answer.data)
    found: dict[str, None] = {}
    while waiting:
        url = waiting.pop()
        if url not in found:
            found[url] = None
            answer = await client.get(url)
            assert answer.status == 200, url
            waiting += named_in(url, answer.body)
    return sorted(found)


async def all_of(world: World, client: Client, video_id: str) -> list[str]:
    """The same, and whatever else the store has beside it."""
    told = await told_to(client, video_id)
    kinds = {Path(urlsplit(url).path).suffix for url in told}
    assert kinds >= {".m3u8", ".m4s", ".m4a", ".mp4", ".jpg", ".vtt"}, "all of the stream was found"
    base = told[0].partition(f"/videos/{video_id}/")[0]
    return sorted({*told, *(f"{base}/{key}" for key in await made(world, video_id))})


async def made(world: World, video_id: str) -> list[str]:
    """The keys of the stream. Captions lie beside it, and are shown below it."""
    return [key for key in await world.site.stored(f"videos/{video_id}/") if "/captions-" not in key]


def token_of(url: str) -> str | None:
    return url.partition("/~")[2].partition("/")[0] or None


def under(url: str, token: str | None) -> str:
    """The same file below another token, or (None) by its plain address."""
    site, _, path = url.partition("/media/")
    key = path.partition("/")[2] if path.startswith("~") else path
    return f"{site}/media/~{token}/{key}" if token else f"{site}/media/{key}"


async def refused(client: Client, urls: list[str], why: str, statuses: tuple[int, ...] = REFUSED) -> None:
    """Every one by GET; one of each kind also as only a file that is there would tell of itself (304, 416)."""
    kinds = {Path(urlsplit(url).path).suffix: url for url in urls}
    asked: list[tuple[str, str, dict[str, str]]] = [("GET", url, {}) for url in urls]
    sly = ("HEAD", {"If-None-Match": "*"}), ("GET", {"Range": "bytes=99999999-"})
    asked += [(method, url, headers) for url in kinds.values() for method, headers in sly]
    for method, url, headers in asked:
        answer = await client.request(method, url, headers=headers)
        assert answer.status in statuses, f"{why}: {method} {url} {headers} is {answer.status}"
        assert answer.headers["Cache-Control"] == "no-store", f"{why}: {method} {url} may be kept"


async def opened(client: Client, urls: list[str], why: str) -> None:
    for url in urls:
        answer = await client.get(url)
        assert answer.status == 200, f"{why}: {url} is {answer.status}"
        head = await client.request("HEAD", url)
        assert (head.status, head.headers["Content-Length"]) == (200, str(len(answer.body)))
        part = await client.get(url, headers={"Range": "bytes=1-2"})
        if url.endswith(".m3u8") and part.status == 200:  # one with captions is made anew, and comes whole
            assert part.body == answer.body
        else:
            assert (part.status, part.body) == (206, answer.body[1:3])


def test_every_state_is_made() -> None:
    assert MAKE.keys() == MAY.keys()


@pytest.mark.parametrize(
    ("world", "state"),
    places(MAY, ["public", "unlisted", "followers", "private", "held", "deleted"]),
    indirect=["world"],
)
async def test_whoever_may_watch_gets_every_file_and_nobody_else_any(world: World, state: str) -> None:
    video_id, may = await MAKE[state](world), MAY[state]
    stored = await world.site.stored(f"videos/{video_id}/")
    stream = await made(world, video_id)
    assert len(stored) > len(stream) >= 12
    addresses: dict[str, list[str]] = {}
    for name in sorted(may):
        client = world.clients[name]
        addresses[name] = await all_of(world, client, video_id)
        assert {under(url, None) for url in addresses[name]} >= {f"{world.site.address}/media/{key}" for key in stream}
        assert {token_of(url) is None for url in addresses[name]} == {state in PLAIN}
        await opened(client, addresses[name], name)
        told = (await client.get(f"{VIDEOS}/{video_id}/stream-url")).data["expires_at"]
        assert (told is None) is (state in PLAIN)
        shown = (await client.get(f"{VIDEOS}/{video_id}")).data
        assert shown.get("is_held", False) is state.startswith("held")
    plain = [f"{world.site.address}/media/{key}" for key in stored]
    for name in sorted(EVERYBODY - may):
        banned = state == "of a banned owner" and name == "owner"
        statuses = (401,) if banned else REFUSED
        await refused(world.clients[name], [world.site.address + page for page in pages(video_id)], name, statuses)
    if state in PLAIN:
        return
    for name in ("anonymous", "owner"):
        await refused(world.clients[name], plain, f"{name} without a token")
    links, generation = world.site.platform.ports.links, stream[0].split("/")[2]
    for name in sorted(EVERYBODY - may):
        viewer = world.clients[name].user.get("id")
        token = token_of(links.signed(VideoId(video_id), generation, viewer).url)
        await refused(world.clients[name], [under(url, token) for url in plain], f"{name} by a link signed earlier")


@pytest.mark.parametrize(("world", "state"), places(["private", "unlisted", "held"], ["private"]), indirect=["world"])
async def test_no_other_token_opens_it(world: World, state: str) -> None:
    video_id = await MAKE[state](world)
    urls = await all_of(world, world.owner, video_id)
    token = token_of(urls[0])
    assert token is not None
    other_id = await world.site.published(world.owner, visibility="private")
    other = token_of((await all_of(world, world.owner, other_id))[0])
    links = world.site.platform.ports.links
    owner_id = UserId(world.owner.user["id"])
    other_generation = token_of(links.signed(VideoId(video_id), "another-1", owner_id).url)
    expiry, length, bearer, mac = token.split("-", 3)
    stranger = uuid.UUID(world.clients["stranger"].user["id"]).hex
    wrong = {
        "of another video": other,
        "of another generation": other_generation,
        "changed": token[:-1] + ("A" if token[-1] != "A" else "B"),
        "cut": token[:-1],
        "longer": f"{token}A",
        "in capitals": token.upper(),
        "living longer": f"{int(expiry) + 3600}-{length}-{bearer}-{mac}",
        "of a shorter prefix": f"{expiry}-7-{bearer}-{mac}",
        "for somebody else": f"{expiry}-{length}-{stranger if bearer != stranger else ''}-{mac}",
        "for nobody": f"{expiry}-{length}--{mac}" if bearer else f"{expiry}-{length}-{stranger}-{mac}",
        "none at all": "x",
    }
    for why, bad in wrong.items():
        for name in ("anonymous", "owner"):
            await refused(world.clients[name], [under(url, bad) for url in urls], f"a token {why}")


TRICKS: Mapping[str, Callable[[str, str], str]] = {
    "climbing": lambda prefix, name: f"{prefix}x/../{name}",
    "climbing, encoded": lambda prefix, name: f"{prefix}x/%2e%2e/{name}",
    "climbing out": lambda prefix, name: f"{prefix}../../{prefix.partition('/media/')[2]}{name}",
    "a dot": lambda prefix, name: f"{prefix}./{name}",
    "encoded slashes": lambda prefix, name: (prefix + name).replace("/videos/", "/videos%2F"),
    "encoded twice": lambda prefix, name: (prefix + name).replace("/videos/", "/videos%252F"),
    "two slashes": lambda prefix, name: f"{prefix}/{name}",
    "two slashes before": lambda prefix, name: prefix.replace("/media/", "/media//") + name,
    "a slash behind": lambda prefix, name: f"{prefix}{name}/",
    "NUL": lambda prefix, name: f"{prefix}{name}%00",
    "NUL and a type": lambda prefix, name: f"{prefix}{name}%00.jpg",
    "a backslash": lambda prefix, name: f"{prefix}x%5C..%5C{name}",
    "unicode": lambda prefix, name: prefix.replace("/videos/", f"/{quote('ｖideos')}/") + name,
    "an unfinished character": lambda prefix, name: f"{prefix}%ff{name}",
    "a space": lambda prefix, name: f"{prefix}{name}%20",
    "a capital id": lambda prefix, name: re.sub(r"videos/[0-9a-f-]{36}", lambda m: m[0].upper(), prefix) + name,
    "capitals": lambda prefix, name: prefix.replace("/videos/", "/VIDEOS/") + name,
    "an entry": lambda prefix, name: f"{prefix}{name}@",
    "the folder": lambda prefix, name: prefix,
    "the folder's name": lambda prefix, name: prefix.rstrip("/"),
    "a semicolon": lambda prefix, name: f"{prefix}{name};x=y",
    "an empty token": lambda prefix, name: prefix.replace("/media/", "/media/~/") + name,
    "a tilde": lambda prefix, name: prefix.replace("/media/", "/media/~") + name,
    "a presigned look": lambda prefix, name: f"{prefix}{name}?expires=9999999999&signature=x&X-Amz-Signature=x",
}


@pytest.mark.parametrize(("world", "state"), places(["private", "held", "deleted"], ["private"]), indirect=["world"])
async def test_no_spelling_of_the_path_opens_it(world: World, state: str) -> None:
    video_id = await MAKE[state](world)
    stored = await made(world, video_id)
    generation = stored[0].split("/")[2]
    prefix = f"{world.site.address}/media/videos/{video_id}/{generation}/"
    other_id = await world.site.published(world.owner, visibility="private")
    foreign = token_of((await world.owner.get(f"{VIDEOS}/{other_id}")).data["stream_url"])
    for name in ("master.m3u8", "360p/00000.m4s"):
        assert f"videos/{video_id}/{generation}/{name}" in stored
        tricks = {why: trick(prefix, name) for why, trick in TRICKS.items()}
        for why, url in tricks.items():
            await refused(world.site.anonymous, [url], why)
            await refused(world.clients["stranger"], [url], why)
        through = prefix.replace("/media/", f"/media/~{foreign}/videos/{other_id}/")
        for climb in ("../../", "%2e%2e/%2e%2e/", "..%2f..%2f", "x/../../../"):
            url = through.replace(f"/{other_id}/", f"/{other_id}/{climb}") + name
            await refused(world.site.anonymous, [url], "climbing out of what a token opens")


Change = Callable[[World, str], Awaitable[None]]


def becomes(**fields: Any) -> Change:
    return lambda world, video_id: world.change(video_id, **fields)


def row(**fields: Any) -> Change:
    return lambda world, video_id: world.set_row(video_id, **fields)


async def is_deleted(world: World, video_id: str) -> None:
    assert (await world.owner.request("DELETE", f"{VIDEOS}/{video_id}")).status == 204
    await world.site.settle()


async def unfollows(world: World, video_id: str) -> None:
    async with world.site.platform.ports.begin() as uow:
        follower, channel = UserId(world.clients["follower"].user["id"]), ChannelId(world.owner.channel["id"])
        assert await uow.follows.remove(follower, channel)


async def owner_is_banned(world: World, video_id: str) -> None:
    await world.ban(world.owner)


def viewer_is_banned(name: str) -> Change:
    return lambda world, video_id: world.ban(world.clients[name])


async def wants_no_adult_content(world: World, video_id: str) -> None:
    async with world.site.platform.ports.begin() as uow:
        user = await uow.users.get(UserId(world.clients["adult"].user["id"]))
        await uow.users.save(replace(user, adult_content=False))


@dataclass(frozen=True)
class Narrowing:
    """``viewer`` may watch before, and not after. ``told``: an event closes it at once, and not only within seconds.
    ``page``: the page of the video is still for everybody who knows its id, and leads to new addresses."""

    before: str
    viewer: str
    change: Change
    told: bool = True
    page: bool = False


NARROWINGS: Mapping[str, Narrowing] = {
    "public becomes private": Narrowing("public", "anonymous", becomes(visibility="private")),
    "public becomes unlisted": Narrowing("public", "anonymous", becomes(visibility="unlisted"), page=True),
    "public becomes for followers": Narrowing("public", "stranger", becomes(visibility="followers")),
    "public becomes adult": Narrowing("public", "anonymous", becomes(is_adult=True)),
    "public is held": Narrowing("public", "anonymous", row(held=True)),
    "public is deleted": Narrowing("public", "anonymous", is_deleted),
    "owner of a public one is banned": Narrowing("public", "anonymous", owner_is_banned, told=False),
    "unlisted becomes private": Narrowing("unlisted", "anonymous", becomes(visibility="private")),
    "unlisted is held": Narrowing("unlisted", "stranger", row(held=True)),
    "unlisted becomes adult": Narrowing("unlisted", "anonymous", becomes(is_adult=True)),
    "unlisted is deleted": Narrowing("unlisted", "anonymous", is_deleted),
    "for followers becomes private": Narrowing("followers", "follower", becomes(visibility="private")),
    "for followers is held": Narrowing("followers", "follower", row(held=True)),
    "follower unfollows": Narrowing("followers", "follower", unfollows, told=False),
    "follower is banned": Narrowing("followers", "follower", viewer_is_banned("follower"), told=False),
    "private is held": Narrowing("private", "guest", row(held=True)),
    "private is deleted": Narrowing("private", "owner", is_deleted),
    "owner of a private one is banned": Narrowing("private", "owner", owner_is_banned, told=False),
    "wish for adult content ends": Narrowing("adult", "adult", wants_no_adult_content, told=False),
    "moderator is banned": Narrowing("held", "moderator", viewer_is_banned("moderator"), told=False),
}


@pytest.mark.parametrize(
    ("world", "why"),
    places(NARROWINGS, ["public becomes private", "unlisted is held", "follower unfollows", "private is deleted"]),
    indirect=["world"],
)
async def test_old_addresses_die_with_the_right(world: World, why: str) -> None:
    case = NARROWINGS[why]
    video_id = await MAKE[case.before](world)
    client = world.clients[case.viewer]
    urls = await all_of(world, client, video_id)
    await case.change(world, video_id)
    if not case.told:
        world.pass_time(SECONDS)
    elif not case.page:
        await refused(world.site.anonymous, [world.site.address + page for page in pages(video_id)], f"{why}: pages")
    await refused(world.site.anonymous, urls, why)
    await refused(client, urls, why)


async def test_addresses_outlive_what_opens_a_video_further(world: World) -> None:
    video_id = await MAKE["private"](world)
    urls = await all_of(world, world.clients["guest"], video_id)
    for visibility in (Visibility.FOLLOWERS, Visibility.UNLISTED, Visibility.PUBLIC):
        await world.change(video_id, visibility=visibility)
        await opened(world.site.anonymous, urls, f"private became {visibility}, and a player goes on")


async def test_addresses_end_after_their_stated_life(world: World) -> None:
    for state in ("private", "unlisted"):
        video_id = await MAKE[state](world)
        told = (await world.owner.get(f"{VIDEOS}/{video_id}/stream-url")).data
        urls = await all_of(world, world.owner, video_id)
        until = timedelta(hours=6)
        world.site.clock.advance(until - timedelta(minutes=1))
        await opened(world.site.anonymous, urls, "addresses live as long as promised")
        world.site.clock.advance(LIFE - until + timedelta(minutes=1))
        await refused(world.site.anonymous, urls, "addresses live no longer than stated")
        assert told["expires_at"] <= world.site.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        await world.log_in_again()
        world.hand.seconds += 600  # kept answers are as old
        fresh = await all_of(world, world.owner, video_id)
        await opened(world.site.anonymous, fresh, "new addresses are to be had")


async def test_a_bearer_is_judged_by_the_viewer_for_whom_it_was_signed(world: World) -> None:
    video_id = await MAKE["followers"](world)
    urls = await all_of(world, world.clients["follower"], video_id)
    await opened(world.site.anonymous, urls, "a player sends no access token")
    await unfollows(world, video_id)
    world.pass_time(SECONDS)
    await refused(world.owner, urls, "it is the link that is judged, not who sends it")
