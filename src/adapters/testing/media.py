"""The contract of :class:`streamcore.videos.ports.MediaProcessor`, for every adapter of it.

Subclass it in a test module and give it a fixture ``rig``::

    class TestMyMediaProcessor(MediaProcessorContract):
        @pytest.fixture
        async def rig(self) -> AsyncIterator[MediaRig]:
            store = MemoryObjectStore(...)
            yield MediaRig(MyProcessor, store, good=clip, bad=b"not a video", leftovers=my_processes_and_files)
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, cast

import pytest

from streamcore.shared.errors import LeaseLost, NotFound, Unavailable, UnprocessableMedia
from streamcore.shared.objects import ObjectStore
from streamcore.videos.models.fingerprints import Fingerprint, compare
from streamcore.videos.models.media import Media, PrintKind
from streamcore.videos.ports import MediaProcessor

SOURCE, TARGET = "uploads/a/source", "videos/a/1-1/"
_TYPES = {
    "m3u8": "application/vnd.apple.mpegurl",
    "m4s": "video/iso.segment",
    "mp4": "video/mp4",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "vtt": "text/vtt; charset=utf-8",
    "m4a": "audio/mp4",
    "bin": "application/octet-stream",
}
_TIME = r"(\d\d:\d\d:\d\d\.\d\d\d)"
_CUE = re.compile(rf"{_TIME} --> {_TIME}\n(\S+)#xywh=\d+,\d+,\d+,\d+")
_URI = re.compile(r'URI="([^"]+)"')
_ATTRIBUTE = re.compile(r'([A-Z-]+)=("[^"]*"|[^,]*)')


@dataclass(frozen=True, slots=True)
class MediaRig:
    """``make`` builds the adapter over a store; ``good`` is a clip of at least 4 s with sound, ``bad`` no video at all.

    ``leftovers`` names the processes and files that the adapter's runs have left behind: none once they are over.
    """

    make: Callable[[ObjectStore], MediaProcessor]
    store: ObjectStore
    good: bytes
    bad: bytes
    leftovers: Callable[[], Sequence[str]]

    async def put_source(self, body: bytes, key: str = SOURCE) -> None:
        async def chunks() -> AsyncIterator[bytes]:
            yield body

        await self.store.put(key, chunks(), content_type="video/mp4", size=len(body))

    async def stored(self, prefix: str = TARGET) -> dict[str, str]:
        """Name below the prefix → content type."""
        keys = [info.key async for info in self.store.list(prefix)]
        return {key.removeprefix(prefix): (await self.store.head(key)).content_type for key in keys}

    async def read(self, name: str) -> bytes:
        async with self.store.get(f"{TARGET}{name}") as chunks:
            return b"".join([chunk async for chunk in chunks])


@dataclass(slots=True)
class Told:
    """A progress callback that remembers, and that raises or blocks on the first word of a stage if it is told to."""

    raises: Exception | None = None
    blocks: bool = False
    at_stage: str = "transcoding"
    words: list[tuple[float, str]] = field(default_factory=list)
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, percent: float, stage: str) -> None:
        self.words.append((percent, stage))
        await asyncio.sleep(0)  # others take their turn, as they do while a real one writes to a database
        if stage != self.at_stage:
            return
        self.reached.set()
        if self.raises is not None:
            raise self.raises
        if self.blocks:
            await asyncio.Event().wait()


class WithoutRoom:
    """A store that takes nothing under the target any more after ``room`` objects."""

    def __init__(self, store: ObjectStore, room: int) -> None:
        self._store = store
        self._room = room

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def put(self, key: str, *arguments: Any, **options: Any) -> Any:
        self._take()
        return await self._store.put(key, *arguments, **options)

    async def put_file(self, key: str, *arguments: Any, **options: Any) -> Any:
        self._take()
        return await cast(Any, self._store).put_file(key, *arguments, **options)

    def _take(self) -> None:
        self._room -= 1
        if self._room < 0:
            raise Unavailable


class MediaProcessorContract:
    async def made(self, rig: MediaRig, told: Told | None = None) -> Media:
        await rig.put_source(rig.good)
        return await rig.make(rig.store).process(SOURCE, TARGET, progress=told or Told())

    async def test_everything_is_stored_when_it_returns(self, rig: MediaRig) -> None:
        media = await self.made(rig)
        stored = await rig.stored()
        playlists = {media.master, *(rendition.playlist for rendition in media.renditions)}
        assert playlists | {*media.side_files} <= stored.keys()
        assert media.duration_seconds >= 4.0
        assert media.frame_rate > 0
        assert media.has_audio
        assert rig.leftovers() == []

    async def test_the_playlists_refer_to_all_objects_and_to_no_others(self, rig: MediaRig) -> None:
        media = await self.made(rig)
        stored = await rig.stored()
        referred = {media.master, *media.side_files}
        for playlist in await references(rig, media.master):
            referred |= {playlist, *await references(rig, playlist)}
        assert referred == stored.keys()

    async def test_the_images_are_such_and_lie_within_the_length(self, rig: MediaRig) -> None:
        media = await self.made(rig)
        assert media.stills
        for still in media.stills:
            assert (await rig.read(still.poster)).startswith(b"\xff\xd8\xff")
            card = await rig.read(still.card)
            assert (card[:4], card[8:12]) == (b"RIFF", b"WEBP")
            assert 0 <= still.seconds <= media.duration_seconds
        assert (media.poster, media.card) in {(still.poster, still.card) for still in media.stills}

    async def test_the_preview_leads_through_the_sprites_from_beginning_to_end(self, rig: MediaRig) -> None:
        media = await self.made(rig)
        assert media.preview
        header, *cues = (await rig.read(media.preview)).decode().strip().split("\n\n")
        assert header == "WEBVTT"
        found = [_CUE.fullmatch(cue) for cue in cues]
        assert all(found), cues
        spans = [(_seconds(cue[1]), _seconds(cue[2])) for cue in found if cue]
        assert spans[0][0] == 0.0
        assert all(before[1] == after[0] for before, after in pairwise(spans))
        assert spans[-1][1] >= media.duration_seconds - 0.5
        assert {cue[3] for cue in found if cue} == {*media.sprites}

    async def test_the_fingerprints_can_be_read_and_are_those_of_the_source(self, rig: MediaRig) -> None:
        media = await self.made(rig)
        prints = [Fingerprint.decode(f.kind, f.step_seconds, await rig.read(f.name)) for f in media.prints]
        assert {one.kind for one in prints} == {*PrintKind}
        for one in prints:
            assert 0 < one.seconds <= media.duration_seconds + 6.0
            assert (match := compare(one, one)) is None or match.offset_seconds == 0.0
        again = await self.made(rig)
        assert again.prints == media.prints
        assert [await rig.read(f.name) for f in again.prints] == [one.encode() for one in prints]

    async def test_nothing_is_stored_outside_the_target(self, rig: MediaRig) -> None:
        await self.made(rig)
        assert [key for key in await rig.stored("") if not key.startswith(TARGET)] == [SOURCE]

    async def test_the_content_types_are_those_of_hls(self, rig: MediaRig) -> None:
        await self.made(rig)
        stored = await rig.stored()
        assert stored == {name: _TYPES[name.rpartition(".")[2]] for name in stored}

    async def test_the_master_says_what_the_renditions_say(self, rig: MediaRig) -> None:
        media = await self.made(rig)
        lines = (await rig.read(media.master)).decode().splitlines()
        assert lines[0] == "#EXTM3U"
        assert "#EXT-X-INDEPENDENT-SEGMENTS" in lines
        said = []
        for line, uri in pairwise(lines):
            if line.startswith("#EXT-X-STREAM-INF:"):
                attributes = {name: value.strip('"') for name, value in _ATTRIBUTE.findall(line.partition(":")[2])}
                attributes.pop("AUDIO", None)
                said.append(attributes | {"URI": uri})
        assert said == [
            {
                "BANDWIDTH": str(rendition.bitrate_bps),
                "AVERAGE-BANDWIDTH": str(rendition.average_bps),
                "CODECS": rendition.codecs,
                "RESOLUTION": f"{rendition.width}x{rendition.height}",
                "FRAME-RATE": f"{rendition.frame_rate:.3f}",
                "URI": rendition.playlist,
            }
            for rendition in media.renditions
        ]

    async def test_the_renditions_are_sound_and_never_above_the_source(self, rig: MediaRig) -> None:
        media = await self.made(rig)
        assert media.renditions
        assert len({rendition.name for rendition in media.renditions}) == len(media.renditions)
        for rendition in media.renditions:
            assert rendition.width <= media.width
            assert rendition.height <= media.height
            assert rendition.width % 2 == rendition.height % 2 == 0
            assert 0 < rendition.average_bps <= rendition.bitrate_bps
            assert re.fullmatch(r"avc1\.[0-9a-f]{6}(,mp4a\.40\.\d+)?", rendition.codecs)

    async def test_progress_rises_and_ends_at_100_with_everything_stored(self, rig: MediaRig) -> None:
        stored_at_the_end: list[str] = []

        class Watching(Told):
            async def __call__(self, percent: float, stage: str) -> None:
                await Told.__call__(self, percent, stage)
                if percent == 100.0:
                    stored_at_the_end.extend(await rig.stored())

        told = Watching()
        await self.made(rig, told)
        percents = [percent for percent, _ in told.words]
        assert len(percents) >= 3
        assert percents == sorted(percents)
        assert percents[0] >= 0.0
        assert percents[-1] == 100.0
        assert all(stage for _, stage in told.words)
        assert sorted(stored_at_the_end) == sorted(await rig.stored())

    async def test_what_is_no_video_is_refused_with_a_reason(self, rig: MediaRig) -> None:
        for body in (rig.bad, b""):
            await rig.put_source(body)
            with pytest.raises(UnprocessableMedia) as refused:
                await rig.make(rig.store).process(SOURCE, TARGET, progress=Told())
            assert re.fullmatch(r"[A-Z][A-Z_]+", refused.value.reason)
            assert refused.value.message.endswith(".")
            assert await rig.stored() == {}
            assert rig.leftovers() == []

    async def test_a_missing_source_is_not_found(self, rig: MediaRig) -> None:
        with pytest.raises(NotFound):
            await rig.make(rig.store).process("uploads/a/missing", TARGET, progress=Told())
        assert rig.leftovers() == []

    async def test_cancellation_ends_everything(self, rig: MediaRig) -> None:
        await rig.put_source(rig.good)
        for stage in ("fetching", "transcoding"):
            told = Told(blocks=True, at_stage=stage)
            task = asyncio.create_task(rig.make(rig.store).process(SOURCE, TARGET, progress=told))
            async with asyncio.timeout(30):
                await told.reached.wait()
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            assert task.cancelled()
            assert rig.leftovers() == []
            assert "master.m3u8" not in await rig.stored()

    async def test_a_lost_lease_ends_the_work(self, rig: MediaRig) -> None:
        with pytest.raises(LeaseLost):
            await self.made(rig, Told(raises=LeaseLost()))
        assert rig.leftovers() == []
        assert "master.m3u8" not in await rig.stored()

    async def test_a_store_that_fails_ends_the_work(self, rig: MediaRig) -> None:
        await rig.put_source(rig.good)
        processor = rig.make(cast(ObjectStore, WithoutRoom(rig.store, 2)))
        with pytest.raises(Unavailable):
            await processor.process(SOURCE, TARGET, progress=Told())
        assert rig.leftovers() == []
        assert "master.m3u8" not in await rig.stored()

    async def test_runs_may_overlap_and_be_repeated(self, rig: MediaRig) -> None:
        first = await self.made(rig)
        before = await rig.stored()
        processor = rig.make(rig.store)
        again, other = await asyncio.gather(
            processor.process(SOURCE, TARGET, progress=Told()),
            processor.process(SOURCE, "videos/a/2-1/", progress=Told()),
        )
        assert first.renditions[0].name == again.renditions[0].name == other.renditions[0].name
        assert await rig.stored() == before == await rig.stored("videos/a/2-1/")
        assert rig.leftovers() == []


async def references(rig: MediaRig, playlist: str) -> set[str]:
    """What a playlist refers to, as names below the target."""
    folder = playlist.rpartition("/")[0]
    text = (await rig.read(playlist)).decode()
    names = _URI.findall(text) + [line for line in text.splitlines() if line and not line.startswith("#")]
    return {f"{folder}/{name}" if folder else name for name in names}


def _seconds(time: str) -> float:
    hours, minutes, seconds = time.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
