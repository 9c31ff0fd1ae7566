"""`MediaCare` by FFmpeg: what an older release did not make, and whether a decoder takes what is stored."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

import ffmpeg

from adapters.ffmpeg import command, pictures, sounds
from adapters.ffmpeg.binary import find_ffmpeg
from adapters.ffmpeg.budget import for_pictures
from adapters.ffmpeg.errors import last_errors
from adapters.ffmpeg.fetching import fetch
from adapters.ffmpeg.inspection import Bounds, inspect
from adapters.ffmpeg.ladder import RECIPE, Codec, ladder
from adapters.ffmpeg.outputs import Outputs
from adapters.ffmpeg.pictures import Images
from adapters.ffmpeg.playlists import AUDIO_PLAYLIST
from adapters.ffmpeg.probe import SourceFacts
from adapters.ffmpeg.process import Limits
from adapters.ffmpeg.work import Processes
from adapters.ffmpeg.work_folder import WorkFolder
from streamcore.shared.objects import ObjectStore
from streamcore.videos.models.images import Still
from streamcore.videos.models.media import ADDED_FOLDER, Media, PrintFile
from streamcore.videos.models.missing import MediaPart
from streamcore.videos.models.playlists import read_media
from streamcore.videos.ports import Progress


class FFmpegMediaCare:
    """Works in ``work_folder`` with ``ffmpeg`` (None: the system's, else the packaged one), as the processor does.

    What it adds to a generation lies in a folder of its own there, named for what the media was before: a second
    attempt writes the same names, and nothing that somebody may have fetched ever changes.
    """

    parts = frozenset({MediaPart.METADATA, MediaPart.THUMBNAILS, MediaPart.FINGERPRINTS})

    def __init__(
        self,
        store: ObjectStore,
        *,
        work_folder: Path,
        ffmpeg: Path | None = None,
        extra_codec: Codec | None = None,
        silence_limit_seconds: float = 30.0,
        bounds: Bounds | None = None,
        limits: Limits | None = None,
        parallel_uploads: int = 4,
    ) -> None:
        self._store = store
        self._work = WorkFolder(work_folder.absolute())
        self._ffmpeg = ffmpeg
        self._extra = extra_codec
        self._silence = silence_limit_seconds
        self._bounds = bounds or Bounds()
        self._limits = limits or Limits()
        self._parallel = parallel_uploads

    def rungs(self, media: Media) -> Sequence[str]:
        names = [rendition.name for rendition in media.renditions if "-" not in rendition.name]
        if media.recipe != RECIPE:
            rate = Fraction(media.frame_rate).limit_denominator(1001)
            names = [rung.name for rung in ladder(media.width, media.height, rate)]
        return [*names, *(f"{self._extra}-{name}" for name in names if self._extra)]

    async def complete(
        self, source: str, target: str, media: Media, parts: Collection[MediaPart], *, progress: Progress
    ) -> Media:
        prefix = target if target.endswith("/") else f"{target}/"
        folder_name = f"{ADDED_FOLDER}-{sha256(repr((media, sorted(parts))).encode()).hexdigest()[:12]}"
        with self._work.run() as folder:
            fetching = _fetching(progress)
            await fetching(0)
            file = await fetch(self._store, [source], folder / "source", fetching)
            work = _Completion(self, self._processes(folder, file), prefix, f"{folder_name}/", media, progress)
            return await work.make(frozenset(parts))

    async def decode(self, keys: Sequence[str], *, progress: Progress) -> Sequence[str]:
        with self._work.run() as folder:
            stream = await fetch(self._store, keys, folder / "stream.mp4", _fetching(progress))
            line, moves = _decoding(find_ffmpeg(self._ffmpeg), stream), _Moves(progress, "decoding")
            # However long it is: within bounds, or it would not have been made.
            ended = await self._processes(folder, stream).run(line, moves.read, limits=self._limits)
            errors = last_errors(ended.stderr).splitlines()
            return errors or ([f"the decoder ended with {ended.returncode}"] if ended.returncode else [])

    async def close(self) -> None:
        self._work.close()

    def _processes(self, folder: Path, file: Path) -> Processes:
        """As confined as for an upload."""
        return Processes(folder, (file,), self._limits, self._silence)

    async def inspect(self, source: Path, processes: Processes) -> SourceFacts:
        return await inspect(self.binary, source, self._bounds, processes.run)

    @property
    def binary(self) -> Path:
        return find_ffmpeg(self._ffmpeg)

    def outputs(self, made: Path, prefix: str) -> Outputs:
        return Outputs(self._store, made, prefix, parallel=self._parallel)

    def read(self, key: str) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        return self._store.get(key)


def _fetching(progress: Progress) -> Callable[[int], Awaitable[None]]:
    return lambda _there: progress(0.0, "fetching")


@dataclass(frozen=True, slots=True)
class _Completion:
    """One call of `complete`: ``added`` is the folder below ``prefix`` that takes what is new."""

    care: FFmpegMediaCare
    processes: Processes
    prefix: str
    added: str
    media: Media
    progress: Progress

    async def make(self, parts: frozenset[MediaPart]) -> Media:
        (source,) = self.processes.reads
        facts = await self.care.inspect(source, self.processes)
        made = self.processes.folder / "made"
        made.mkdir()
        media = _with_metadata(self.media, facts) if MediaPart.METADATA in parts else self.media
        if not parts & {MediaPart.THUMBNAILS, MediaPart.FINGERPRINTS}:
            return media
        images = await self._images(source, facts, made)
        names: list[str] = []
        if MediaPart.THUMBNAILS in parts:
            names += [name for still in images.stills for name in (still.poster, still.card)]
            names += [images.preview, *images.sprites]
            media = self._with_images(media, images)
        if MediaPart.FINGERPRINTS in parts:
            prints = [*images.prints, *(await self._sound(made) if self.media.has_audio else ())]
            names += [file.name for file in prints]
            media = replace(media, prints=tuple(replace(file, name=self.added + file.name) for file in prints))
        await self.care.outputs(made, self.prefix + self.added).store(dict.fromkeys(names))
        return media

    async def _images(self, source: Path, facts: SourceFacts, made: Path) -> Images:
        moves, processes = _Moves(self.progress, "thumbnails"), self.processes
        line = command.images(self.care.binary, source, facts, made)
        await processes.must(line, moves.read, limits=for_pictures(processes.limits, facts))
        return await pictures.finish(self.care.binary, facts, made, processes.must)

    def _with_images(self, media: Media, images: Images) -> Media:
        stills = tuple(
            Still(still.seconds, self.added + still.poster, self.added + still.card) for still in images.stills
        )
        return replace(
            media,
            poster=stills[images.best].poster,
            card=stills[images.best].card,
            stills=stills,
            preview=self.added + images.preview,
            sprites=tuple(self.added + name for name in images.sprites),
        )

    async def _sound(self, made: Path) -> Sequence[PrintFile]:
        """The fingerprint of the sound as it is heard: that of the stream, not of the source."""
        folder = self.prefix + AUDIO_PLAYLIST.rpartition("/")[0] + "/"
        playlist = read_media((await self._bytes(self.prefix + AUDIO_PLAYLIST)).decode())
        init = self.processes.folder / "init.mp4"
        await asyncio.to_thread(init.write_bytes, await self._bytes(folder + (playlist.init or "init.mp4")))

        def read(name: str) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
            return self.care.read(folder + name)

        names = [segment.name for segment in playlist.segments]
        return (await sounds.make(self.care.binary, init, read, names, made, self.processes.must)).prints

    async def _bytes(self, key: str) -> bytes:
        async with self.care.read(key) as chunks:
            return b"".join([chunk async for chunk in chunks])


def _with_metadata(media: Media, facts: SourceFacts) -> Media:
    """What was there stays."""
    return replace(
        media,
        duration_seconds=media.duration_seconds if media.duration_seconds > 0 else facts.duration,
        width=media.width if media.width > 0 else facts.width,
        height=media.height if media.height > 0 else facts.height,
        frame_rate=media.frame_rate if media.frame_rate > 0 else float(facts.rate),
    )


@dataclass(slots=True)
class _Moves:
    """Reads the lines of ``-progress`` and passes on that the work moves."""

    progress: Progress
    stage: str
    seen: str = ""

    async def read(self, line: str) -> bool:
        if not line.startswith("out_time_us=") or line == self.seen:
            return False
        self.seen = line
        await self.progress(50.0, self.stage)
        return True


def _decoding(binary: Path, stream: Path) -> list[str]:
    """Decode every track and tell errors on stderr, progress on stdout."""
    pinned = {"format": "mov", "format_whitelist": "mov", "protocol_whitelist": "file", "err_detect": "explode"}
    everything = ffmpeg.input(f"file:{stream}", **pinned).output("-", format="null", map=0)
    quiet = ("-hide_banner", "-nostdin", "-nostats", "-loglevel", "error", "-progress", "pipe:1")
    line: list[str] = everything.global_args(*quiet).compile(cmd=str(binary), overwrite_output=True)
    return line
