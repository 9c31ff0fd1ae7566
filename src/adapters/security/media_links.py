"""Addresses of a video's files: plain where anybody may watch, under a signed prefix where not."""

from collections.abc import Callable
from datetime import timedelta

from adapters.security.links import SignedLinks
from streamcore.shared.clock import Clock
from streamcore.shared.ids import VideoId
from streamcore.videos.models import media_prefix


class SignedMediaLinks:
    """`MediaLinks` under ``{base_url}/media/``.

    The token is a segment of the path before the key, so that every relative address in a playlist inherits it:
    ``/media/~{token}/videos/{id}/{generation}/…``. ``base_url`` is asked each time, since a server knows its own
    address only once it listens; ``lifetime`` is in seconds.
    """

    def __init__(self, secret: bytes, *, base_url: Callable[[], str], lifetime: float, clock: Clock) -> None:
        self._links = SignedLinks(secret, lifetime=timedelta(seconds=lifetime), clock=clock)
        self._base_url = base_url

    def base(self, video_id: VideoId, generation: str, *, open_to_all: bool) -> str:
        prefix = media_prefix(video_id, generation)
        if open_to_all:
            return f"{self._base_url()}/media/{prefix}"
        return f"{self._base_url()}/media/~{self._links.prefix_token(prefix)}/{prefix}"

    def opens(self, token: str, key: str) -> bool:
        return self._links.check(token, key)
