"""What files are made from, made into, looked at and compared by."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Protocol

from streamcore.shared.ids import VideoId
from streamcore.videos.models.chunks import Plan
from streamcore.videos.models.fingerprints import Fingerprint
from streamcore.videos.models.media import Media, PrintKind
from streamcore.videos.models.missing import MediaPart

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

        What is there already stays as it is; the new objects, in an `ADDED_FOLDER`, are all stored when it returns.
        `UnprocessableMedia` where the source cannot be used, `NotFound` without it. Nothing is left of a call that ends
        otherwise but, perhaps, objects under new names.
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
