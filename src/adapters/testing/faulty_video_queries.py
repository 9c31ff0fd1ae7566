"""Reads of videos that list, show or hide wrongly in one way each; their suites must notice every one."""

from dataclasses import replace
from datetime import timedelta

from adapters.memory.database import MemoryDatabase
from adapters.memory.video_queries import Found, MemoryVideoQueries, Shown, every
from adapters.testing.memory_stack import Parts
from streamcore.shared.access import Actor
from streamcore.shared.ids import UserId, VideoId
from streamcore.shared.pages import Page, Position
from streamcore.shared.visibility import AllOf, AnyOf, Condition, FlagIs, GrantedTo, PublishedBy, VideoFacts, Visibility
from streamcore.videos.models.video import Video
from streamcore.videos.views import CaptionsView, VideoList, VideoStatusView, VideoView


class PageSkipsTies(MemoryVideoQueries):
    """Goes on after the time of the last item and forgets its id."""

    def _page(self, found: Found, after: Position | None, limit: int, shown: Shown = every) -> Page[VideoView]:
        rest = [(at, video) for at, video in found if after is None or at < after.at]
        return super()._page(rest, None, limit, shown)


class PageRepeatsItsLast(MemoryVideoQueries):
    def _page(self, found: Found, after: Position | None, limit: int, shown: Shown = every) -> Page[VideoView]:
        rest = [(at, video) for at, video in found if after is None or (at, video.id) <= (after.at, after.id)]
        page = super()._page(rest, None, limit, shown)
        return replace(page, next=None) if limit == 1 and after else page


class PageByOffset(MemoryVideoQueries):
    """Counts rows from the front, which shift when rows come and go."""

    def __init__(self, db: MemoryDatabase) -> None:
        super().__init__(db)
        self._given: dict[Position, int] = {}

    def _page(self, found: Found, after: Position | None, limit: int, shown: Shown = every) -> Page[VideoView]:
        ordered = sorted((item for item in found if shown(item[1])), key=lambda i: (i[0], i[1].id), reverse=True)
        start = self._given.get(after, 0) if after else 0
        page = super()._page(ordered[start:], None, limit)
        if page.next:
            self._given[page.next] = start + len(page.items)
        return page


class PagePromisesAnother(MemoryVideoQueries):
    """A full page always claims to have a successor."""

    def _page(self, found: Found, after: Position | None, limit: int, shown: Shown = every) -> Page[VideoView]:
        page = super()._page(found, after, limit, shown)
        if page.next is None and len(page.items) == limit:
            last = page.items[-1]
            return Page(page.items, Position(last.published_at or last.created_at, last.id))
        return page


class OldestFirst(MemoryVideoQueries):
    def _page(self, found: Found, after: Position | None, limit: int, shown: Shown = every) -> Page[VideoView]:
        page = super()._page(found, None, 9999, shown)
        return Page(page.items[::-1][:limit])


class FiltersAfterPaging(MemoryVideoQueries):
    """So that pages are short, or end too early."""

    async def newest(
        self, which: VideoList, visible: Condition, *, after: Position | None, limit: int
    ) -> Page[VideoView]:
        page = await super().newest(which, AllOf(()), after=after, limit=limit)
        shown = {view.id for view in (await super().newest(which, visible, after=None, limit=9999)).items}
        return Page([view for view in page.items if view.id in shown], page.next)


class ListsOfEveryType(MemoryVideoQueries):
    async def newest(
        self, which: VideoList, visible: Condition, *, after: Position | None, limit: int
    ) -> Page[VideoView]:
        return await super().newest(replace(which, type=None), visible, after=after, limit=limit)


class ListsOfEveryChannel(MemoryVideoQueries):
    async def newest(
        self, which: VideoList, visible: Condition, *, after: Position | None, limit: int
    ) -> Page[VideoView]:
        return await super().newest(replace(which, channel_id=None), visible, after=after, limit=limit)


class OwnersSeePublishedOnly(MemoryVideoQueries):
    async def of_owner(self, owner_id: UserId, *, after: Position | None, limit: int) -> Page[VideoView]:
        own = self._db.tables.videos.group("owner", owner_id)
        return self._page([(v.published_at, v) for v in own if v.published_at], after, limit)


class NoProgress(MemoryVideoQueries):
    async def status(self, video_id: VideoId) -> VideoStatusView:
        return replace(await super().status(video_id), progress=0.0, stage="")


class ViewsAreNotFollowing(MemoryVideoQueries):
    def _view(self, video: Video, viewer: UserId | None) -> VideoView:
        return super()._view(video, None)


class ViewsOfDeadCounters(MemoryVideoQueries):
    def _view(self, video: Video, viewer: UserId | None) -> VideoView:
        return replace(super()._view(video, viewer), share_count=0)


