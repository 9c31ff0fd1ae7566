"""The suite for those who look after what was processed before.

A test module makes a rig (see `adapters.testing.media`) whose sources ``good`` and ``bad`` the adapter can tell apart,
and a fixture ``care`` that works on the rig's store.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from adapters.testing.media import SOURCE, TARGET, MediaRig
from streamcore.shared.errors import LeaseLost, NotFound, UnprocessableMedia
from streamcore.videos.models.media import Media
from streamcore.videos.models.missing import MediaPart, missing_parts
from streamcore.videos.models.playlists import read_master, read_media
from streamcore.videos.ports import MediaCare

SIDES: dict[str, Any] = {"card": None, "stills": (), "preview": None, "sprites": (), "prints": ()}


class Told:
    """Remembers that the work has moved."""

    def __init__(self) -> None:
        self.words: list[tuple[float, str]] = []

    async def __call__(self, percent: float, stage: str) -> None:
        self.words.append((percent, stage))


async def _unwanted(percent: float, stage: str) -> None:
    raise LeaseLost


class MediaCareContract:
    """For every adapter of `MediaCare`."""

    async def made(self, rig: MediaRig) -> Media:
        await rig.put_source(rig.good)
        return await rig.make(rig.store).process(SOURCE, TARGET, progress=Told())

    async def keys_of_a_rendition(self, rig: MediaRig, media: Media) -> Sequence[str]:
        master = read_master((await rig.read(media.master)).decode())
        name = master.variants[0]
        folder = TARGET.rstrip("/") + "/" + name.rpartition("/")[0] + "/"
        playlist = read_media((await rig.read(name)).decode())
        assert playlist.init is not None
        return [folder + playlist.init, *(folder + segment.name for segment in playlist.segments)]

    async def test_what_was_just_made_lacks_nothing(self, rig: MediaRig, care: MediaCare) -> None:
        media = await self.made(rig)
        assert missing_parts(media, care.rungs(media)) <= {MediaPart.FINGERPRINTS}  # a sound may be too short for one

    async def test_a_larger_source_would_get_more(self, rig: MediaRig, care: MediaCare) -> None:
        media = await self.made(rig)
        assert set(care.rungs(media)) <= {rendition.name for rendition in media.renditions}
        fewer = replace(media, renditions=media.renditions[1:], recipe="")
        assert MediaPart.RUNGS in missing_parts(fewer, care.rungs(fewer))

    async def test_parts_are_added_and_the_stream_stays_as_it_is(self, rig: MediaRig, care: MediaCare) -> None:
        media = await self.made(rig)
        before = {name: await rig.read(name) for name in await rig.stored()}
        bare = replace(media, duration_seconds=0.0, frame_rate=0.0, **SIDES)
        for part in (MediaPart.METADATA, MediaPart.THUMBNAILS, MediaPart.FINGERPRINTS):
            assert part in care.parts
        told = Told()
        completed = await care.complete(SOURCE, TARGET, bare, care.parts, progress=told)
        assert missing_parts(completed, care.rungs(completed)) == missing_parts(media, care.rungs(media))
        assert abs(completed.duration_seconds - media.duration_seconds) < 0.2
        assert abs(completed.frame_rate - media.frame_rate) < 0.1
        assert (completed.renditions, completed.master, completed.sound) == (
            media.renditions,
            media.master,
            media.sound,
        )
        stored = await rig.stored()
        assert set(completed.side_files) <= set(stored)
        assert {name: await rig.read(name) for name in before} == before
        assert told.words
        assert rig.leftovers() == []

    async def test_only_what_is_asked_for_is_made(self, rig: MediaRig, care: MediaCare) -> None:
        bare = replace(await self.made(rig), **SIDES)
        completed = await care.complete(SOURCE, TARGET, bare, {MediaPart.THUMBNAILS}, progress=Told())
        assert completed.prints == ()
        assert completed.stills != ()
        kept = replace(completed, poster=bare.poster, **SIDES)
        assert kept == bare

    async def test_a_second_attempt_adds_nothing(self, rig: MediaRig, care: MediaCare) -> None:
        bare = replace(await self.made(rig), **SIDES)
        first = await care.complete(SOURCE, TARGET, bare, care.parts, progress=Told())
        stored = await rig.stored()
        assert await care.complete(SOURCE, TARGET, bare, care.parts, progress=Told()) == first
        assert await rig.stored() == stored

    async def test_a_source_that_is_missing_or_no_video(self, rig: MediaRig, care: MediaCare) -> None:
        bare = replace(await self.made(rig), **SIDES)
        with pytest.raises(NotFound):
            await care.complete("uploads/a/missing", TARGET, bare, care.parts, progress=Told())
        await rig.put_source(rig.bad)
        with pytest.raises(UnprocessableMedia):
            await care.complete(SOURCE, TARGET, bare, care.parts, progress=Told())
        assert rig.leftovers() == []

    async def test_work_that_nobody_wants_ends(self, rig: MediaRig, care: MediaCare) -> None:
        bare = replace(await self.made(rig), **SIDES)
        with pytest.raises(LeaseLost):
            await care.complete(SOURCE, TARGET, bare, care.parts, progress=_unwanted)
        assert rig.leftovers() == []

    async def test_a_sound_stream_decodes(self, rig: MediaRig, care: MediaCare) -> None:
        keys = await self.keys_of_a_rendition(rig, await self.made(rig))
        assert list(await care.decode(keys, progress=Told())) == []
        assert rig.leftovers() == []

    async def test_a_broken_stream_does_not(self, rig: MediaRig, care: MediaCare) -> None:
        keys = await self.keys_of_a_rendition(rig, await self.made(rig))
        name = keys[1].removeprefix(TARGET.rstrip("/") + "/")
        body = await rig.read(name)
        at = body.find(b"mdat") + 4
        await rig.put_source(body[:at] + b"broken" * 8 + body[at + 48 :], keys[1])
        assert list(await care.decode(keys, progress=Told())) != []

    async def test_a_stream_with_a_missing_segment_is_not_found(self, rig: MediaRig, care: MediaCare) -> None:
        keys = await self.keys_of_a_rendition(rig, await self.made(rig))
        with pytest.raises(NotFound):
            await care.decode([*keys, keys[-1] + ".missing"], progress=Told())
        assert rig.leftovers() == []
