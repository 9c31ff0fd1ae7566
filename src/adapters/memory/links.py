"""Addresses of media in a program of one's own: nothing serves them, so they only have to tell files apart."""

from streamcore.shared.ids import VideoId
from streamcore.videos.models import media_prefix


class MemoryMediaLinks:
    """`MediaLinks` of the form ``memory://…``; a token is the prefix that it opens, read backwards."""

    def base(self, video_id: VideoId, generation: str, *, open_to_all: bool) -> str:
        prefix = media_prefix(video_id, generation)
        return f"memory://{prefix}" if open_to_all else f"memory://~{_token(prefix)}/{prefix}"

    def opens(self, token: str, key: str) -> bool:
        parts = key.split("/")
        return len(parts) > 3 and token == _token("/".join(parts[:3]) + "/")


def _token(prefix: str) -> str:
    return prefix.replace("/", ".")[::-1]