class ViewsForgetTheHold(MemoryVideoQueries):
    def _view(self, video: Video, viewer: UserId | None) -> VideoView:
        return replace(super()._view(video, viewer), held=False)


class ViewsForgetTheBan(MemoryVideoQueries):
    def _view(self, video: Video, viewer: UserId | None) -> VideoView:
        return replace(super()._view(video, viewer), owner_banned=False)


class FactsForgetTheViewer(MemoryVideoQueries):
    async def facts(self, video_id: VideoId, actor: Actor) -> VideoFacts:
        return replace(await super().facts(video_id, actor), viewer_granted=False)


class FactsForgetTheBan(MemoryVideoQueries):
    async def facts(self, video_id: VideoId, actor: Actor) -> VideoFacts:
        return replace(await super().facts(video_id, actor), owner_banned=False)


class _Bent(MemoryVideoQueries):
    """Compiles a part of the filter to something else."""

    def bend(self, condition: Condition) -> Condition:
        raise NotImplementedError

    def _bent(self, condition: Condition) -> Condition:
        match condition:
            case AllOf(parts):
                return AllOf(tuple(self._bent(part) for part in parts))
            case AnyOf(parts):
                return AnyOf(tuple(self._bent(part) for part in parts))
            case _:
                return self.bend(condition)

    async def newest(
        self, which: VideoList, visible: Condition, *, after: Position | None, limit: int
    ) -> Page[VideoView]:
        return await super().newest(which, self._bent(visible), after=after, limit=limit)

    async def view(self, video_id: VideoId, visible: Condition, actor: Actor) -> VideoView:
        return await super().view(video_id, self._bent(visible), actor)


class FilterIgnoresHolds(_Bent):
    def bend(self, condition: Condition) -> Condition:
        return AllOf(()) if condition == FlagIs("held", False) else condition


class FilterIgnoresBans(_Bent):
    def bend(self, condition: Condition) -> Condition:
        return AllOf(()) if condition == FlagIs("owner_banned", False) else condition


class FilterIgnoresAdult(_Bent):
    def bend(self, condition: Condition) -> Condition:
        return AllOf(()) if condition == FlagIs("adult", False) else condition


class FilterIgnoresTheSchedule(_Bent):
    def bend(self, condition: Condition) -> Condition:
        return AllOf(()) if isinstance(condition, PublishedBy) else condition


class FilterIsLateByAMoment(_Bent):
    """Strictly before now, instead of up to now."""

    def bend(self, condition: Condition) -> Condition:
        if isinstance(condition, PublishedBy):
            return PublishedBy(condition.now - timedelta(microseconds=1))
        return condition


class FilterIgnoresGrants(_Bent):
    def bend(self, condition: Condition) -> Condition:
        return AnyOf(()) if isinstance(condition, GrantedTo) else condition


class FilterIgnoresDeletion(_Bent):
    def bend(self, condition: Condition) -> Condition:
        return AllOf(()) if condition == FlagIs("deleted", False) else condition


class FollowersSeePrivate(MemoryVideoQueries):
    def _facts(self, video: Video, viewer: UserId | None) -> VideoFacts:
        facts = super()._facts(video, viewer)
        if facts.visibility is Visibility.PRIVATE:
            return replace(facts, viewer_granted=facts.viewer_granted or facts.viewer_follows)
        return facts


class CaptionsBeforeThereIsAStream(MemoryVideoQueries):
    async def captions(self, video_id: VideoId) -> CaptionsView:
        video = self._video(video_id)
        return CaptionsView(video.captions, video.media.duration_seconds if video.media else 0.0)


class ViewsForgetTheThumbnail(MemoryVideoQueries):
    def _view(self, video: Video, viewer: UserId | None) -> VideoView:
        return replace(super()._view(video, viewer), thumbnail=None)


QUERY_FAULTS = [
    Parts(video_queries=queries)
    for queries in (
        PageSkipsTies,
        PageRepeatsItsLast,
        PageByOffset,
        PagePromisesAnother,
        OldestFirst,
        FiltersAfterPaging,
        ListsOfEveryType,
        ListsOfEveryChannel,
        OwnersSeePublishedOnly,
        NoProgress,
        CaptionsBeforeThereIsAStream,
        ViewsForgetTheThumbnail,
        ViewsAreNotFollowing,
        ViewsOfDeadCounters,
        ViewsForgetTheHold,
        ViewsForgetTheBan,
        FactsForgetTheViewer,
        FactsForgetTheBan,
    )
]

VISIBILITY_FAULTS = [
    Parts(video_queries=queries)
    for queries in (
        FilterIgnoresHolds,
        FilterIgnoresBans,
        FilterIgnoresAdult,
        FilterIgnoresTheSchedule,
        FilterIsLateByAMoment,
        FilterIgnoresGrants,
        FilterIgnoresDeletion,
        FollowersSeePrivate,
    )
]
