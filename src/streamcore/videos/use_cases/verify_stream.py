import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from streamcore.shared.errors import NotFound
from streamcore.shared.objects import ObjectStore
from streamcore.videos.models.boxes import Fragment, Track, read_track
from streamcore.videos.models.captions import caption_key
from streamcore.videos.models.images import OWN_CARD, OWN_POSTER, image_prefix, is_whole_image
from streamcore.videos.models.media import Media, media_prefix
from streamcore.videos.models.playlists import MediaPlaylist, PlaylistSegment, read_master, read_media
from streamcore.videos.models.verification import Problem, ProblemCode, StreamReport
from streamcore.videos.models.video import Video
from streamcore.videos.ports import MediaCare
from streamcore.videos.use_cases.read_fragments import Fragments

_MOST_TEXT = 8 * 1024**2  # bytes of a playlist: some ten thousand segments
_MOST_INIT = 1024**2
_SEGMENTS_AT_ONCE = 4
_LENGTH_WITHIN = 0.5  # seconds
_GAP_WITHIN = 0.05
_SIZE_WITHIN = 0.02  # of the whole
_IMAGES = (".jpg", ".jpeg", ".webp", ".png")

Beat = Callable[[float, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class VerifyStream:
    """Whether everything that a video in service names is stored and fits together (VID-13).

    Playlists are read whole, segments by ranges: their boxes fill them exactly, the first sample is a keyframe, each
    begins where the one before it ends. ``deep`` also decodes every rendition.
    """

    store: ObjectStore
    care: MediaCare

    async def __call__(self, video: Video, media: Media, generation: str, *, deep: bool, beat: Beat) -> StreamReport:
        prefix = media_prefix(video.id, generation)
        sizes = {info.key: info.size async for info in self.store.list(prefix)}
        look = _Look(self.store, self.care, prefix, media, sizes, deep, beat)
        await look.at_stream()
        await look.at_side_files()
        await look.at_what_owners_sent(video)
        problems = tuple(sorted(look.problems, key=lambda problem: (problem.file, problem.code)))
        return StreamReport(video.id, generation, len(sizes), sum(sizes.values()), problems)


@dataclass(slots=True)
class _Look:
    """A look at one generation; ``sizes`` in bytes by key."""

    store: ObjectStore
    care: MediaCare
    prefix: str
    media: Media
    sizes: Mapping[str, int]
    deep: bool
    beat: Beat
    problems: list[Problem] = field(default_factory=list)

    def tell(self, code: ProblemCode, key: str, detail: object = "") -> None:
        self.problems.append(Problem(code, key, str(detail)))

    async def at_stream(self) -> None:
        named = {rendition.playlist for rendition in self.media.renditions}
        groups: set[str] = set()
        text = await self._text(self.media.master, ProblemCode.MASTER_MISSING, ProblemCode.MASTER_BROKEN)
        if text is not None:
            try:
                master = read_master(text)
            except ValueError as error:
                self.tell(ProblemCode.MASTER_BROKEN, self.prefix + self.media.master, error)
            else:
                groups = set(master.groups)
                if absent := sorted(named - set(master.variants)):
                    self.tell(ProblemCode.MASTER_BROKEN, self.prefix + self.media.master, f"without {absent}")
                named |= set(master.variants)
        stored = {name: await self._at_playlist(name, is_video=name in named) for name in sorted(named | groups)}
        self._compare_sizes({name: at for name, at in stored.items() if at}, groups)

    def _compare_sizes(self, stored: Mapping[str, tuple[int, float]], groups: set[str]) -> None:
        """Each rendition's mean bit rate was measured when it was stored, with that of the sound beside it."""
        sound = sum(8 * size / seconds for name, (size, seconds) in stored.items() if name in groups)
        for rendition in self.media.renditions:
            if rendition.playlist in stored:
                size, seconds = stored[rendition.playlist]
                found = 8 * size / seconds + sound
                if abs(found - rendition.average_bps) > _SIZE_WITHIN * rendition.average_bps:
                    detail = f"{found:.0f} bit/s, not {rendition.average_bps}"
                    self.tell(ProblemCode.SIZE_MISMATCH, self.prefix + rendition.playlist, detail)

    async def _at_playlist(self, name: str, *, is_video: bool) -> tuple[int, float] | None:
        """Bytes and seconds of its segments; None where it cannot be read or some are missing."""
        key = self.prefix + name
        text = await self._text(name, ProblemCode.PLAYLIST_MISSING, ProblemCode.PLAYLIST_BROKEN)
        if text is None:
            return None
        try:
            playlist = read_media(text)
        except ValueError as error:
            self.tell(ProblemCode.PLAYLIST_BROKEN, key, error)
            return None
        if is_video and abs(playlist.seconds - self.media.duration_seconds) > _LENGTH_WITHIN:
            detail = f"{playlist.seconds:.3f} s, not {self.media.duration_seconds:.3f} s"
            self.tell(ProblemCode.DURATION_MISMATCH, key, detail)
        folder = key.rpartition("/")[0] + "/"
        before = len(self.problems)
        track = await self._at_init(folder, playlist)
        await self._at_segments(folder, playlist.segments, track)
        if self.deep and len(self.problems) == before:
            await self._decode(folder, key, playlist)
        keys = [folder + segment.name for segment in playlist.segments]
        if not all(key in self.sizes for key in keys):
            return None
        return sum(self.sizes[key] for key in keys), playlist.seconds

    async def _at_init(self, folder: str, playlist: MediaPlaylist) -> Track | None:
        if playlist.init is None:
            return None
        key = folder + playlist.init
        init = await self._bytes(key, 0, _MOST_INIT) if key in self.sizes else None
        if init is None:
            self.tell(ProblemCode.INIT_MISSING, key)
            return None
        try:
            return read_track(init)
        except ValueError as error:
            self.tell(ProblemCode.INIT_BROKEN, key, error)
            return None

    async def _at_segments(self, folder: str, segments: Sequence[PlaylistSegment], track: Track | None) -> None:
        ends: float | None = None
        for start in range(0, len(segments), _SEGMENTS_AT_ONCE):
            some = segments[start : start + _SEGMENTS_AT_ONCE]
            try:
                async with asyncio.TaskGroup() as group:
                    tasks = [group.create_task(self._at_segment(folder + segment.name, track)) for segment in some]
            except BaseExceptionGroup as group_error:
                raise group_error.exceptions[0] from None
            for segment, task in zip(some, tasks, strict=True):
                ends = self._follows(folder + segment.name, task.result(), track, ends)
            await self.beat(0.0, "verifying")

    def _follows(
        self, key: str, fragments: Sequence[Fragment] | None, track: Track | None, ends: float | None
    ) -> float | None:
        """Seconds at which the segment ends, None if that is not known."""
        if not fragments or track is None:
            return None
        begins = fragments[0].begins / track.timescale
        if ends is not None and abs(begins - ends) > _GAP_WITHIN:
            self.tell(ProblemCode.TIME_GAP, key, f"begins at {begins:.3f} s, after {ends:.3f} s")
        if not fragments[0].keyframe:
            self.tell(ProblemCode.NO_KEYFRAME, key)
        return (fragments[-1].begins + fragments[-1].lasts) / track.timescale

    async def _at_segment(self, key: str, track: Track | None) -> Sequence[Fragment] | None:
        size = self.sizes.get(key)
        if size is None:
            self.tell(ProblemCode.SEGMENT_MISSING, key)
            return None
        if track is None:
            return None
        try:
            return [fragment async for fragment in Fragments(self._bytes, key, size).of(track)]
        except ValueError as error:
            self.tell(ProblemCode.SEGMENT_BROKEN, key, error)
        except NotFound:
            self.tell(ProblemCode.SEGMENT_MISSING, key)
        return None

    async def _decode(self, folder: str, key: str, playlist: MediaPlaylist) -> None:
        names = [playlist.init, *(segment.name for segment in playlist.segments)]
        errors = await self.care.decode([folder + name for name in names if name], progress=self.beat)
        if errors:
            self.tell(ProblemCode.DECODE_FAILED, key, errors[0])

    async def at_side_files(self) -> None:
        for name in self.media.side_files:
            key = self.prefix + name
            is_image = name.endswith(_IMAGES)
            if key not in self.sizes:
                self.tell(ProblemCode.IMAGE_MISSING if is_image else ProblemCode.FILE_MISSING, key)
            elif is_image:
                await self._at_image(key, self.sizes[key])

    async def _at_image(self, key: str, size: int) -> None:
        head, tail = await self._bytes(key, 0, 16), await self._bytes(key, max(0, size - 8), size)
        if not is_whole_image(head or b"", tail or b"", size):
            self.tell(ProblemCode.IMAGE_BROKEN, key)

    async def at_what_owners_sent(self, video: Video) -> None:
        for caption in video.captions:
            if await self._size(caption_key(video.id, caption)) is None:
                self.tell(ProblemCode.CAPTIONS_MISSING, caption_key(video.id, caption))
        if video.thumbnail is not None and video.thumbnail.image:
            for name in (OWN_POSTER, OWN_CARD):
                key = image_prefix(video.id, video.thumbnail) + name
                if await self._size(key) is None:
                    self.tell(ProblemCode.IMAGE_MISSING, key)
        if video.source is not None:
            size = await self._size(video.source.key)
            if size is None:
                self.tell(ProblemCode.SOURCE_MISSING, video.source.key)
            elif size != video.source.size:
                self.tell(ProblemCode.SOURCE_SIZE, video.source.key, f"{size} bytes, not {video.source.size}")

    async def _size(self, key: str) -> int | None:
        try:
            return (await self.store.head(key)).size
        except NotFound:
            return None

    async def _text(self, name: str, missing: ProblemCode, broken: ProblemCode) -> str | None:
        key = self.prefix + name
        body = await self._bytes(key, 0, _MOST_TEXT)
        if body is None:
            self.tell(missing, key)
            return None
        try:
            return body.decode()
        except UnicodeDecodeError:
            self.tell(broken, key, "it is no text")
            return None

    async def _bytes(self, key: str, start: int, end: int) -> bytes | None:
        """None where there is no such object."""
        try:
            async with self.store.get(key, start=start, end=end) as chunks:
                return b"".join([chunk async for chunk in chunks])
        except NotFound:
            return None
