"""What is counted."""

from dataclasses import dataclass
from enum import StrEnum


class Metric(StrEnum):
    VIEWS = "views"
    LIKES = "likes"
    DISLIKES = "dislikes"
    COMMENTS = "comments"
    SHARES = "shares"
    FOLLOWERS = "followers"
    VIDEOS = "videos"
    SHORTS = "shorts"


@dataclass(frozen=True, slots=True)
class Target:
    """A thing that has counters: its kind ("video", "channel", "user") and id."""

    kind: str
    id: str
