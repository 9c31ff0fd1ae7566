"""Addresses of media in a program of one's own: nothing serves them, so they only have to tell files apart."""

from streamcore.shared.ids import UserId, VideoId
from streamcore.videos.models.media import media_prefix
from streamcore.videos.ports import MediaBase, MediaPass


class MemoryMediaLinks:
    """`MediaLinks` of the form ``memory://…``; a token is the prefix that it opens, read backwards, and the viewer."""

    def plain(self, video_id: VideoId, folder: str) -> MediaBase:
        return MediaBase(f"memory://{media_prefix(video_id, folder)}")

    def signed(self, video_id: VideoId, folder: str, viewer: UserId | None) -> MediaBase:
        prefix = media_prefix(video_id, folder)
        return MediaBase(f"memory://~{_token(prefix)}~{viewer or ''}/{prefix}")

    def check(self, token: str, key: str) -> MediaPass | None:
        prefix, _, viewer = token.partition("~")
        parts = key.split("/")
        if len(parts) < 4 or prefix != _token("/".join(parts[:3]) + "/"):
            return None
        return MediaPass(UserId(viewer) if viewer else None)


def _token(prefix: str) -> str:
    return prefix.replace("/", ".")[::-1]
