"""Parts of a long source, put together without a seam: checked first, then copied within the store."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from adapters.ffmpeg.boxes import codec_of
from adapters.ffmpeg.chunking import Shared
from adapters.ffmpeg.command import SEAMS
from adapters.ffmpeg.ladder import Rung
from adapters.ffmpeg.outputs import Outputs
from adapters.ffmpeg.playlists import AUDIO, Segment, Track, read_track
from adapters.ffmpeg.publishing import INIT, PLAYLIST, Streams
from adapters.ffmpeg.steps import Steps
from streamcore.shared.objects import ObjectStore
from streamcore.videos.models.chunks import Plan
from streamcore.videos.models.media import FIRST_MASTER, GROWING_PLAYLIST, MASTER, Media

_SAME_LENGTH = 0.002  # seconds: playlists are written to the microsecond, times are those of a clock of some kHz
_OF_THE_PARTS_ALONE = (FIRST_MASTER, GROWING_PLAYLIST, SEAMS)


@dataclass(slots=True)
class Joining:
    """One join. ``first`` is the prefix of the first quality, ``chunks`` are those of the chunks in their order."""

    store: ObjectStore
    plan: Plan
    first: str
    chunks: Sequence[str]
    outputs: Outputs
    parallel: int
    _sizes: dict[str, int] = field(default_factory=dict)

    async def join(self, media: Media, target: str, steps: Steps) -> Media | None:
        shared = Shared.of(self.plan)
        for prefix in (self.first, *self.chunks):
            self._sizes |= {info.key: info.size async for info in self.store.list(prefix)}
        streams = Streams(shared.facts)
        lowest = await self._read_first(streams, shared)
        if not await self._pictures_fit(shared):
            return None
        for rung in shared.better:
            if not await self._add(streams, rung, lowest):
                return None
        await self._copy(target, shared, steps)
        playlist = await self._read(f"{self.first}{shared.rungs[0].name}/{PLAYLIST}")
        for rung in shared.better:
            await self.outputs.put(f"{rung.name}/{PLAYLIST}", playlist)
        await self.outputs.put(MASTER, streams.master(shared.rungs))
        return replace(media, renditions=streams.renditions(shared.rungs), master=MASTER, complete=True)

    async def _read_first(self, streams: Streams, shared: Shared) -> Track:
        """The lowest rendition, by which all others are measured, and the sound."""
        lowest = shared.rungs[0].name
        for name in (lowest, AUDIO):
            if f"{self.first}{name}/{PLAYLIST}" in self._sizes:
                streams.tracks[name] = await self._track(self.first, name)
                streams.codecs[name] = codec_of(await self._read(f"{self.first}{name}/{INIT}"))
        return streams.tracks[lowest]

    async def _add(self, streams: Streams, rung: Rung, lowest: Track) -> bool:
        """Measure a rendition; False unless its segments are those of the lowest, and decoded alike."""
        keys = [f"{prefix}{rung.name}/{INIT}" for prefix in self.chunks]
        if not self._sizes.keys() >= set(keys):
            return False
        inits = {await self._read(key) for key in keys}
        tracks = [await self._track(prefix, rung.name) for prefix in self.chunks]
        segments = tuple(chain.from_iterable(track.segments for track in tracks))
        if len(inits) != 1 or not _same_cuts(segments, lowest.segments):
            return False
        streams.tracks[rung.name] = Track(segments, lowest.target_seconds)
        streams.codecs[rung.name] = codec_of(inits.pop())
        return True

    async def _pictures_fit(self, shared: Shared) -> bool:
        """Whether each chunk begins and ends with the very frames that the uncut source has there."""
        uncut = await self._checksums(self.first)
        for chunk, prefix in zip(self.plan.chunks, self.chunks, strict=True):
            cut, found = shared.cut(chunk), await self._checksums(prefix)
            wanted = {0: uncut.get(cut.first_frame)} if chunk.first else {}
            if cut.frames is not None:
                wanted[cut.frames - 1] = uncut.get(cut.first_frame + cut.frames - 1)
            if any(checksum is None or found.get(frame) != checksum for frame, checksum in wanted.items()):
                return False
        return True

    async def _checksums(self, prefix: str) -> Mapping[int, str]:
        """Number of a frame → size and checksum, as FFmpeg's ``framecrc`` tells them."""
        if f"{prefix}{SEAMS}" not in self._sizes:
            return {}
        lines = (await self._read(f"{prefix}{SEAMS}")).decode().splitlines()
        rows = [line.split(",") for line in lines if line and not line.startswith("#")]
        return {int(row[2]): f"{row[4].strip()} {row[5].strip()}" for row in rows}

    async def _track(self, prefix: str, name: str) -> Track:
        """A track as it is stored; without segments where one of them is missing."""
        folder = f"{prefix}{name}/"
        if f"{folder}{PLAYLIST}" not in self._sizes:
            return Track((), 0.0)
        sizes = {key.removeprefix(folder): size for key, size in self._sizes.items() if key.startswith(folder)}
        try:
            return read_track((await self._read(f"{folder}{PLAYLIST}")).decode(), sizes)
        except KeyError:
            return Track((), 0.0)

    async def _read(self, key: str) -> bytes:
        async with self.store.get(key) as body:
            return b"".join([part async for part in body])

    async def _copy(self, target: str, shared: Shared, steps: Steps) -> None:
        """Everything of the first quality, and the segments of the others."""
        copies = {
            key: key.removeprefix(self.first)
            for key in self._sizes
            if key.startswith(self.first) and key.rpartition("/")[2] not in _OF_THE_PARTS_ALONE
        }
        for number, prefix in enumerate(self.chunks):
            names = {key: key.removeprefix(prefix) for key in self._sizes if key.startswith(prefix)}
            kept = (".m4s", INIT) if number == 0 else (".m4s",)
            copies |= {key: name for key, name in names.items() if name.endswith(kept)}
        places, done = asyncio.Semaphore(self.parallel), 0

        async def copy(key: str, name: str) -> None:
            nonlocal done
            async with places:
                await self.store.copy(key, f"{target}{name}")
            done += 1
            await steps.at("joining", done / len(copies))

        async with asyncio.TaskGroup() as group:
            for key, name in copies.items():
                group.create_task(copy(key, name))


def _same_cuts(made: Sequence[Segment], wanted: Sequence[Segment]) -> bool:
    return len(made) == len(wanted) and all(
        one.name == other.name and abs(one.seconds - other.seconds) <= _SAME_LENGTH
        for one, other in zip(made, wanted, strict=True)
    )
