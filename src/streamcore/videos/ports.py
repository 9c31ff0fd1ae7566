"""What videos need from outside."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from streamcore.shared.access import Actor
from streamcore.shared.idempotency import IdempotencyEffects
from streamcore.shared.ids import ChannelId, JobId, UserId, VideoId
from streamcore.shared.pages import Page, Position
from streamcore.shared.unit_of_work import UnitOfWork
from streamcore.shared.visibility import Condition, VideoFacts
from streamcore.videos.models.backfill import Backfill, BackfillId
from streamcore.videos.models.chunks import ChunkedRun, Plan
from streamcore.videos.models.fingerprints import Fingerprint, Match
from streamcore.videos.models.media import Media, PrintKind
from streamcore.videos.models.missing import MediaPart
from streamcore.videos.models.video import Video
from streamcore.videos.views import CaptionsView, DuplicateView, VideoList, VideoStatusView, VideoView


class Videos(Protocol):
    async def add(self, video: Video) -> None:
        """`Conflict` if the id is taken."""
        ...

    async def get(self, video_id: VideoId) -> Video:
        """`NotFound` if there is none; deleted ones are still there."""
        ...

    async def save(self, video: Video) -> None:
        """Write it as version + 1; `StaleVersion` unless storage has ``video.version``."""
        ...


class OwnChannels(Protocol):
    async def channel_of(self, owner_id: UserId) -> ChannelId | None:
        """The channel that a user uploads to."""
        ...


class PublishedCounts(Protocol):
    """The public counts of a channel, moved with what they count."""

    async def move(self, channel_id: ChannelId, video_type: str, delta: int) -> None: ...


class VideoGrants(Protocol):
    async def add(self, user_id: UserId, video_id: VideoId, at: datetime) -> bool:
        """Let one user see a private or followers-only video; False where they may already."""
        ...


class Duplicates(Protocol):
    """Which videos share picture or sound, as they were found."""

    async def replace(self, video_id: VideoId, found: Mapping[VideoId, Sequence[Match]], at: datetime) -> None:
        """What was found for this video now stands instead of what was found for it before; at most one match of each
        kind with each other video. What was found for others stays."""
        ...

    async def of(self, video_id: VideoId) -> Sequence[DuplicateView]:
        """What was found for this video, and for others with this one (turned around), the longest overlap first, then
        by the other's id and the kind; of a pair that was found from both sides what was found for this one.

        Everything that was found for this one, and of the others as many as make up `MOST_DUPLICATES`.
        """
        ...

    async def forget(self, video_id: VideoId) -> None:
        """Nothing was found for this video, nor for any other with this one."""
        ...


MOST_DUPLICATES = 100


class ChunkedRuns(Protocol):
    """Long sources in the making."""

    async def add(self, run: ChunkedRun) -> None:
        """`Conflict` if there is one of this id."""
        ...

    async def find(self, run_id: JobId) -> ChunkedRun | None: ...

    async def save(self, run: ChunkedRun) -> None:
        """Write it as version + 1; `StaleVersion` unless storage has ``run.version``."""
        ...

    async def remove(self, run_id: JobId) -> None:
        """It is over; nothing happens where there is none."""
        ...


class Backfills(Protocol):
    async def add(self, backfill: Backfill) -> None:
        """`Conflict` if the id is taken."""
        ...

    async def get(self, backfill_id: BackfillId) -> Backfill:
        """`NotFound` if there is none."""
        ...

    async def save(self, backfill: Backfill) -> None:
        """Write it as version + 1; `StaleVersion` unless storage has ``backfill.version``."""
        ...

    async def newest(self, *, limit: int) -> Sequence[Backfill]:
        """By (created_at, id) descending."""
        ...


class UploadQuotas(Protocol):
    """What a user's uploads take. Reserving: `lock`, look at `used`, add the video, all in one unit of work."""

    async def lock(self, owner_id: UserId) -> None:
        """Wait until no other transaction reserves for this user, and keep others waiting until this one ends."""
        ...

    async def used(self, owner_id: UserId, now: datetime) -> int:
        """The bytes of all kept sources and of all announced uploads (`Video.stored_bytes`). Those of
        deleted videos count until these are due to be purged."""
        ...


class VideosUnitOfWork(UnitOfWork, Protocol):
    @property
    def videos(self) -> Videos: ...

    @property
    def chunked_runs(self) -> ChunkedRuns: ...

    @property
    def backfills(self) -> Backfills: ...

    @property
    def own_channels(self) -> OwnChannels: ...

    @property
    def published_counts(self) -> PublishedCounts: ...

    @property
    def video_grants(self) -> VideoGrants: ...

    @property
    def duplicates(self) -> Duplicates: ...

    @property
    def upload_quotas(self) -> UploadQuotas: ...

    @property
    def idempotency(self) -> IdempotencyEffects: ...


