"""An upload by tus, whatever happens to its requests: it goes on where it was told to, and ends as it was sent."""

import asyncio
import hashlib
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.memory.objects import MemoryObjectStore, Upload
from adapters.memory.system import ManualClock, SequentialIds
from entrypoints.container.memory import database_ports, memory_ports
from entrypoints.wiring.platform import Platform
from streamcore.channels.models import NewChannel
from streamcore.identity.models import Registration
from streamcore.shared.access import Actor, Role
from streamcore.shared.errors import (
    ChecksumMismatch,
    Conflict,
    Gone,
    Locked,
    PayloadTooLarge,
    QuotaExceeded,
    UnprocessableMedia,
)
from streamcore.shared.idempotency import IdempotencyKey
from streamcore.shared.ids import VideoId
from streamcore.shared.objects import Part
from streamcore.videos.models.details import VideoChanges, VideoDetails
from streamcore.videos.models.status import VideoStatus
from streamcore.videos.models.upload import WRITER_SILENCE, part_size_for
from streamcore.videos.policies import UploadLimits
from streamcore.videos.use_cases.append_to_upload import Appended, Checksum
from streamcore.videos.use_cases.reserve_upload import AnnouncedFile

PART = 64
LIMITS = UploadLimits(appended_part=PART, quota=10_000)
DETAILS = VideoDetails(title="A film")
pytestmark = pytest.mark.virtual_time


class SmallParts(MemoryObjectStore):
    """Joins parts of any size, so that a few bytes make many."""

    def join(self, upload: Upload, parts: Sequence[Part]) -> bytes:
        assert [(part.number, part.etag) for part in parts] == [
            (number, etag) for number, (etag, _) in sorted(upload.parts.items())
        ]
        return b"".join(content for _, (_, content) in sorted(upload.parts.items()))


class Broken(Exception):
    """The connection is gone."""


@dataclass
class Site:
    """A platform and one creator; a new platform on the same ports is what a restart leaves.

    ``at_each_step`` is awaited before each operation of the database.
    """

    clock: ManualClock = field(default_factory=ManualClock)
    at_each_step: Callable[[str], Awaitable[None]] | None = None

    def __post_init__(self) -> None:
        async def checkpoint(name: str) -> None:
            if self.at_each_step is not None:
                await self.at_each_step(name)

        self.store = SmallParts(clock=self.clock)
        ports = memory_ports(clock=self.clock, ids=SequentialIds(), store=self.store, upload_limits=LIMITS)
        self.ports = replace(ports, **database_ports(self.clock, SequentialIds(7), checkpoint))
        self.platform = Platform(self.ports)

    async def creator(self) -> Actor:
        identity, channels = self.platform.identity, self.platform.channels
        user = (
            await identity.register(Registration(email="m@example.org", username="mira", password="long enough pw"))
        ).user
        await channels.create(user.actor(), NewChannel(handle="mira", name="Mira"))
        return Actor(user.id, Role.CREATOR)

    async def begin(self, actor: Actor, size: int) -> VideoId:
        file = AnnouncedFile("film.mp4", "video/mp4", size)
        return (await self.platform.videos.create_upload(actor, file, DETAILS)).video_id

    async def offset(self, actor: Actor, video_id: VideoId) -> int:
        return (await self.platform.videos.get_upload(actor, video_id)).received

    async def source(self, video_id: VideoId) -> bytes:
        async with self.ports.begin() as uow:
            video = await uow.videos.get(video_id)
        assert video.source is not None
        return self.store.objects[video.source.key].content


async def body(data: bytes, chunk: int = 50, *, broken: bool = False) -> AsyncIterator[bytes]:
    for start in range(0, len(data), chunk):
        yield data[start : start + chunk]
    if broken:
        raise Broken


async def stalling(data: bytes) -> AsyncIterator[bytes]:
    async for chunk in body(data):
        yield chunk
    await asyncio.Event().wait()


