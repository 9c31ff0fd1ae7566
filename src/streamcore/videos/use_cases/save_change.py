from collections.abc import Sequence

from streamcore.shared.events import Event
from streamcore.videos.models.details import VideoType
from streamcore.videos.models.video import Video
from streamcore.videos.ports import VideosUnitOfWork


async def save_change(uow: VideosUnitOfWork, before: Video, after: Video, events: Sequence[Event]) -> None:
    """Save a transition with its events, and move the channel's public counts with it."""
    if after != before:
        await uow.videos.save(after)
    uow.record(*events)
    delta = int(after.listed) - int(before.listed)
    if delta:
        video_type = after.details.type if after.details else VideoType.VIDEO
        await uow.published_counts.move(after.channel_id, video_type, delta)
