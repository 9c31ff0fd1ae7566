"""Everything that can be wrong with a stored stream is found, each by its code, and nothing else is."""

from collections.abc import Awaitable, Callable

import pytest

from adapters.memory.media_care import MemoryMediaCare
from adapters.memory.objects import MemoryObjectStore
from adapters.testing.memory_stack import memory_stack
from adapters.testing.samples import add_channel, add_video
from streamcore.shared.errors import NotFound
from streamcore.shared.ids import VideoId
from streamcore.videos.models.captions import Caption, caption_key
from streamcore.videos.models.images import Thumbnail
from streamcore.videos.models.status import VideoStatus
from streamcore.videos.models.upload import Source
from streamcore.videos.models.verification import ProblemCode, StreamReport
from streamcore.videos.models.video import Video
from streamcore.videos.use_cases.verify_media import VerifyMedia
from streamcore.videos.use_cases.verify_stream import VerifyStream
from tests.unit.videos import streams

pytestmark = pytest.mark.virtual_time

Change = Callable[[bytes], bytes] | None


class World:
    def __init__(self) -> None:
        self.stack = memory_stack()
        self.store = MemoryObjectStore(checkpoint=self._checkpoint)
        self.meanwhile: Callable[[], Awaitable[None]] | None = None
        self.verify = VerifyMedia(
            self.stack.begin, self.stack.video_care, VerifyStream(self.store, MemoryMediaCare(self.store))
        )

    async def _checkpoint(self, name: str) -> None:
        """``meanwhile`` happens once, after the objects were listed."""
        if name.startswith("objects.get") and self.meanwhile is not None:
            happens, self.meanwhile = self.meanwhile, None
            await happens()

    async def video(self, **changes: object) -> Video:
        channel = await add_channel(self.stack)
        id = VideoId(self.stack.ids.new())
        source = Source(f"uploads/{id}/1", 8, "video/mp4", "a.mp4")
        await streams.put(self.store, source.key, b"a source")
        told = {"id": id, "source": source, "media": streams.media(), "generation": "g-1"} | changes
        video = await add_video(self.stack, channel, VideoStatus.PUBLISHED, **told)
        await streams.store_stream(self.store, video.id, "g-1")
        return video

    async def change(self, video: Video, name: str, change: Change) -> None:
        key = f"videos/{video.id}/g-1/{name}"
        if change is None:
            await self.store.delete(key)
            return
        async with self.store.get(key) as chunks:
            body = b"".join([chunk async for chunk in chunks])
        await streams.put(self.store, key, change(body))

    async def report(self, video: Video, *, deep: bool = False) -> StreamReport:
        report = await self.verify.one(video.id, deep=deep)
        assert report is not None
        return report

    async def codes(self, video: Video, *, deep: bool = False) -> list[str]:
        return [problem.code.value for problem in (await self.report(video, deep=deep)).problems]


