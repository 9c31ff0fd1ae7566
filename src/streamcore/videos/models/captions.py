"""Captions of a video: one file of WebVTT for each language, as its owner has sent them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from streamcore.shared.ids import VideoId

MOST_LANGUAGES = 100
CAPTIONS_FOLDER = "captions"


@dataclass(frozen=True, slots=True)
class Caption:
    """``id`` is new with every upload, so that what lies under it never changes; ``lang`` as in BCP 47."""

    id: str
    lang: str
    label: str
    added_at: datetime

    @property
    def folder(self) -> str:
        """Where it is stored, below the video's prefix, beside the generations."""
        return f"{CAPTIONS_FOLDER}-{self.id}"


def caption_key(video_id: VideoId, caption: Caption) -> str:
    return f"videos/{video_id}/{caption.folder}/captions.vtt"


def file_name(caption: Caption) -> str:
    """Under which it shows below each generation of its video."""
    return f"{CAPTIONS_FOLDER}/{caption.id}.vtt"


def playlist_name(caption: Caption) -> str:
    return f"{CAPTIONS_FOLDER}/{caption.id}.m3u8"


def with_caption(captions: Sequence[Caption], added: Caption) -> tuple[Caption, ...]:
    """One for each language, in the order of the tags."""
    kept = [caption for caption in captions if caption.lang != added.lang]
    return tuple(sorted([*kept, added], key=lambda caption: caption.lang))


def master_with_captions(master: str, captions: Sequence[Caption]) -> str:
    """The master playlist with the captions as a group of subtitles (RFC 8216, sections 4.3.4.1 and 4.3.4.2.1).

    Nothing is on by default: players take the viewer's language by themselves (AUTOSELECT).
    """
    if not captions:
        return master
    lines: list[str] = []
    media = list(_subtitles(captions))
    for line in master.splitlines():
        if line.startswith("#EXT-X-STREAM-INF:"):
            lines += media
            media = []
            line += ',SUBTITLES="subtitles"'
        lines.append(line)
    return "\n".join(lines) + "\n"


def _subtitles(captions: Sequence[Caption]) -> Sequence[str]:
    labels = [_plain(caption) for caption in captions]
    return [
        '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subtitles",'
        f'NAME="{_name(caption, labels)}",LANGUAGE="{caption.lang}",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,'
        f'URI="{playlist_name(caption)}"'
        for caption in captions
    ]


def _name(caption: Caption, labels: Sequence[str]) -> str:
    """Unlike every other of the group."""
    plain = _plain(caption)
    return plain if labels.count(plain) == 1 else f"{plain} [{caption.lang}]"


def _plain(caption: Caption) -> str:
    """The label without what ends a quoted string (RFC 8216, section 4.2)."""
    return caption.label.replace('"', "'")


def captions_playlist(caption: Caption, seconds: float) -> str:
    """A media playlist of one segment that lasts as long as the video."""
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        f"#EXT-X-TARGETDURATION:{max(1, int(seconds + 0.999))}",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        f"#EXTINF:{seconds:.3f},",
        f"{caption.id}.vtt",
        "#EXT-X-ENDLIST",
    ]
    return "\n".join(lines) + "\n"
