"""How videos are shown: flat read models straight from rows."""

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Row, Select, bindparam, literal_column, select, tuple_

from adapters.sql.chunked_runs import chunked_run, chunked_runs
from adapters.sql.counters import totals_of
from adapters.sql.database import Database
from adapters.sql.lookup import only
from adapters.sql.metadata import UtcTime
from adapters.sql.tables import Id, channels, follows, video_grants, videos
from adapters.sql.video_rows import captions, failure, media, thumbnail
from adapters.sql.visibility import Shape, clause, has_status, owner_banned, part
from adapters.sql.work_tables import jobs
from streamcore.engagement.models import Metric, Target
from streamcore.shared.access import Actor
from streamcore.shared.errors import Invalid, NotFound
from streamcore.shared.ids import JobId, UserId, VideoId, is_id
from streamcore.shared.jobs import JobState
from streamcore.shared.pages import Page, Position
from streamcore.shared.visibility import Condition, VideoFacts, Visibility
from streamcore.videos.models.details import VideoType
from streamcore.videos.models.status import VideoStatus
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

_viewer = bindparam("viewer", type_=Id)
_follows_it = (
    select(follows.c.follower_id)
    .where(follows.c.channel_id == videos.c.channel_id, follows.c.follower_id == _viewer)
    .exists()
)
_granted = (
    select(video_grants.c.user_id)
    .where(video_grants.c.video_id == videos.c.id, video_grants.c.user_id == _viewer)
    .exists()
)
_not_shown = {"job_id", "upload", "upload_expires_at", "source", "failure", "publish", "deleted_at", "version"}
_SHOWN: Select[Any] = select(
    *[column for column in videos.c if column.name not in _not_shown],
    channels.c.handle.label("channel_handle"),
    channels.c.name.label("channel_name"),
    channels.c.avatar_url.label("channel_avatar_url"),
    owner_banned().label("owner_banned"),
).join(channels, channels.c.id == videos.c.channel_id)
_nobody_follows: ColumnElement[Any] = literal_column("0").label("is_following")
_FACTS = select(
    videos.c.status,
    videos.c.visibility,
    videos.c.held,
    videos.c.is_adult,
    videos.c.owner_id,
    videos.c.published_at,
    owner_banned().label("owner_banned"),
    _follows_it.label("follows"),
    _granted.label("granted"),
).where(videos.c.id == bindparam("id"))
_CAPTIONS = select(videos.c.captions, videos.c.media).where(videos.c.id == bindparam("id"))
_STATUS = (
    select(
        videos.c.status,
        videos.c.failure,
        videos.c.media,
        videos.c.job_id,
        jobs.c.state,
        jobs.c.token,
        jobs.c.progress,
        jobs.c.stage,
    )
    .outerjoin(jobs, jobs.c.id == videos.c.job_id)
    .where(videos.c.id == bindparam("id"))
)


_RUN = select(chunked_runs).where(chunked_runs.c.id == bindparam("id"))
_JOBS = select(jobs.c.id, jobs.c.progress).where(jobs.c.id.in_(bindparam("ids", expanding=True)))


def _page(statement: Select[Any], time: ColumnElement[Any], *, after: bool) -> Select[Any]:
    """Newest first, by a keyset; ``most`` is one more than a page holds."""
    if after:
        position = tuple_(bindparam("after_at", type_=UtcTime()), bindparam("after_id", type_=Id))
        statement = statement.where(tuple_(time, videos.c.id) < position)
    return statement.order_by(time.desc(), videos.c.id.desc()).limit(bindparam("most", type_=Integer()))


@lru_cache(maxsize=1024)
def newest_statement(shape: Shape, *, of_channel: bool, of_type: bool, after: bool) -> Select[Any]:
    statement = _SHOWN.add_columns(_nobody_follows).where(clause(shape), videos.c.published_at.is_not(None))
    if of_channel:
        statement = statement.where(videos.c.channel_id == bindparam("channel_id"))
    if of_type:
        statement = statement.where(videos.c.type == bindparam("type"))
    return _page(statement, videos.c.published_at, after=after)


@lru_cache(maxsize=256)
def _view(shape: Shape) -> Select[Any]:
    return _SHOWN.add_columns(_follows_it.label("is_following")).where(videos.c.id == bindparam("id"), clause(shape))


@cache
def of_owner_statement(*, after: bool) -> Select[Any]:
    owned = (videos.c.owner_id == bindparam("owner_id"), ~has_status(VideoStatus.DELETED))
    return _page(_SHOWN.add_columns(_nobody_follows).where(*owned), videos.c.created_at, after=after)


