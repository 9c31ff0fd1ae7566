"""Addresses of a video's files: plain where anybody may watch, under a signed prefix where not."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from adapters.security.links import SignedLinks
from streamcore.shared.clock import Clock
from streamcore.shared.ids import UserId, VideoId
from streamcore.videos.models.media import media_prefix
from streamcore.videos.ports import MediaBase, MediaPass


class SignedMediaLinks:
    """`MediaLinks` under ``{base_url}/media/``.

    The token is a segment of the path before the key, so that every relative address in a playlist inherits it:
    ``/media/~{token}/videos/{id}/{folder}/…``. ``base_url`` is asked each time, since a server knows its own
    address only once it listens; ``lifetime`` is in seconds.
    """

    def __init__(self, secret: bytes, *, base_url: Callable[[], str], lifetime: float, clock: Clock) -> None:
        self._links = SignedLinks(secret, lifetime=timedelta(seconds=lifetime), clock=clock)
        self._base_url = base_url

    def plain(self, video_id: VideoId, folder: str) -> MediaBase:
        return MediaBase(f"{self._media}/{media_prefix(video_id, folder)}")

    def signed(self, video_id: VideoId, folder: str, viewer: UserId | None) -> MediaBase:
        prefix = media_prefix(video_id, folder)
        link = self._links.sign(prefix, UUID(viewer).hex if viewer else "")
        return MediaBase(f"{self._media}/~{link.token}/{prefix}", link.expires_at)

    def check(self, token: str, key: str) -> MediaPass | None:
        bearer = self._links.bearer(token, key)
        if bearer is None:
            return None
        return MediaPass(UserId(str(UUID(bearer))) if bearer else None)

    @property
    def _media(self) -> str:
        return f"{self._base_url().rstrip('/')}/media"
