"""`MediaProcessor` that makes a handful of small objects of the right names, at once and always the same."""

from collections.abc import AsyncIterator, Awaitable, Callable
from hashlib import sha256

from streamcore.shared.errors import UnprocessableMedia
from streamcore.shared.objects import ObjectStore
from streamcore.videos.models import Media, Rendition
from streamcore.videos.ports import Progress

Checkpoint = Callable[[str], Awaitable[None]]

_PLAYLIST, _SEGMENT, _JPEG = "application/vnd.apple.mpegurl", "video/iso.segment", "image/jpeg"
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


class MemoryMediaProcessor:
    """Reads the source, refuses what begins with ``not a video``, and stores two renditions of two segments.

    ``checkpoint`` is awaited before each step with its name: ``fetching``, then the name of each file.
    ``running`` holds the targets that are being worked on.
    """

    def __init__(self, store: ObjectStore, *, checkpoint: Checkpoint | None = None) -> None:
        self.store = store
        self.running: set[str] = set()
        self._checkpoint = checkpoint

    async def process(self, source: str, target: str, *, progress: Progress) -> Media:
        prefix = target if target.endswith("/") else f"{target}/"
        self.running.add(prefix)
        try:
            return await self._process(source, prefix, progress)
        finally:
            self.running.discard(prefix)

    async def close(self) -> None:
        pass

    async def _process(self, source: str, prefix: str, progress: Progress) -> Media:
        await self.step("fetching")
        await self.tell(progress, 0.0, "fetching")
        fingerprint = await self.read(source)
        files = self.files(fingerprint)
        for done, (name, content_type, body) in enumerate(files):
            await self.step(name)
            await self.tell(progress, 5.0 + 90.0 * done / len(files), "transcoding")
            await self.put(f"{prefix}{name}", body, content_type)
        await self.tell(progress, 100.0, "storing")
        return self.media()

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
        if not head:
            raise UnprocessableMedia("EMPTY_FILE", "The file is empty.")
        if head.startswith(b"not a video"):
            raise UnprocessableMedia("NOT_MEDIA", "The file is not a video in a format that we know.")
        return digest.hexdigest()

    def files(self, fingerprint: str) -> list[tuple[str, str, bytes]]:
        """Name, content type and body of everything, in the order of storing: the master last."""
        made = [("poster.jpg", _JPEG, b"\xff\xd8\xff poster of " + fingerprint.encode())]
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
            poster="poster.jpg",
        )

    async def put(self, key: str, body: bytes, content_type: str) -> None:
        async def chunks() -> AsyncIterator[bytes]:
            yield body

        await self.store.put(key, chunks(), content_type=content_type, size=len(body))


def _master() -> str:
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for one in _RENDITIONS:
        lines.append(
            f"#EXT-X-STREAM-INF:BANDWIDTH={one.bitrate_bps},AVERAGE-BANDWIDTH={one.average_bps},"
            f'CODECS="{one.codecs}",RESOLUTION={one.width}x{one.height},FRAME-RATE={one.frame_rate:.3f}'
        )
        lines.append(one.playlist)
    return "\n".join(lines) + "\n"