def checksum(data: bytes, algorithm: str = "sha256") -> Checksum:
    return Checksum(algorithm, hashlib.new(algorithm, data).digest())


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["whole", "checked", "broken", "broken, checked", "wrong sum", "killed", "wrong offset"]),
        st.integers(1, 5 * PART),
        st.integers(1, 2 * PART),
    ),
    max_size=8,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(size=st.integers(1, 8 * PART), steps=STEPS)
def test_every_upload_ends_as_it_was_sent(size: int, steps: list[tuple[str, int, int]]) -> None:
    asyncio.run(_upload(size, steps))


async def _upload(size: int, steps: list[tuple[str, int, int]]) -> None:
    site, content = Site(), hashlib.shake_128(str(size).encode()).digest(size)
    actor = await site.creator()
    video_id = await site.begin(actor, size)
    offset = 0
    for kind, count, chunk in [*steps, ("whole", size, 100)]:
        data = content[offset : offset + count]
        if offset < size:
            offset = await _step(site, actor, video_id, offset, kind, data, chunk)
        assert await site.offset(actor, video_id) == offset
        site.platform = Platform(site.ports)
    assert offset == size
    assert await site.source(video_id) == content
    assert list(site.store.objects) == [key for key in site.store.objects if "." not in key], "no tail is left"
    assert not site.store.uploads


async def _step(site: Site, actor: Actor, video_id: VideoId, offset: int, kind: str, data: bytes, chunk: int) -> int:
    """Send ``data`` in one way; where the upload has to stand now."""
    append = site.platform.videos.append_to_upload
    done = offset + len(data)
    state = await site.platform.videos.get_upload(actor, video_id)
    ends = done == state.size
    match kind:
        case "whole":
            assert (await append(actor, video_id, offset, body(data, chunk))).complete == ends
        case "checked":
            await append(actor, video_id, offset, body(data, chunk), checksum=checksum(data, "sha1"))
        case "broken":
            if ends:
                await append(actor, video_id, offset, body(data, chunk, broken=True))
            else:
                with pytest.raises(Broken):
                    await append(actor, video_id, offset, body(data, chunk, broken=True))
        case "broken, checked" if not ends:
            with pytest.raises(Broken):
                await append(actor, video_id, offset, body(data, chunk, broken=True), checksum=checksum(data))
            return offset
        case "wrong sum":
            with pytest.raises(ChecksumMismatch):
                await append(actor, video_id, offset, body(data, chunk), checksum=checksum(data + b"x", "md5"))
            return offset
        case "killed" if not ends:
            return await _killed(site, actor, video_id, offset, data)
        case "wrong offset":
            with pytest.raises(Conflict) as refused:
                await append(actor, video_id, offset + 1, body(data, chunk))
            assert refused.value.details[0].type == "offset_mismatch"
            return offset
        case _:
            return offset
    return done