class VideoQueries(Protocol):
    """Reads outside of units of work."""

    async def newest(
        self, which: VideoList, visible: Condition, *, after: Position | None, limit: int
    ) -> Page[VideoView]:
        """Videos that fulfil ``visible``, by (published_at, id) descending, strictly after a position."""
        ...

    async def of_owner(self, owner_id: UserId, *, after: Position | None, limit: int) -> Page[VideoView]:
        """All videos of a user that are not deleted, by (created_at, id) descending, whatever their status."""
        ...

    async def view(self, video_id: VideoId, visible: Condition, actor: Actor) -> VideoView:
        """`NotFound` if there is none that fulfils ``visible``."""
        ...

    async def facts(self, video_id: VideoId, actor: Actor) -> VideoFacts:
        """What the visibility policy looks at; `NotFound` if there is no such video."""
        ...

    async def captions(self, video_id: VideoId) -> CaptionsView:
        """`NotFound` if there is no such video, or none of it can be played yet."""
        ...

    async def status(self, video_id: VideoId) -> VideoStatusView:
        """With the progress of the job that works on it; `NotFound` if there is none."""
        ...


@dataclass(frozen=True, slots=True)
class KeptFiles:
    """What storage must keep of a video: its source, its captions and own image, one finished generation, and the
    generation being made. ``generations`` are names of folders below the video's prefix;
    ``master_key`` is the master playlist of the finished one."""

    video_id: VideoId
    source_key: str | None
    upload_key: str | None
    generations: frozenset[str]
    master_key: str | None = None


class VideoCare(Protocol):
    """What the scheduler asks."""

    async def due_to_publish(self, now: datetime, *, limit: int) -> Sequence[VideoId]:
        """Scheduled videos whose time has come, oldest first."""
        ...

    async def abandoned(self, before: datetime, *, limit: int) -> Sequence[VideoId]:
        """Videos still uploading whose upload expired before a time."""
        ...

    async def open_multiparts(self) -> frozenset[str]:
        """The store's ids of all uploads in parts that may still go on."""
        ...

    async def in_service(self, *, after: VideoId | None, limit: int) -> Sequence[VideoId]:
        """Videos whose files may be in use (see `Video.in_service`) and have been made, by id, strictly after one."""
        ...

    async def count_in_service(self) -> int:
        """How many those are."""
        ...

    async def kept_files(self, video_ids: Sequence[VideoId], now: datetime) -> Sequence[KeptFiles]:
        """For each id that exists and is not due to be purged (see `Video.purge_due`); ``generations`` holds that of
        the video, those that its chunked runs have made, and, for each running job on it, the one of its current lease
        (see `generation_of`). A job is on a video whose ``job_id`` it is, and a processing job (see `PROCESSING_JOBS`)
        on the one that its payload names."""
        ...


def generation_of(job_id: str, token: int) -> str:
    """The name of what one lease of a processing job makes; no other lease ever writes there."""
    return f"{job_id}-{token}"


Progress = Callable[[float, str], Awaitable[None]]
"""Tell how far the work is: percent 0–100 and a stage word. Raises `LeaseLost` when the work is no longer wanted."""


Show = Callable[[Media], Awaitable[None]]
"""Take what can be played already; raises what ends the work."""

Split = Callable[[Plan], Awaitable[Plan]]
"""Have the rest of a long source made in parts; the plan that stands, which may be of an earlier attempt."""


class MediaSignatures(Protocol):
    """Tells by its first bytes whether a file is worth receiving, long before anything opens it."""

    @property
    def head_size(self) -> int:
        """How many bytes `check` looks at."""
        ...

    def check(self, head: bytes) -> None:
        """`UnprocessableMedia` if what begins with ``head`` (up to `head_size` bytes) is no video."""
        ...


