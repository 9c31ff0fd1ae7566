"""What videos need from outside."""

from streamcore.videos.ports.links import MediaBase, MediaLinks, MediaPass, Viewers
from streamcore.videos.ports.media import (
    COMMON_MARK,
    Fingerprints,
    ImageMaker,
    MediaCare,
    MediaProcessor,
    MediaSignatures,
    Progress,
    Show,
    Split,
)
from streamcore.videos.ports.queries import KeptFiles, VideoCare, VideoQueries, generation_of
from streamcore.videos.ports.storage import (
    MOST_DUPLICATES,
    Backfills,
    ChunkedRuns,
    Duplicates,
    OwnChannels,
    PublishedCounts,
    UploadQuotas,
    VideoGrants,
    Videos,
    VideosUnitOfWork,
)

__all__ = [
    "COMMON_MARK",
    "MOST_DUPLICATES",
    "Backfills",
    "ChunkedRuns",
    "Duplicates",
    "Fingerprints",
    "ImageMaker",
    "KeptFiles",
    "MediaBase",
    "MediaCare",
    "MediaLinks",
    "MediaPass",
    "MediaProcessor",
    "MediaSignatures",
    "OwnChannels",
    "Progress",
    "PublishedCounts",
    "Show",
    "Split",
    "UploadQuotas",
    "VideoCare",
    "VideoGrants",
    "VideoQueries",
    "Videos",
    "VideosUnitOfWork",
    "Viewers",
    "generation_of",
]
