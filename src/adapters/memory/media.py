"""`MediaProcessor` that makes a handful of small objects of the right names, at once and always the same."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from hashlib import sha256

from adapters.memory.media_sides import SIDES, side_files
from streamcore.shared.errors import UnprocessableMedia
from streamcore.shared.objects import ObjectStore
from streamcore.videos.models.chunks import Chunk, Plan
from streamcore.videos.models.media import GROWING_PLAYLIST, PREVIEW_STAGE, Media, Rendition
from streamcore.videos.ports import Progress, Show, Split

Checkpoint = Callable[[str], Awaitable[None]]
File = tuple[str, str, bytes]
"""Name, content type, body."""

_FIRST = "first.m3u8"

_PLAYLIST, _SEGMENT = "application/vnd.apple.mpegurl", "video/iso.segment"
_MEDIA_PLAYLIST = (
    "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:4\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-INDEPENDENT-SEGMENTS\n"
    '#EXT-X-MAP:URI="init.mp4"\n#EXTINF:4.0,\n00000.m4s\n#EXTINF:1.0,\n00001.m4s\n#EXT-X-ENDLIST\n'
)
_RENDITIONS = tuple(
    Rendition(
        name=f"{height}p",
        width=width,
        height=height,
        frame_rate=25.0,
        bitrate_bps=rate,
        average_bps=rate // 2,
        codecs="avc1.64001f,mp4a.40.2",
        playlist=f"{height}p/index.m3u8",
    )
    for width, height, rate in ((640, 360, 900_000), (1280, 720, 3_000_000))
)


class MemoryMediaSignatures:
    """`MediaSignatures` of what `MemoryMediaProcessor` takes: everything but what begins with ``not a video``."""

    head_size = 16

    def check(self, head: bytes) -> None:
        if not head:
            raise UnprocessableMedia("EMPTY_FILE", "The file is empty.")
        if head.startswith(b"not a video"):
            raise UnprocessableMedia("NOT_MEDIA", "The file is not a video in a format that we know.")


class MemoryMediaProcessor:
    """Reads the source, refuses what begins with ``not a video`` or ``broken video``, and stores two renditions of two
    segments.

    One that begins with ``long`` is cut into two chunks where it may be.

    ``checkpoint`` is awaited before each step with its name: ``fetching``, then the name of each file.
    ``running`` holds the targets that are being worked on.
    """

    def __init__(self, store: ObjectStore, *, checkpoint: Checkpoint | None = None) -> None:
        self.store = store
        self.running: set[str] = set()
        self._checkpoint = checkpoint

    async def process(
        self, source: str, target: str, *, progress: Progress, show: Show | None = None, split: Split | None = None
    ) -> Media:
        async with self._working(target) as prefix:
            return await self._process(source, prefix, progress, show, split)

    async def encode(self, source: str, target: str, *, plan: Plan, number: int, progress: Progress) -> None:
        async with self._working(target) as prefix:
            await self.step("fetching")
            await self.tell(progress, 0.0, "fetching")
            fingerprint, chunk = await self.read(source), plan.chunks[number]
            wanted = {f"{n:05}.m4s" for n in range(2)[chunk.first : chunk.end]} | {"init.mp4"}
            files = [
                file
                for file in self.files(fingerprint)
                if file[0].startswith("720p/") and file[0].split("/")[1] in wanted
            ]
            await self._store(prefix, files, progress, 5.0, 100.0)

    async def join(
        self, plan: Plan, media: Media, first: str, chunks: Sequence[str], target: str, *, progress: Progress
    ) -> Media | None:
        async with self._working(target) as prefix:
            await self.tell(progress, 0.0, "joining")
            copies = {key: key.removeprefix(first) async for key in self._keys(first) if "growing" not in key}
            copies = {key: name for key, name in copies.items() if name != _FIRST}
            for number, chunk in enumerate(chunks):
                names = {key: key.removeprefix(chunk) async for key in self._keys(chunk)}
                if f"720p/{number:05}.m4s" not in names.values():
                    return None
                copies |= names
            for key, name in copies.items():
                await self.step(name)
                await self.store.copy(key, f"{prefix}{name}")
            made = set(copies.values())
            await self._store(prefix, [file for file in self.files("") if file[0] not in made], progress, 90.0, 95.0)
            await self.tell(progress, 100.0, "joining")
            return replace(media, renditions=_RENDITIONS, master="master.m3u8", complete=True)

    async def close(self) -> None:
        pass

    async def _process(
        self, source: str, prefix: str, progress: Progress, show: Show | None, split: Split | None
    ) -> Media:
        await self.step("fetching")
        await self.tell(progress, 0.0, "fetching")
        fingerprint = await self.read(source)
        cut = split is not None and fingerprint.startswith("long")
        if cut and split is not None:
            await split(Plan((Chunk(0, 1), Chunk(1, None)), {"fingerprint": fingerprint}))
        files = self.files(fingerprint)
        if show is None and not cut:
            await self._store(prefix, files, progress, 5.0, 95.0)
        else:
            first = replace(self.media(), renditions=_RENDITIONS[:1], master=_FIRST, complete=False)
            await self._store_growing(prefix, files, progress)
            if cut:
                await self.tell(progress, 100.0, "storing")
                return first
            if show is not None:
                await show(first)
            await self._store(prefix, [file for file in files if _is_better(file[0])], progress, 25.0, 95.0)
        await self.tell(progress, 100.0, "storing")
        return self.media()

    async def _store_growing(self, prefix: str, files: Sequence[File], progress: Progress) -> None:
        """The first quality, with a playlist that can be watched from its first segment on."""
        lowest = [file for file in files if not _is_better(file[0])]
        at = [name for name, *_ in lowest].index("360p/00000.m4s") + 1
        await self._store(prefix, lowest[:at], progress, 5.0, 10.0)
        growing = _MEDIA_PLAYLIST.replace(":VOD", ":EVENT")
        begun = growing.partition("#EXTINF:1.0")[0]
        master = _master(_RENDITIONS[:1])
        await self.put(f"{prefix}360p/{GROWING_PLAYLIST}", begun.encode(), _PLAYLIST)
        await self.put(f"{prefix}{GROWING_PLAYLIST}", master.replace("index", "growing").encode(), _PLAYLIST)
        await self.tell(progress, 10.0, PREVIEW_STAGE)
        await self._store(prefix, lowest[at:], progress, 10.0, 20.0, PREVIEW_STAGE)
        await self.put(f"{prefix}360p/{GROWING_PLAYLIST}", growing.encode(), _PLAYLIST)
        await self._store(prefix, [(_FIRST, _PLAYLIST, master.encode())], progress, 20.0, 25.0, PREVIEW_STAGE)

    async def _store(
        self,
        prefix: str,
        files: Sequence[File],
        progress: Progress,
        begins: float,
        ends: float,
        stage: str = "transcoding",
    ) -> None:
        for done, (name, content_type, body) in enumerate(files):
            await self.step(name)
            await self.tell(progress, begins + (ends - begins) * done / len(files), stage)
            await self.put(f"{prefix}{name}", body, content_type)

    @asynccontextmanager
    async def _working(self, target: str) -> AsyncIterator[str]:
        prefix = target if target.endswith("/") else f"{target}/"
        self.running.add(prefix)
        try:
            yield prefix
        finally:
            self.running.discard(prefix)

    async def _keys(self, prefix: str) -> AsyncIterator[str]:
        async for info in self.store.list(prefix):
            yield info.key

    async def step(self, name: str) -> None:
        if self._checkpoint is not None:
            await self._checkpoint(name)

    async def tell(self, progress: Progress, percent: float, stage: str) -> None:
        await progress(percent, stage)

    async def read(self, source: str) -> str:
        """The source's fingerprint; `UnprocessableMedia` if it is none of ours."""
        digest, head = sha256(), b""
        async with self.store.get(source) as chunks:
            async for chunk in chunks:
                digest.update(chunk)
                head += chunk[: 16 - len(head)] if len(head) < 16 else b""
        MemoryMediaSignatures().check(head)
        if head.startswith(b"broken video"):
            raise UnprocessableMedia("DECODE_FAILED", "The file is damaged.")
        return f"{'long ' if head.startswith(b'long') else ''}{digest.hexdigest()}"

    def files(self, fingerprint: str) -> list[tuple[str, str, bytes]]:
        """Name, content type and body of everything, in the order of storing: the master last."""
        made = side_files(fingerprint)
        for rendition in _RENDITIONS:
            made.append((f"{rendition.name}/init.mp4", "video/mp4", b"init"))
            made += [(f"{rendition.name}/{n:05}.m4s", _SEGMENT, f"{fingerprint} {n}".encode()) for n in range(2)]
            made.append((rendition.playlist, _PLAYLIST, _MEDIA_PLAYLIST.encode()))
        return [*made, ("master.m3u8", _PLAYLIST, _master().encode())]

    def media(self) -> Media:
        return Media(
            duration_seconds=5.0,
            width=1280,
            height=720,
            frame_rate=25.0,
            has_audio=True,
            renditions=_RENDITIONS,
            master="master.m3u8",
            **SIDES,
        )

    async def put(self, key: str, body: bytes, content_type: str) -> None:
        async def chunks() -> AsyncIterator[bytes]:
            yield body

        await self.store.put(key, chunks(), content_type=content_type, size=len(body))


def _is_better(name: str) -> bool:
    """Whether the file is of the qualities above the first."""
    return name.startswith("720p/") or name == "master.m3u8"


def _master(renditions: Sequence[Rendition] = _RENDITIONS) -> str:
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for one in renditions:
        lines.append(
            f"#EXT-X-STREAM-INF:BANDWIDTH={one.bitrate_bps},AVERAGE-BANDWIDTH={one.average_bps},"
            f'CODECS="{one.codecs}",RESOLUTION={one.width}x{one.height},FRAME-RATE={one.frame_rate:.3f}'
        )
        lines.append(one.playlist)
    return "\n".join(lines) + "\n"