class MediaProcessor(Protocol):
    async def process(
        self, source: str, target: str, *, progress: Progress, show: Show | None = None, split: Split | None = None
    ) -> Media:
        """Make every rendition, playlist and image of the object ``source`` under the key prefix ``target``.

        The objects are all stored when it returns. `UnprocessableMedia` for what is no usable video; cancellation and
        errors leave no process and no local file behind, and perhaps objects under ``target``.

        With ``show``, from the first word of `PREVIEW_STAGE`, `GROWING_PLAYLIST` is a master of what there is so far of
        the lowest rendition and the sound. Where the source is long, these and the images are made first, shown, and
        stay as they are while the others are made. With ``split``, a long source is cut if it can be, and only they are
        made: the media is not complete.
        """
        ...

    async def encode(self, source: str, target: str, *, plan: Plan, number: int, progress: Progress) -> None:
        """Make one chunk of a plan under the key prefix ``target``, for `join`; errors as above."""
        ...

    async def join(
        self, plan: Plan, media: Media, first: str, chunks: Sequence[str], target: str, *, progress: Progress
    ) -> Media | None:
        """Put together under the key prefix ``target`` what lies under the prefixes ``first`` (its ``media``) and
        ``chunks``: the media that an uncut source would have become. None if the parts do not fit without a seam."""
        ...

    async def close(self) -> None: ...


class ImageMaker(Protocol):
    async def make(self, image: bytes, target: str) -> None:
        """Store the poster (JPEG) and the card (WebP) of a JPEG, PNG or WebP file under the key prefix ``target``, by
        the names `OWN_POSTER` and `OWN_CARD`; nothing of the file but its picture gets into them.

        `UnprocessableMedia` for what is no such image, for one that cannot be read, or is too large or too small.
        """
        ...

    async def close(self) -> None: ...


class MediaCare(Protocol):
    """Looks after what was processed before."""

    @property
    def parts(self) -> frozenset[MediaPart]:
        """What `complete` can make beside a stream that stays as it is; anything else takes a new generation."""
        ...

    def rungs(self, media: Media) -> Sequence[str]:
        """Names of the renditions that a source of that size and frame rate would get by now."""
        ...

    async def complete(
        self, source: str, target: str, media: Media, parts: Collection[MediaPart], *, progress: Progress
    ) -> Media:
        """Make ``parts`` (some of `parts`) of the object ``source`` for the ``media`` under the key prefix ``target``.

        What is there already stays as it is; the new objects are all stored when it returns. `UnprocessableMedia` where
        the source cannot be used, `NotFound` without it. Nothing is left of a call that ends otherwise but, perhaps,
        objects under new names.
        """
        ...

    async def decode(self, keys: Sequence[str], *, progress: Progress) -> Sequence[str]:
        """Decode the objects ``keys``, an initialisation segment and those that follow it, as one stream: the errors
        of the decoder, none where all is well. `NotFound` where one is missing."""
        ...

    async def close(self) -> None: ...


class Fingerprints(Protocol):
    """Fingerprints of all videos, found by what they share. Calls are transactions of their own."""

    async def put(self, video_id: VideoId, fingerprint: Fingerprint) -> None:
        """Keep it as the video's only one of its kind."""
        ...

    async def get(self, video_id: VideoId, kind: PrintKind) -> Fingerprint:
        """`NotFound` if there is none."""
        ...

    async def forget(self, video_id: VideoId) -> None:
        """Remove all that it has; nothing happens where it has none."""
        ...

    async def sharing(self, video_id: VideoId, fingerprint: Fingerprint, *, limit: int) -> Sequence[VideoId]:
        """Other videos whose fingerprint of that kind has marks in common with this one (see `Fingerprint.marks`:
        `ASKED_MARKS` of it against `INDEXED_MARKS` of theirs), those first that share most, then by id.

        A mark that `COMMON_MARK` videos have by then tells nothing about those that come later.
        """
        ...


COMMON_MARK = 200


class Viewers(Protocol):
    async def viewer(self, user_id: UserId) -> Actor | None:
        """What a user may do and wishes to see, as storage holds it now; None for one who is banned or not there."""
        ...


@dataclass(frozen=True, slots=True)
class MediaBase:
    """A URL prefix to which names of files are appended; None in ``expires_at`` for one that does not expire."""

    url: str
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MediaPass:
    """What a genuine signed address proves: it was made for this viewer (None: whoever has it, as if anonymous)."""

    viewer: UserId | None = None


class MediaLinks(Protocol):
    """Addresses under which a viewer fetches the files of a video.

    ``folder`` is a generation, or another folder below the video's prefix. One address opens one folder.
    """

    def plain(self, video_id: VideoId, folder: str) -> MediaBase:
        """For files that anybody may fetch."""
        ...

    def signed(self, video_id: VideoId, folder: str, viewer: UserId | None) -> MediaBase:
        """For all others; it says for whom it was made, whether they may (still) fetch is asked with each file."""
        ...

    def check(self, token: str, key: str) -> MediaPass | None:
        """None unless ``token``, taken from a signed address, is genuine, unexpired, and made for ``key``'s folder."""
        ...