async def _killed(site: Site, actor: Actor, video_id: VideoId, offset: int, data: bytes) -> int:
    """A request that is cut off in the middle of the server: what it had written down stays, whole parts at least."""
    task = asyncio.ensure_future(site.platform.videos.append_to_upload(actor, video_id, offset, stalling(data)))
    for _ in range(2000):
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    site.clock.advance(WRITER_SILENCE)
    reached = await site.offset(actor, video_id)
    assert max(offset, (offset + len(data)) // PART * PART) <= reached <= offset + len(data)
    return reached


async def begun(size: int = 4 * PART) -> tuple[Site, Actor, VideoId, bytes]:
    site = Site()
    actor = await site.creator()
    return site, actor, await site.begin(actor, size), hashlib.shake_128(b"film").digest(size)


async def test_one_of_two_writes() -> None:
    site, actor, video_id, content = await begun()
    append = site.platform.videos.append_to_upload
    first = asyncio.ensure_future(append(actor, video_id, 0, stalling(content[:10])))
    await asyncio.sleep(0.1)
    with pytest.raises(Locked):
        await append(actor, video_id, 0, body(content))
    first.cancel()
    await asyncio.wait([first])
    assert (await append(actor, video_id, 0, body(content))).complete


async def test_a_stale_writer_harms_nobody() -> None:
    site, actor, video_id, content = await begun()
    append = site.platform.videos.append_to_upload
    go_on = asyncio.Event()

    async def stale() -> AsyncIterator[bytes]:
        yield b"x" * (PART + 10)
        await go_on.wait()
        yield b"x" * 2 * PART

    first = asyncio.ensure_future(append(actor, video_id, 0, stale()))
    await asyncio.sleep(2 + WRITER_SILENCE.total_seconds())  # its bytes are written down by now, and it is silent
    site.clock.advance(WRITER_SILENCE)
    offset = await site.offset(actor, video_id)
    assert offset == PART + 10
    second = await append(actor, video_id, offset, body(content[offset:-1]))
    go_on.set()
    with pytest.raises(Locked):
        await first
    assert (await append(actor, video_id, second.offset, body(content[-1:]))).complete
    assert await site.source(video_id) == b"x" * offset + content[offset:]


async def test_a_trickle_does_not_rewrite_what_is_held_each_time() -> None:
    site, actor, video_id, content = await begun()

    async def trickle() -> AsyncIterator[bytes]:
        yield content[: PART - 4]
        for at in range(PART - 4, PART - 1):
            await asyncio.sleep(4)
            site.clock.advance(timedelta(seconds=4))
            yield content[at : at + 1]
        await asyncio.sleep(4)
        offsets.append(await site.offset(actor, video_id))
        raise Broken

    offsets: list[int] = []
    with pytest.raises(Broken):
        await site.platform.videos.append_to_upload(actor, video_id, 0, trickle())
    assert offsets == [PART - 2], "the third byte is not worth another writing"
    assert await site.offset(actor, video_id) == PART - 1


async def test_details_that_change_meanwhile_are_kept() -> None:
    site, actor, video_id, content = await begun()

    async def and_change() -> AsyncIterator[bytes]:
        yield content[:PART]
        await site.platform.videos.change(actor, video_id, VideoChanges(title="A better title"))
        yield content[PART:]

    assert (await site.platform.videos.append_to_upload(actor, video_id, 0, and_change())).complete
    assert (await site.platform.videos.get(actor, video_id)).title == "A better title"


async def test_the_status_tells_how_much_has_arrived() -> None:
    site, actor, video_id, content = await begun()
    status = site.platform.videos.status
    assert (await status(actor, video_id)).progress == 0
    await site.platform.videos.append_to_upload(actor, video_id, 0, body(content[:PART], 100))
    assert (await status(actor, video_id)).progress == 25
    site.clock.advance(timedelta(days=7))
    assert (await status(actor, video_id)).progress == 0, "it can go on no more"


async def test_what_a_form_gives_back_is_reserved_anew_by_its_repeat() -> None:
    site = Site()
    actor, videos = await site.creator(), site.platform.videos
    form, key = AnnouncedFile("film.mp4", "video/mp4", at_most=6_000), IdempotencyKey("form", "k")

    async def used() -> int:
        return (await videos.upload_limits(actor)).used

    video = await videos.reserve_upload(actor, form, key)
    await videos.release_upload(video.id)
    assert await used() == 0
    assert (await videos.reserve_upload(actor, form, key)).id == video.id
    assert await used() == 6_000
    await videos.release_upload(video.id)
    await site.begin(actor, 5_000)
    with pytest.raises(QuotaExceeded):
        await videos.reserve_upload(actor, form, key)
    assert await used() == 5_000


async def test_more_than_was_announced_is_refused() -> None:
    site, actor, video_id, content = await begun()
    with pytest.raises(PayloadTooLarge):
        await site.platform.videos.append_to_upload(actor, video_id, 0, body(content + b"x", 1000))
    assert (await site.platform.videos.append_to_upload(actor, video_id, 0, body(content))).complete


async def test_an_upload_that_is_given_up_leaves_nothing() -> None:
    site, actor, video_id, content = await begun()
    videos = site.platform.videos
    await videos.append_to_upload(actor, video_id, 0, body(content[:-7]))
    assert (await videos.upload_limits(actor)).used == len(content)
    await videos.terminate_upload(actor, video_id)
    assert (await videos.upload_limits(actor)).used == 0
    assert not site.store.objects
    assert not site.store.uploads


async def test_an_upload_ends_a_week_after_it_began() -> None:
    site, actor, video_id, content = await begun()
    site.clock.advance(timedelta(days=7))
    with pytest.raises(Gone):
        await site.platform.videos.append_to_upload(actor, video_id, 0, body(content))
    with pytest.raises(Gone):
        await site.offset(actor, video_id)
    await site.platform.videos.abandon_upload(video_id)
    assert (await site.platform.videos.upload_limits(actor)).used == len(content), "not before another day"
    site.clock.advance(timedelta(days=1))
    await site.platform.videos.abandon_upload(video_id)
    assert (await site.platform.videos.upload_limits(actor)).used == 0


async def test_what_is_no_video_ends_at_its_first_bytes() -> None:
    site, actor, video_id, _ = await begun()
    sent: list[int] = []

    async def text() -> AsyncIterator[bytes]:
        for number in range(8):
            sent.append(number)
            yield b"not a video at all, not even one.."[: PART // 2]

    with pytest.raises(Exception, match="not a video"):
        await site.platform.videos.append_to_upload(actor, video_id, 0, text())
    assert sent == [0]
    status = await site.platform.videos.status(actor, video_id)
    assert (status.status, status.failure and status.failure.code) == (VideoStatus.FAILED, "NOT_MEDIA")
    assert (await site.platform.videos.upload_limits(actor)).used == 0


async def test_what_was_damaged_on_its_way_says_nothing_about_the_file() -> None:
    site, actor, video_id, content = await begun()
    append = site.platform.videos.append_to_upload
    for length in (PART // 2, 2 * PART + 3, len(content)):
        damaged = (b"not a video" + content)[:length]
        with pytest.raises(ChecksumMismatch):
            await append(actor, video_id, 0, body(damaged), checksum=checksum(content[:length]))
        assert await site.offset(actor, video_id) == 0
    assert (await append(actor, video_id, 0, body(content), checksum=checksum(content))).complete
    assert await site.source(video_id) == content


@pytest.mark.parametrize("length", [PART // 2, 2 * PART + 3, 4 * PART])
async def test_what_is_no_video_is_told_when_its_checksum_is_right(length: int) -> None:
    site, actor, video_id, _ = await begun()
    text = (b"not a video" * PART)[:length]
    with pytest.raises(UnprocessableMedia):
        await site.platform.videos.append_to_upload(actor, video_id, 0, body(text), checksum=checksum(text))
    assert (await site.platform.videos.status(actor, video_id)).status is VideoStatus.FAILED


async def test_an_upload_whose_parts_the_store_has_lost_ends() -> None:
    site, actor, video_id, content = await begun()
    append = site.platform.videos.append_to_upload
    offset = (await append(actor, video_id, 0, body(content[: PART + 1]))).offset
    site.store.uploads.clear()  # as a bucket's rule about old uploads does
    with pytest.raises(Gone):
        await append(actor, video_id, offset, body(content[offset:]))
    with pytest.raises(Gone):
        await site.offset(actor, video_id)
    failure = (await site.platform.videos.status(actor, video_id)).failure
    assert failure is not None
    assert failure.code == "UPLOAD_LOST"
    assert (await site.platform.videos.upload_limits(actor)).used == 0


async def test_who_was_taken_over_does_not_take_the_parts_for_lost() -> None:
    site, actor, video_id, content = await begun()
    append = site.platform.videos.append_to_upload
    go_on = asyncio.Event()

    async def stale() -> AsyncIterator[bytes]:
        yield content[:10]
        await go_on.wait()
        yield content[10:]

    first = asyncio.ensure_future(append(actor, video_id, 0, stale()))
    await asyncio.sleep(0.1)  # it has not had to renew its claim yet
    site.clock.advance(WRITER_SILENCE)

    async def and_let_go_on() -> AsyncIterator[bytes]:
        yield content[:-1]
        site.store.uploads, kept = {}, site.store.uploads  # at this moment the other finds nothing
        go_on.set()
        with pytest.raises(Locked):
            await first
        site.store.uploads = kept
        yield content[-1:]

    assert (await append(actor, video_id, 0, and_let_go_on())).complete
    assert await site.source(video_id) == content


async def test_giving_up_harms_no_video_that_was_just_accepted() -> None:
    """Whatever step of giving up the last bytes meet, one of the two happens, and not both."""
    terminated = []
    for step in itertools.count():
        happened = await _given_up_while_accepted(step)
        if happened is None:
            break
        terminated.append(happened)
    assert set(terminated) == {True, False}


async def _given_up_while_accepted(step: int) -> bool | None:
    """Whether it was given up; None where giving up has no such step."""
    site, actor, video_id, content = await begun()
    videos, steps = site.platform.videos, itertools.count()
    await videos.append_to_upload(actor, video_id, 0, body(content[:-1]))
    accepting: asyncio.Task[Appended] | None = None

    async def checkpoint(name: str) -> None:
        nonlocal accepting
        if next(steps) == step:
            site.at_each_step = None
            last = body(content[-1:])
            accepting = asyncio.create_task(videos.append_to_upload(actor, video_id, len(content) - 1, last))
            await asyncio.wait({accepting}, timeout=1)  # where it waits for a row, it is given up first

    site.at_each_step = checkpoint
    try:
        await videos.terminate_upload(actor, video_id)
        terminated = True
    except Conflict:
        terminated = False
    if accepting is None:
        return None
    await asyncio.wait({accepting})
    accepted = accepting.exception() is None
    assert accepted is not terminated, step
    if accepted:
        assert (await videos.status(actor, video_id)).status is VideoStatus.PROCESSING
    return terminated


async def test_a_form_of_unknown_size_reserves_all_that_is_left() -> None:
    site = Site()
    actor, videos = await site.creator(), site.platform.videos
    form, key = AnnouncedFile("film.mp4", "video/mp4"), IdempotencyKey("form", "k")
    await site.begin(actor, 4_000)
    video = await videos.reserve_upload(actor, form, key)
    assert (video.upload and video.upload.reserved) == 6_000
    assert (await videos.upload_limits(actor)).used == 10_000
    with pytest.raises(QuotaExceeded):
        await videos.reserve_upload(actor, form, IdempotencyKey("form", "another"))
    assert (await videos.reserve_upload(actor, form, key)).id == video.id
    for size in (6_000, 6_001):
        sending = videos.receive_upload(video.id, form, body(bytes(size)), reserved=6_000)
        if size > 6_000:
            with pytest.raises(QuotaExceeded):
                await sending
        else:
            source = await sending
    await videos.accept_source(actor, video.id, source, DETAILS)
    assert (await videos.upload_limits(actor)).used == 10_000
    await videos.delete(actor, video.id)
    assert (await videos.upload_limits(actor)).used == 10_000, "until the legal hold is over"


async def test_a_small_file_of_unknown_size_takes_only_what_it_has() -> None:
    site = Site()
    actor, videos = await site.creator(), site.platform.videos
    form = AnnouncedFile("film.mp4", "video/mp4")
    video = await videos.reserve_upload(actor, form)
    source = await videos.receive_upload(video.id, form, body(bytes(70)), reserved=10_000)
    await videos.accept_source(actor, video.id, source, DETAILS)
    assert (await videos.upload_limits(actor)).used == 70


async def test_uploads_at_once_do_not_pass_the_quota_together() -> None:
    site = Site()
    actor = await site.creator()
    outcomes = await asyncio.gather(*(site.begin(actor, 3000) for _ in range(5)), return_exceptions=True)
    assert [type(outcome).__name__ for outcome in outcomes].count("str") == 3
    assert {type(outcome) for outcome in outcomes if not isinstance(outcome, str)} == {QuotaExceeded}
    assert (await site.platform.videos.upload_limits(actor)).used == 9000


@pytest.mark.parametrize(
    ("size", "least", "expected"),
    [(1, 8, 8), (80_000, 8, 8), (80_001, 8, 1024**2), (100 * 1024**3, 8 * 1024**2, 11 * 1024**2)],
)
def test_parts_are_as_many_as_a_store_allows(size: int, least: int, expected: int) -> None:
    assert part_size_for(size, least) == expected
    assert -(-size // expected) <= 10_000
