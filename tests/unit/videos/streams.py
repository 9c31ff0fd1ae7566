"""Streams of the smallest fragmented MP4 that says all that a check looks at."""

from collections.abc import AsyncIterator
from dataclasses import replace
from struct import pack

from streamcore.shared.ids import VideoId
from streamcore.shared.objects import ObjectStore
from streamcore.videos.models.media import Media, Rendition, media_prefix

TICKS = 1000  # of a second
KEY, OTHER = 0x02000000, 0x00010000


def box(kind: str, *bodies: bytes) -> bytes:
    body = b"".join(bodies)
    return pack(">I4s", 8 + len(body), kind.encode()) + body


def init(timescale: int = TICKS) -> bytes:
    mdhd = box("mdhd", pack(">IIIII", 0, 0, 0, timescale, 0), b"\0\0\0\0")
    trex = box("trex", pack(">IIIIII", 0, 1, 1, 100, 0, OTHER))
    return box("ftyp", b"iso6") + box("moov", box("trak", box("mdia", mdhd)), box("mvex", trex))


def segment(begins: float, seconds: float, *, first: int = KEY, size: int = 500) -> bytes:
    samples = round(seconds * TICKS / 100)
    tfhd = box("tfhd", pack(">II", 0x020000, 1))
    tfdt = box("tfdt", pack(">IQ", 0x01000000, round(begins * TICKS)))
    trun = box("trun", pack(">IIiI", 0x000005, samples, 0, first))
    moof = box("moof", box("mfhd", pack(">II", 0, 1)), box("traf", tfhd, tfdt, trun))
    return box("styp", b"msdh") + moof + box("mdat", bytes(size))


LENGTHS = (2.0, 2.0, 1.0)
PLAYLIST = (
    '#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:2\n#EXT-X-MAP:URI="init.mp4"\n'
    + "".join(f"#EXTINF:{seconds:.6f},\n{number:05}.m4s\n" for number, seconds in enumerate(LENGTHS))
    + "#EXT-X-ENDLIST\n"
)


def files() -> dict[str, bytes]:
    segments = {f"{n:05}.m4s": segment(sum(LENGTHS[:n]), seconds) for n, seconds in enumerate(LENGTHS)}
    track = {"init.mp4": init(), "index.m3u8": PLAYLIST.encode(), **segments}
    made = {f"{folder}/{name}": body for folder in ("360p", "audio") for name, body in track.items()}
    master = (
        '#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Main",URI="audio/index.m3u8"\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=9000,CODECS="avc1.64001f,mp4a.40.2",AUDIO="audio"\n360p/index.m3u8\n'
    )
    jpeg, webp = b"\xff\xd8\xff picture \xff\xd9", b"RIFF\x0c\0\0\0WEBPpicture!"
    return made | {"master.m3u8": master.encode(), "poster.jpg": jpeg, "card.webp": webp}


def media() -> Media:
    stored = sum(len(body) for name, body in files().items() if name.startswith("360p/") and name.endswith(".m4s"))
    average = round(2 * 8 * stored / sum(LENGTHS))
    rendition = Rendition("360p", 640, 360, 10.0, 9000, average, "avc1.64001f,mp4a.40.2", "360p/index.m3u8")
    return replace(
        Media(sum(LENGTHS), 640, 360, 10.0, True, (rendition,), "master.m3u8", "poster.jpg"), card="card.webp"
    )


def without_sides(media: Media) -> Media:
    """As an older release made it."""
    return replace(media, card=None, stills=(), preview=None, sprites=(), prints=())


async def put(store: ObjectStore, key: str, body: bytes) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield body

    await store.put(key, chunks(), content_type="application/octet-stream")


async def store_stream(store: ObjectStore, video_id: VideoId, generation: str) -> str:
    """The prefix below which it now lies."""
    prefix = media_prefix(video_id, generation)
    for name, body in files().items():
        await put(store, prefix + name, body)
    return prefix
