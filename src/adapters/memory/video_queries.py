"""What is read of videos outside of units of work, in memory."""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import islice

from adapters.memory.database import MemoryDatabase
from adapters.memory.engagement import count
from streamcore.engagement.models import Metric, Target
from streamcore.shared.access import Actor
from streamcore.shared.errors import NotFound
from streamcore.shared.ids import UserId, VideoId
from streamcore.shared.jobs import JobRow
from streamcore.shared.pages import Page, Position
from streamcore.shared.visibility import (
    AllOf,
    AnyOf,
    Condition,
    FollowedBy,
    GrantedTo,
    VideoFacts,
    Visibility,
    holds,
)
from streamcore.videos.models.details import VideoDetails
from streamcore.videos.models.status import VideoStatus
from streamcore.videos.models.video import Video
from streamcore.videos.ports import generation_of
from streamcore.videos.views import (
    CaptionsView,
    ChannelBrief,
    JobProgress,
    VideoList,
    VideoStatusView,
    VideoView,
    progress_of_run,
    status_view,
)

# What is shown of an upload about which nothing has been said yet.
_UNTOLD = VideoDetails.model_construct(title="", visibility=Visibility.PRIVATE)


Found = Sequence[tuple[datetime, Video]]
Shown = Callable[[Video], bool]


def every(video: Video) -> bool:
    return True


class MemoryVideoQueries:
    def __init__(self, db: MemoryDatabase) -> None:
        self._db = db

    async def newest(
        self, which: VideoList, visible: Condition, *, after: Position | None, limit: int
    ) -> Page[VideoView]:
        await self._db.step("video_queries.newest")
        viewer = _viewer_of(visible)
        candidates = [
            (video.published_at, video)
            for video in self._db.tables.videos.rows.values()
            if video.published_at is not None
            and which.channel_id in (None, video.channel_id)
            and which.type in (None, _details(video).type)
        ]
        return self._page(candidates, after, limit, lambda video: holds(visible, self._facts(video, viewer), viewer))

    async def of_owner(self, owner_id: UserId, *, after: Position | None, limit: int) -> Page[VideoView]:
        await self._db.step("video_queries.of_owner")
        own = self._db.tables.videos.group("owner", owner_id)
        return self._page([(v.created_at, v) for v in own if v.status is not VideoStatus.DELETED], after, limit)

    async def view(self, video_id: VideoId, visible: Condition, actor: Actor) -> VideoView:
        await self._db.step("video_queries.view")
        video = self._video(video_id)
        viewer = _viewer_of(visible)
        if not holds(visible, self._facts(video, viewer), viewer):
            raise NotFound
        return self._view(video, actor.user_id)

    async def facts(self, video_id: VideoId, actor: Actor) -> VideoFacts:
        await self._db.step("video_queries.facts")
        return self._facts(self._video(video_id), actor.user_id)

    async def captions(self, video_id: VideoId) -> CaptionsView:
        await self._db.step("video_queries.captions")
        video = self._video(video_id)
        if video.media is None:
            raise NotFound
        return CaptionsView(video.captions, video.media.duration_seconds)

    async def status(self, video_id: VideoId) -> VideoStatusView:
        await self._db.step("video_queries.status")
        video = self._video(video_id)
        job = self._db.tables.jobs.rows.get(video.job_id) if video.job_id else None
        progress = self._progress(job.row) if job else None
        return status_view(video.id, video.status, video.media, video.failure, progress)

    def _progress(self, row: JobRow) -> JobProgress:
        """How far the job is, together with all others of its run where it has cut the source."""
        job = JobProgress(row.state, row.progress, row.stage, generation_of(row.id, row.token))
        run = self._db.tables.chunked_runs.rows.get(row.id)
        if run is None:
            return job
        rows = self._db.tables.jobs.rows
        return progress_of_run(run, job, {id: rows[id].row.progress for id in run.job_ids if id in rows})

    def _page(self, found: Found, after: Position | None, limit: int, shown: Shown = every) -> Page[VideoView]:
        """The next videos that are ``shown``, newest first, by (time, id); only as many are asked as the page needs."""
        rest = [(at, video) for at, video in found if after is None or (at, video.id) < (after.at, after.id)]
        rest.sort(key=lambda item: (item[0], item[1].id), reverse=True)
        page = list(islice((item for item in rest if shown(item[1])), limit + 1))
        more = Position(page[limit - 1][0], page[limit - 1][1].id) if len(page) > limit else None
        return Page([self._view(video, None) for _, video in page[:limit]], more)

    def _video(self, video_id: VideoId) -> Video:
        video = self._db.tables.videos.rows.get(video_id)
        if video is None:
            raise NotFound
        return video

    def _owner_banned(self, video: Video) -> bool:
        owner = self._db.tables.users.rows.get(video.owner_id)
        return owner is not None and owner.banned

    def _facts(self, video: Video, viewer: UserId | None) -> VideoFacts:
        tables, details = self._db.tables, _details(video)
        return VideoFacts(
            published=video.status is VideoStatus.PUBLISHED,
            deleted=video.status is VideoStatus.DELETED,
            visibility=details.visibility,
            held=video.held,
            adult=details.is_adult,
            owner_id=video.owner_id,
            owner_banned=self._owner_banned(video),
            published_at=video.published_at,
            viewer_follows=viewer is not None and (viewer, video.channel_id) in tables.follows.rows,
            viewer_granted=viewer is not None and (viewer, video.id) in tables.grants.rows,
        )

    def _view(self, video: Video, viewer: UserId | None) -> VideoView:
        tables, details = self._db.tables, _details(video)
        channel = tables.channels.rows[video.channel_id]
        following = viewer is not None and (viewer, channel.id) in tables.follows.rows
        counts = count(self._db, Target("video", video.id))
        return VideoView(
            id=video.id,
            channel=ChannelBrief(channel.id, channel.handle, channel.name, channel.avatar_url, following),
            owner_id=video.owner_id,
            title=details.title,
            description=details.description,
            type=details.type,
            visibility=details.visibility,
            status=video.status,
            tags=tuple(details.tags),
            category=details.category,
            country=details.country,
            is_adult=details.is_adult,
            is_free=details.is_free,
            held=video.held,
            owner_banned=self._owner_banned(video),
            media=video.media,
            generation=video.generation,
            view_count=counts[Metric.VIEWS],
            like_count=counts[Metric.LIKES],
            dislike_count=counts[Metric.DISLIKES],
            comment_count=counts[Metric.COMMENTS],
            share_count=counts[Metric.SHARES],
            publish_at=details.publish_at,
            published_at=video.published_at,
            created_at=video.created_at,
            captions=video.captions,
            thumbnail=video.thumbnail,
        )


def _details(video: Video) -> VideoDetails:
    return video.details or _UNTOLD


def _viewer_of(condition: Condition) -> UserId | None:
    """The viewer whose follows and grants the condition asks for; a condition is made for one viewer."""
    match condition:
        case FollowedBy(user_id) | GrantedTo(user_id):
            return user_id
        case AllOf(parts) | AnyOf(parts):
            return next((viewer for part in parts if (viewer := _viewer_of(part))), None)
        case _:
            return None