def replaced(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def change(body: bytes) -> bytes:
        assert old in body
        return body.replace(old, new, 1)

    return change


def cut(body: bytes) -> bytes:
    return body[: len(body) // 2]


def becomes(body: bytes) -> Callable[[bytes], bytes]:
    return lambda _: body


MASTER, PLAYLIST, SEGMENT = "master.m3u8", "360p/index.m3u8", "360p/00001.m4s"
HARMED: list[tuple[str, str, Change, list[ProblemCode]]] = [
    ("no master", MASTER, None, [ProblemCode.MASTER_MISSING]),
    ("no playlist at all", MASTER, becomes(b"<html>"), [ProblemCode.MASTER_BROKEN]),
    ("no text", MASTER, becomes(b"\xff\xfe\xff"), [ProblemCode.MASTER_BROKEN]),
    ("cut master", MASTER, replaced(b"360p/index.m3u8\n", b""), [ProblemCode.MASTER_BROKEN]),
    ("another rendition", MASTER, replaced(b"360p/i", b"other/i"), [ProblemCode.MASTER_BROKEN]),
    ("no media playlist", PLAYLIST, None, [ProblemCode.PLAYLIST_MISSING]),
    ("cut playlist", PLAYLIST, cut, [ProblemCode.PLAYLIST_BROKEN]),
    ("without an end", PLAYLIST, replaced(b"#EXT-X-ENDLIST\n", b""), [ProblemCode.PLAYLIST_BROKEN]),
    ("without lengths", PLAYLIST, replaced(b"#EXTINF:2.000000,\n", b""), [ProblemCode.PLAYLIST_BROKEN]),
    ("no time", PLAYLIST, replaced(b"2.000000", b"0"), [ProblemCode.PLAYLIST_BROKEN]),
    ("no number", PLAYLIST, replaced(b"2.000000", b"nan"), [ProblemCode.PLAYLIST_BROKEN]),
    ("too short", PLAYLIST, replaced(b"#EXTINF:1.000000,\n00002.m4s\n", b""), [ProblemCode.DURATION_MISMATCH]),
    ("no sound", "audio/index.m3u8", None, [ProblemCode.PLAYLIST_MISSING, ProblemCode.SIZE_MISMATCH]),
    ("no init", "360p/init.mp4", None, [ProblemCode.INIT_MISSING]),
    ("cut init", "360p/init.mp4", cut, [ProblemCode.INIT_BROKEN]),
    ("no segment", SEGMENT, None, [ProblemCode.SEGMENT_MISSING]),
    ("empty segment", SEGMENT, becomes(b""), [ProblemCode.SEGMENT_BROKEN, ProblemCode.SIZE_MISMATCH]),
    ("cut segment", SEGMENT, cut, [ProblemCode.SEGMENT_BROKEN, ProblemCode.SIZE_MISMATCH]),
    ("longer segment", SEGMENT, lambda body: body + b"....", [ProblemCode.SEGMENT_BROKEN]),
    ("zeros", SEGMENT, lambda body: bytes(len(body)), [ProblemCode.SEGMENT_BROKEN]),
    ("no times", SEGMENT, replaced(b"\0\0\0\x14tfdt", b"\0\0\0\x08tfdt\0\0\0\x0cfree"), [ProblemCode.SEGMENT_BROKEN]),
    ("flipped times", SEGMENT, becomes(streams.segment(2.5, 2.0)), [ProblemCode.TIME_GAP, ProblemCode.TIME_GAP]),
    ("no keyframe", SEGMENT, becomes(streams.segment(2.0, 2.0, first=streams.OTHER)), [ProblemCode.NO_KEYFRAME]),
    ("other content", SEGMENT, becomes(streams.segment(2.0, 2.0, size=900)), [ProblemCode.SIZE_MISMATCH]),
    ("no poster", "poster.jpg", None, [ProblemCode.IMAGE_MISSING]),
    ("cut poster", "poster.jpg", cut, [ProblemCode.IMAGE_BROKEN]),
    ("cut card", "card.webp", cut, [ProblemCode.IMAGE_BROKEN]),
]


async def test_a_whole_stream_is_sound() -> None:
    world = World()
    report = await world.report(await world.video(), deep=True)
    assert report.problems == ()
    assert (report.objects, report.bytes) == (len(streams.files()), sum(map(len, streams.files().values())))
    assert not report.can_be_repaired


@pytest.mark.parametrize("case", HARMED, ids=[case[0].replace(" ", "_") for case in HARMED])
async def test_harm_is_found_by_its_code(case: tuple[str, str, Change, list[ProblemCode]]) -> None:
    _, name, change, codes = case
    world = World()
    video, other = await world.video(), await world.video()
    await world.change(video, name, change)
    report = await world.report(video)
    found = {problem.code for problem in report.problems}
    # What a missing playlist or rendition brings with it is told beside it.
    assert set(codes) <= found
    beside = {ProblemCode.SIZE_MISMATCH, ProblemCode.DURATION_MISMATCH, ProblemCode.PLAYLIST_MISSING}
    assert found <= set(codes) | beside
    assert report.can_be_repaired
    assert await world.codes(other) == []


async def test_only_a_decoder_sees_some_harm() -> None:
    world = World()
    video = await world.video()
    await world.change(video, SEGMENT, lambda body: body[:-6] + b"broken")
    assert await world.codes(video) == []
    assert await world.codes(video, deep=True) == ["DECODE_FAILED"]


async def test_what_owners_sent_is_checked_too() -> None:
    world = World()
    caption = Caption("c1", "de", "Deutsch", world.stack.clock.now())
    video = await world.video(captions=(caption,), thumbnail=Thumbnail(image="i1"))
    assert await world.codes(video) == ["CAPTIONS_MISSING", "IMAGE_MISSING", "IMAGE_MISSING"]
    for key in (
        caption_key(video.id, caption),
        *(f"videos/{video.id}/image-i1/{n}" for n in ("poster.jpg", "card.webp")),
    ):
        await streams.put(world.store, key, b"there")
    assert await world.codes(video) == []
    assert video.source is not None
    await streams.put(world.store, video.source.key, b"another")
    assert await world.codes(video) == ["SOURCE_SIZE"]
    await world.store.delete(video.source.key)
    report = await world.report(video)
    assert [problem.code for problem in report.problems] == ["SOURCE_MISSING"]
    assert not report.can_be_repaired


async def test_all_videos_in_service_are_checked_once() -> None:
    world = World()
    videos = [await world.video() for _ in range(7)]
    await add_video(world.stack, await add_channel(world.stack), VideoStatus.PROCESSING)
    await world.change(videos[3], SEGMENT, None)
    reports = [report async for report in world.verify.all(at_once=3)]
    assert sorted(report.video_id for report in reports) == sorted(video.id for video in videos)
    assert [report.video_id for report in reports if not report.sound] == [videos[3].id]
    assert await world.verify.count() == 7


async def test_a_video_that_is_not_in_service_has_no_report() -> None:
    world = World()
    video = await add_video(world.stack, await add_channel(world.stack), VideoStatus.FAILED)
    assert await world.verify.one(video.id) is None
    with pytest.raises(NotFound):
        await world.verify.one(VideoId(world.stack.ids.new()))


async def test_a_generation_that_is_replaced_meanwhile_is_no_problem() -> None:
    """Its files may be swept in the midst of the check; the new generation is then checked."""
    world = World()
    video = await world.video()

    async def replace_it() -> None:
        await streams.store_stream(world.store, video.id, "g-2")
        finished, _ = video.finish_processing(streams.media(), "g-2", at=world.stack.clock.now())
        async with world.stack.begin() as uow:
            await uow.videos.save(finished)
        await world.store.delete(*[info.key async for info in world.store.list(f"videos/{video.id}/g-1/")])

    world.meanwhile = replace_it
    report = await world.report(video)
    assert world.meanwhile is None
    assert (report.generation, report.problems) == ("g-2", ())
