"""Pictures that stand for a video, made or chosen."""

from dataclasses import dataclass

from streamcore.shared.ids import VideoId

IMAGE_FOLDER = "image"


@dataclass(frozen=True, slots=True)
class Still:
    """A frame of the video at ``seconds``: the names of it (JPEG) and of its card (WebP) below a prefix."""

    seconds: float
    poster: str
    card: str


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """What the owner has chosen: one of the stills by its number, or an image of their own by its id.

    The stills divide the video's length evenly, so a number means much the same after it was processed again.
    """

    still: int | None = None
    image: str | None = None

    @property
    def folder(self) -> str | None:
        """Where an image of one's own is stored, below the video's prefix, beside the generations."""
        return f"{IMAGE_FOLDER}-{self.image}" if self.image else None


OWN_POSTER, OWN_CARD = "poster.jpg", "card.webp"


def image_prefix(video_id: VideoId, thumbnail: Thumbnail) -> str:
    """Everything made of an image of one's own lies under this prefix."""
    return f"videos/{video_id}/{thumbnail.folder}/"


def is_whole_image(head: bytes, tail: bytes, size: int) -> bool:
    """By its first and last bytes: JPEG (ITU-T T.81, B.1.1.3), WebP (RFC 9649, section 2.3), PNG (W3C PNG, 5.2)."""
    if head.startswith(b"\xff\xd8\xff"):
        return tail.endswith(b"\xff\xd9")
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return int.from_bytes(head[4:8], "little") + 8 == size
    return head.startswith(b"\x89PNG\r\n\x1a\n") and tail == b"IEND\xaeB`\x82"
