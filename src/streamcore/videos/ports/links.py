"""Addresses of files, and whom they are for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from streamcore.shared.access import Actor
from streamcore.shared.ids import UserId, VideoId


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