class SqlVideoQueries:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def newest(
        self, which: VideoList, visible: Condition, *, after: Position | None, limit: int
    ) -> Page[VideoView]:
        values: dict[str, Any] = {}
        shape = part(visible, values)
        if which.channel_id is not None:
            if not is_id(which.channel_id):
                return Page(())
            values["channel_id"] = which.channel_id
        if which.type is not None:
            values["type"] = which.type.value
        statement = newest_statement(
            shape, of_channel=which.channel_id is not None, of_type=which.type is not None, after=after is not None
        )
        rows = await self._rows(statement, values, after, limit)
        return await self._page(rows, limit, "published_at")

    async def of_owner(self, owner_id: UserId, *, after: Position | None, limit: int) -> Page[VideoView]:
        if not is_id(owner_id):
            return Page(())
        rows = await self._rows(of_owner_statement(after=after is not None), {"owner_id": owner_id}, after, limit)
        return await self._page(rows, limit, "created_at")

    async def view(self, video_id: VideoId, visible: Condition, actor: Actor) -> VideoView:
        if not is_id(video_id):
            raise NotFound
        values: dict[str, Any] = {}
        statement = _view(part(visible, values))
        rows = await self._database.fetch(statement, values | {"id": video_id, "viewer": actor.user_id})
        if not rows:
            raise NotFound
        return (await self._views(rows))[0]

    async def facts(self, video_id: VideoId, actor: Actor) -> VideoFacts:
        if not is_id(video_id):
            raise NotFound
        rows = await self._database.fetch(_FACTS, {"id": video_id, "viewer": actor.user_id})
        if not rows:
            raise NotFound
        row = rows[0]
        return VideoFacts(
            published=row.status == VideoStatus.PUBLISHED,
            deleted=row.status == VideoStatus.DELETED,
            visibility=Visibility(row.visibility),
            held=row.held,
            adult=row.is_adult,
            owner_id=row.owner_id,
            owner_banned=row.owner_banned,
            published_at=row.published_at,
            viewer_follows=row.follows,
            viewer_granted=row.granted,
        )

    async def captions(self, video_id: VideoId) -> CaptionsView:
        row = await only(self._database.fetch, _CAPTIONS, video_id)
        if row.media is None:
            raise NotFound
        return CaptionsView(captions(row.captions), row.media["duration_seconds"])

    async def status(self, video_id: VideoId) -> VideoStatusView:
        row = await only(self._database.fetch, _STATUS, video_id)
        job = await self._job(row) if row.state is not None else None
        return status_view(video_id, VideoStatus(row.status), media(row.media), failure(row.failure), job)

    async def _job(self, row: Row[Any]) -> JobProgress:
        """How far the job is, together with all others of its run where it has cut the source."""
        job = JobProgress(JobState(row.state), row.progress, row.stage, generation_of(row.job_id, row.token))
        runs = await self._database.fetch(_RUN, {"id": row.job_id})
        if not runs:
            return job
        run = chunked_run(runs[0])
        of_jobs = {JobId(other.id): other.progress for other in await self._database.fetch(_JOBS, {"ids": run.job_ids})}
        return progress_of_run(run, job, of_jobs)

    async def _rows(
        self, statement: Select[Any], values: dict[str, Any], after: Position | None, limit: int
    ) -> Sequence[Row[Any]]:
        if after is not None:
            if not is_id(after.id):
                raise Invalid.field("cursor", "The cursor is not one that this list gave out.", "cursor")
            values |= {"after_at": after.at, "after_id": after.id}
        return await self._database.fetch(statement, values | {"most": limit + 1})

    async def _page(self, rows: Sequence[Row[Any]], limit: int, time: str) -> Page[VideoView]:
        shown = rows[:limit]
        more = Position(getattr(shown[-1], time), shown[-1].id) if len(rows) > limit and shown else None
        return Page(await self._views(shown), more)

    async def _views(self, rows: Sequence[Row[Any]]) -> list[VideoView]:
        totals = await totals_of(self._database.fetch, [Target("video", row.id) for row in rows])
        return [_shown(row, totals[Target("video", row.id)]) for row in rows]


def _shown(row: Row[Any], totals: dict[Metric, int]) -> VideoView:
    return VideoView(
        id=row.id,
        channel=ChannelBrief(
            row.channel_id, row.channel_handle, row.channel_name, row.channel_avatar_url, bool(row.is_following)
        ),
        owner_id=row.owner_id,
        title=row.title or "",
        description=row.description,
        type=VideoType(row.type),
        visibility=Visibility(row.visibility),
        status=VideoStatus(row.status),
        tags=tuple(row.tags),
        category=row.category,
        country=row.country,
        is_adult=row.is_adult,
        is_free=row.is_free,
        held=row.held,
        owner_banned=bool(row.owner_banned),
        media=media(row.media),
        generation=row.generation,
        view_count=totals[Metric.VIEWS],
        like_count=totals[Metric.LIKES],
        dislike_count=totals[Metric.DISLIKES],
        comment_count=totals[Metric.COMMENTS],
        share_count=totals[Metric.SHARES],
        publish_at=row.publish_at,
        published_at=row.published_at,
        created_at=row.created_at,
        captions=captions(row.captions),
        thumbnail=thumbnail(row.thumbnail),
    )
