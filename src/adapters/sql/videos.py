"""Videos in SQL, inside a unit of work."""

from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from adapters.sql.counters import SqlCounters
from adapters.sql.lookup import only
from adapters.sql.tables import channels, video_grants, video_tags, videos
from adapters.sql.transaction import Transaction
from adapters.sql.video_rows import video, video_values
from streamcore.engagement.models import Metric, Target
from streamcore.shared.errors import StaleVersion
from streamcore.shared.ids import ChannelId, UserId, VideoId, is_id
from streamcore.videos.models.details import VideoType
from streamcore.videos.models.video import Video

_ADD = insert(videos)
_GET = select(videos).where(videos.c.id == bindparam("id"))
_SAVE = update(videos).where(videos.c.id == bindparam("saved_id"), videos.c.version == bindparam("saved_version"))
_ADD_TAGS = insert(video_tags)
_DROP_TAGS = delete(video_tags).where(video_tags.c.video_id == bindparam("saved_id"))
_CHANNEL_OF = select(channels.c.id).where(channels.c.owner_id == bindparam("owner_id"))
_GRANT = {
    True: sqlite.insert(video_grants).on_conflict_do_nothing(),
    False: postgresql.insert(video_grants).on_conflict_do_nothing(),
}


class SqlVideos:
    """``_tags`` remembers what this unit has read or written of each video, so that only changed tags are written."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._tags: dict[VideoId, tuple[str, ...]] = {}

    async def add(self, video: Video) -> None:
        await self._transaction.write(_ADD, video_values(video, video.version) | {"id": video.id})
        self._tags[video.id] = ()
        await self._save_tags(video)

    async def get(self, video_id: VideoId) -> Video:
        found = video(await only(self._transaction.read, _GET, video_id))
        self._tags[video_id] = _tags_of(found)
        return found

    async def save(self, video: Video) -> None:
        values = video_values(video, video.version + 1)
        saved = await self._transaction.write(_SAVE, values | {"saved_id": video.id, "saved_version": video.version})
        if saved.rowcount != 1:
            raise StaleVersion
        await self._save_tags(video)

    async def _save_tags(self, video: Video) -> None:
        before, tags = self._tags.get(video.id), _tags_of(video)
        if before == tags:
            return
        if before != ():
            await self._transaction.write(_DROP_TAGS, {"saved_id": video.id})
        if tags:
            await self._transaction.write(_ADD_TAGS, [{"video_id": video.id, "tag": tag} for tag in tags])
        self._tags[video.id] = tags


def _tags_of(video: Video) -> tuple[str, ...]:
    return tuple(dict.fromkeys(video.details.tags)) if video.details else ()


class SqlOwnChannels:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def channel_of(self, owner_id: UserId) -> ChannelId | None:
        rows = await self._transaction.read(_CHANNEL_OF, {"owner_id": owner_id}) if is_id(owner_id) else ()
        return ChannelId(rows[0].id) if rows else None


class SqlPublishedCounts:
    """Counters like all others."""

    def __init__(self, counters: SqlCounters) -> None:
        self._counters = counters

    async def move(self, channel_id: ChannelId, video_type: str, delta: int) -> None:
        metric = Metric.SHORTS if video_type == VideoType.SHORT else Metric.VIDEOS
        await self._counters.add(Target("channel", channel_id), metric, delta)


class SqlVideoGrants:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, user_id: UserId, video_id: VideoId, at: datetime) -> bool:
        values = {"user_id": user_id, "video_id": video_id, "granted_at": at}
        return (await self._transaction.write(_GRANT[self._transaction.is_sqlite], values)).rowcount == 1
