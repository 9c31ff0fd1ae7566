"""The file that a video is made from, on its way and arrived."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil

from streamcore.shared.errors import Conflict, Detail, Gone, Locked
from streamcore.shared.ids import VideoId
from streamcore.shared.objects import MAX_PARTS, StoredPart

ABANDONED_AFTER = timedelta(days=1)
WHOLE_LIFETIME = timedelta(hours=1)
"""How long the address for a file that is sent in one request works, and that of a part."""
RESUMABLE_LIFETIME = timedelta(days=7)
"""How long an upload in parts, or by tus, can be resumed."""
WRITER_SILENCE = timedelta(seconds=5)
"""A request that has not written, and has received nothing, for so long no longer keeps others from writing."""


@dataclass(frozen=True, slots=True)
class Source:
    """The uploaded file: where it lies, ``size`` in bytes, SHA-256 in hex where it is known.

    Nobody can write to ``key`` any more. ``verified``: the checksum was computed here, from the bytes.
    """

    key: str
    size: int
    content_type: str
    filename: str
    checksum_sha256: str | None = None
    verified: bool = False

    @property
    def origin(self) -> str:
        """The key under which it arrived, which is not that of a copy; see `copy_key`."""
        return self.key.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Transfer:
    """How far a file has come that is appended to by one request after another (tus).

    ``received`` bytes are stored: whole parts of the upload, whose number and entity tags ``seal`` fixes (SHA-256 over
    all of them, chained, in hex), and the rest, less than a part, as the object ``tail``. ``writer`` rises with every
    request that writes, and only the newest may; until ``writer_until`` (Unix seconds) no other can begin.
    """

    received: int = 0
    seal: str = ""
    tail: str | None = None
    writer: int = 0
    writer_until: float = 0.0

    def taken(self, *, offset: int, now: datetime) -> "Transfer":
        """By a new writer; `Locked` while there is another, `Conflict` where ``offset`` is not where it goes on."""
        if now.timestamp() < self.writer_until:
            raise Locked
        if offset != self.received:
            raise Conflict(
                f"{self.received} bytes have arrived, so the next ones do not begin at {offset}.",
                details=[Detail("Upload-Offset", f"Go on at {self.received}.", "offset_mismatch")],
            )
        return replace(self, writer=self.writer + 1).renewed(now)

    def renewed(self, now: datetime) -> "Transfer":
        return replace(self, writer_until=(now + WRITER_SILENCE).timestamp())

    def released(self) -> "Transfer":
        return replace(self, writer_until=0.0)


def sealed(seal: str, part: StoredPart) -> str:
    """The seal over the parts so far and one more."""
    return sha256(f"{seal} {part.number} {part.etag} {part.size}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class PendingUpload:
    """A source that somebody may still be sending until ``expires_at``, as announced.

    ``key`` is where it will lie; one that comes as a form chooses a key for each attempt. ``multipart_id`` names the
    store's upload of one that comes in parts of ``part_size`` bytes. ``reserved`` counts against the owner's quota.
    ``metadata``: what the client said when it began, as it said it.
    """

    filename: str
    content_type: str
    expires_at: datetime
    key: str | None = None
    size: int | None = None
    checksum_sha256: str | None = None
    reserved: int = 0
    part_size: int | None = None
    multipart_id: str | None = None
    transfer: Transfer | None = None
    metadata: str | None = None

    def require_open(self, now: datetime) -> None:
        """`Gone` once its time is over."""
        if now >= self.expires_at:
            raise Gone("The time for this upload is over; begin a new one.")

    @property
    def in_parts(self) -> bool:
        return self.part_size is not None and self.size is not None and self.size > self.part_size

    @property
    def part_count(self) -> int:
        """1 where it comes in one piece."""
        return ceil(self.size / self.part_size) if self.size and self.part_size else 1

    def size_of_part(self, number: int) -> int:
        """Bytes of a part that counts from 1: all are alike, but for the last."""
        if self.size is None or self.part_size is None:
            raise ValueError("this upload has no parts")
        return min(self.part_size, self.size - (number - 1) * self.part_size)


def source_key(video_id: VideoId, upload: str) -> str:
    return f"uploads/{video_id}/{upload}"


def tail_key(key: str, writer: int, received: int) -> str:
    """Where the rest of a transfer lies: beside its source, and never where another writer puts one."""
    return f"{key}.{writer}-{received}"


def copy_key(key: str, name: str) -> str:
    """Where a file is copied that arrived under ``key`` by an address which still works."""
    return f"{key}.{name}"


def part_size_for(size: int, least: int) -> int:
    """Bytes of a part, ``least`` or more, such that ``size`` bytes fit into the parts that a store allows."""
    mib = 1024**2
    needed = ceil(size / MAX_PARTS)
    return least if needed <= least else ceil(needed / mib) * mib
